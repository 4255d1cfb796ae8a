"""Where reports are kept between runs: one store for each version of the program."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterator

#: Stores of as many versions are kept beside each other.
_MOST_VERSIONS = 4


def cache_folder() -> str:
    """Where this version of the program keeps its reports."""
    return os.path.join(_users_caches(), "coreml-preflight", _fingerprint())


def remove_other_versions(folder: str) -> None:
    """Remove the versions that were not written to for longest, beyond the limit."""
    import shutil

    try:
        with os.scandir(os.path.dirname(folder)) as found:
            others = [entry for entry in found if entry.path != folder]
        others.sort(key=lambda entry: entry.stat().st_mtime, reverse=True)
    except OSError:
        return
    for entry in others[_MOST_VERSIONS - 1 :]:
        shutil.rmtree(entry.path, ignore_errors=True)


def _users_caches() -> str:
    # As platformdirs says, whose import alone would take longer than all the rest of an answer.
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches")
    return os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")


def _fingerprint() -> str:
    """Of all that reads code and keeps reports: Python's own parser, libcst, and each file of ours.

    By their sizes and times, so that a developer's changes count, too.
    """
    import preflight_analyzers

    tops = (os.path.dirname(preflight_analyzers.__file__), os.path.dirname(__file__))
    files = sorted(file for top in tops for file in _files(top))
    libcst = importlib.util.find_spec("libcst")
    if libcst is not None and libcst.origin is not None:
        files.append(_signature(libcst.origin, os.stat(libcst.origin)))
    said = repr((sys.version, files)).encode("utf-8", "backslashreplace")
    return hashlib.sha256(said).hexdigest()[:16]


def _files(top: str) -> Iterator[tuple[str, int, int]]:
    folders = [top]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    yield _signature(entry.path, entry.stat())
                elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)


def _signature(path: str, status: os.stat_result) -> tuple[str, int, int]:
    return (path, status.st_size, status.st_mtime_ns)
