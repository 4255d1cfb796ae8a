"""Finds the source files below the paths that the user names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from preflight_analyzers.ignore_patterns import IgnorePatterns, NoPattern, compiled
from preflight_analyzers.settings import InvalidSettings, Settings

SUFFIXES = (".py", ".ipynb")

#: Names of folders that hold no code of the user's own.
SKIPPED_FOLDERS = frozenset(
    {
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".git-rewrite",
        ".hg",
        ".hypothesis",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "_build",
        "buck-out",
        "build",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
    }
)


class FoundFile(NamedTuple):
    #: Relative to the working folder where the file lies below it, else as it was named.
    path: str
    #: Whether the user named the file itself, not a folder above it.
    named: bool


class Unreachable(NamedTuple):
    """A path that can't be walked."""

    path: str
    reason: str
    #: Whether the user named it.
    named: bool


def find_files(
    paths: Iterable[str], settings_of: Callable[[str], Settings]
) -> tuple[list[FoundFile], list[Unreachable]]:
    """Source files of the paths, each once, sorted by path; and the paths that could not be looked into.

    A named file is taken whatever it is called; a named folder is walked even if it would be skipped
    inside another. Links to folders are not followed, except named ones.
    """
    found: dict[str, FoundFile] = {}
    unreachable: list[Unreachable] = []
    for path in paths:
        if os.path.isdir(path):
            for folder in _walk(path, settings_of):
                if isinstance(folder, Unreachable):
                    unreachable.append(folder)
                    continue
                shown = shown_path(os.path.join(folder.shown, "x"))[:-1]
                real = os.path.join(folder.path, "")
                for name in folder.files:
                    found.setdefault(real + name, FoundFile(shown + name, False))
        elif os.path.exists(path):
            found[os.path.abspath(path)] = FoundFile(shown_path(path), named=True)
        else:
            unreachable.append(Unreachable(path, "no such file or folder", named=True))
    return sorted(found.values()), unreachable


def shown_path(path: str) -> str:
    """How a path is written in the output: relative to the working folder where it lies below it."""
    here = os.path.join(os.getcwd(), "")
    if os.path.isabs(path):
        return path[len(here) :] if path.startswith(here) else path
    # A link makes "link/.." another folder than ".", so a path with ".." stays as it is.
    return path if os.pardir in path.replace(os.sep, "/").split("/") else os.path.normpath(path)


def matches(pattern: str, path: str, root: Path | None) -> bool:
    """Whether a pattern as in .gitignore, relative to ``root``, takes in the file.

    Raises InvalidSettings for a pattern that is none.
    """
    folder, name = os.path.split(os.path.abspath(path))
    return bool(_settings_patterns((pattern,), root, "").verdict(folder, name, is_folder=False))


class _Folder(NamedTuple):
    #: As its path follows from the one that was named.
    shown: str
    path: str
    #: The names of the source files in it.
    files: list[str]


def _walk(root: str, settings_of: Callable[[str], Settings]) -> Iterator[_Folder | Unreachable]:
    top = os.path.abspath(root)
    ignores = _ignores_above(top)
    if _is_ignored(*os.path.split(top), ignores, is_folder=True):
        # Named although ignored: then what makes it ignored says nothing about its files.
        ignores = []
    yield from _walk_folder(root, top, top, ignores, settings_of)


def _walk_folder(
    shown: str, folder: str, top: str, ignores: list[IgnorePatterns], settings_of: Callable[[str], Settings]
) -> Iterator[_Folder | Unreachable]:
    try:
        with os.scandir(folder) as entries:
            children = list(entries)
    except OSError as error:
        yield Unreachable(shown, error.strerror or str(error), named=folder == top)
        return
    names = {child.name for child in children}
    if folder != top and "pyvenv.cfg" in names:
        return
    if ".gitignore" in names:
        ignores = [*ignores, *_read_ignores(folder, ".gitignore")]
    skipped, excludes = _excludes(settings_of(folder), top)
    files: list[str] = []
    folders: list[str] = []
    for child in children:
        name = child.name
        is_folder = child.is_dir(follow_symlinks=False)
        if is_folder:
            if name in skipped:
                continue
        elif not name.endswith(SUFFIXES) or not _is_file(child):
            continue
        if not _is_ignored(folder, name, excludes, is_folder) and not _is_ignored(
            folder, name, ignores, is_folder
        ):
            (folders if is_folder else files).append(name)
    yield _Folder(shown, folder, files)
    for name in sorted(folders):
        yield from _walk_folder(
            os.path.join(shown, name), os.path.join(folder, name), top, ignores, settings_of
        )


def _is_file(entry: os.DirEntry[str]) -> bool:
    # What is no link is told without another look at it.
    return entry.is_file(follow_symlinks=False) or os.path.isfile(entry.path)


def _excludes(settings: Settings, top: str) -> tuple[frozenset[str], list[IgnorePatterns]]:
    """Names of folders, and patterns, that the settings leave out."""
    skipped = SKIPPED_FOLDERS if settings.exclude is None else frozenset[str]()
    patterns = (*(settings.exclude or ()), *settings.extend_exclude)
    if not patterns:
        return skipped, []
    own = [_settings_patterns(patterns, settings.root, top)]
    return skipped, [] if _is_ignored(*os.path.split(top), own, is_folder=True) else own


@cache
def _settings_patterns(patterns: tuple[str, ...], root: Path | None, top: str) -> IgnorePatterns:
    """Relative to the folder of the settings, else to ``top``. Raises InvalidSettings."""
    try:
        compiled(patterns)
    except NoPattern as error:
        where = os.path.join(root or "", "pyproject.toml")
        raise InvalidSettings(
            f"{where}: tool.coreml-preflight: {str(error)!r} is not a file pattern"
        ) from None
    return IgnorePatterns(os.path.abspath(root or top), patterns)


def _ignores_above(folder: str) -> list[IgnorePatterns]:
    """Of the folders above, up to the repository's; none outside a repository."""
    ignores: list[IgnorePatterns] = []
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return [*_read_ignores(folder, ".git/info/exclude"), *ignores]
        above = os.path.dirname(folder)
        if above == folder:
            return []
        folder = above
        ignores = [*_read_ignores(folder, ".gitignore"), *ignores]


def _read_ignores(folder: str, name: str) -> list[IgnorePatterns]:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            lines = [line for line in file.read().splitlines() if line.strip() and not line.startswith("#")]
    except OSError:
        return []
    return [IgnorePatterns(folder, lines)] if lines else []


def _is_ignored(folder: str, name: str, ignores: list[IgnorePatterns], is_folder: bool) -> bool:
    # The deepest file that says anything decides, as in git.
    for patterns in reversed(ignores):
        verdict = patterns.verdict(folder, name, is_folder)
        if verdict is not None:
            return verdict
    return False
