"""Finds the source files below the paths that the user names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from preflight_analyzers.settings import InvalidSettings, Settings

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

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
            for item in _walk(path, settings_of):
                if isinstance(item, Unreachable):
                    unreachable.append(item)
                else:
                    found.setdefault(os.path.abspath(item), FoundFile(shown_path(item), named=False))
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
    spec = _compile_settings((pattern,), root)
    return bool(spec.match_file(_relative(os.path.abspath(path), os.path.abspath(root or os.curdir))))


class _Ignores(NamedTuple):
    """The patterns of one .gitignore, and the folder it is about."""

    folder: str
    spec: GitIgnoreSpec


def _walk(root: str, settings_of: Callable[[str], Settings]) -> Iterator[str | Unreachable]:
    top = os.path.abspath(root)
    ignores = _ignores_above(top)
    if _is_ignored(top, ignores, is_folder=True):
        # Named although ignored: then what makes it ignored says nothing about its files.
        ignores = []
    yield from _walk_folder(root, top, top, ignores, settings_of)


def _walk_folder(
    shown: str, folder: str, top: str, ignores: list[_Ignores], settings_of: Callable[[str], Settings]
) -> Iterator[str | Unreachable]:
    try:
        with os.scandir(folder) as entries:
            children = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield Unreachable(shown, error.strerror or str(error), named=folder == top)
        return
    names = {child.name for child in children}
    if folder != top and "pyvenv.cfg" in names:
        return
    if ".gitignore" in names:
        ignores = [*ignores, *_read_ignores(folder, ".gitignore")]
    excluded = _excluder(settings_of(folder), top)
    for child in children:
        is_folder = child.is_dir(follow_symlinks=False)
        if not is_folder and not child.name.endswith(SUFFIXES):
            continue
        if excluded(child.path, child.name, is_folder) or _is_ignored(child.path, ignores, is_folder):
            continue
        path = os.path.join(shown, child.name)
        if is_folder:
            yield from _walk_folder(path, child.path, top, ignores, settings_of)
        elif os.path.isfile(child.path):
            yield path


def _excluder(settings: Settings, top: str) -> Callable[[str, str, bool], bool]:
    skipped = SKIPPED_FOLDERS if settings.exclude is None else frozenset[str]()
    patterns = (*(settings.exclude or ()), *settings.extend_exclude)
    if not patterns:
        return lambda path, name, is_folder: is_folder and name in skipped
    own = [_Ignores(os.path.abspath(settings.root or top), _compile_settings(patterns, settings.root))]
    if _is_ignored(top, own, is_folder=True):
        own = []
    return lambda path, name, is_folder: (is_folder and name in skipped) or _is_ignored(path, own, is_folder)


def _ignores_above(folder: str) -> list[_Ignores]:
    """Of the folders above, up to the repository's; none outside a repository."""
    ignores: list[_Ignores] = []
    while True:
        if os.path.exists(os.path.join(folder, ".git")):
            return [*_read_ignores(folder, ".git/info/exclude"), *ignores]
        above = os.path.dirname(folder)
        if above == folder:
            return []
        folder = above
        ignores = [*_read_ignores(folder, ".gitignore"), *ignores]


def _read_ignores(folder: str, name: str) -> list[_Ignores]:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            lines = [line for line in file.read().splitlines() if line.strip() and not line.startswith("#")]
    except OSError:
        return []
    if not lines:
        return []
    try:
        spec = _compile(lines)
    except ValueError:
        # As git does: a line that is no pattern does not spoil the others.
        spec = _compile([line for line in lines if _is_pattern(line)])
    return [_Ignores(folder, spec)]


@cache
def _compile_settings(patterns: tuple[str, ...], root: Path | None) -> GitIgnoreSpec:
    try:
        return _compile(patterns)
    except ValueError:
        wrong = next(pattern for pattern in patterns if not _is_pattern(pattern))
        where = os.path.join(root or "", "pyproject.toml")
        raise InvalidSettings(f"{where}: tool.coreml-preflight: {wrong!r} is not a file pattern") from None


def _is_pattern(pattern: str) -> bool:
    try:
        _compile([pattern])
    except ValueError:
        return False
    return True


def _compile(patterns: Iterable[str]) -> GitIgnoreSpec:
    """Raises ValueError if one of the patterns is none."""
    import re

    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(patterns)
    except re.error as error:
        raise ValueError(str(error)) from None


def _is_ignored(path: str, ignores: list[_Ignores], is_folder: bool) -> bool:
    # The deepest file that says anything decides, as in git.
    for folder, spec in reversed(ignores):
        relative = _relative(path, folder)
        if relative:
            verdict = spec.check_file(relative + "/" if is_folder else relative).include
            if verdict is not None:
                return verdict
    return False


def _relative(path: str, folder: str) -> str:
    """With slashes; empty if the path is not below the folder."""
    prefix = os.path.join(folder, "")
    return path[len(prefix) :].replace(os.sep, "/") if path.startswith(prefix) else ""
