"""What is installed in the environment that the user works in, found without importing it."""

from __future__ import annotations

import os
import re
import sys

from preflight_analyzers.source.modules import LIBRARY_FOLDERS


def installed_version(package: str) -> str | None:
    """The version of an installed package, or None: by the name of its metadata folder.

    An active virtual environment goes before the one this program runs in.
    """
    metadata = re.compile(rf"{re.escape(package)}-([^-]+)\.(?:dist|egg)-info", re.IGNORECASE)
    for folder in [*_active_packages(), *sys.path]:
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:
            continue
        for name in sorted(names):
            found = metadata.fullmatch(name)
            if found:
                return found[1]
    return None


def installed_packages() -> tuple[str, ...]:
    """The folders of the packages that the user's code imports, and those that editable installs link to."""
    folders = _active_packages() or [path for path in sys.path if os.path.basename(path) in LIBRARY_FOLDERS]
    found: list[str] = []
    for folder in folders:
        if os.path.isdir(folder):
            found.append(folder)
            found += _linked(folder)
    return tuple(dict.fromkeys(found))


def _active_packages() -> list[str]:
    """Those of an active virtual environment, which go before those of the one this program runs in."""
    virtual_env = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
    if not virtual_env:
        return []
    import glob

    unix = glob.glob(os.path.join(glob.escape(virtual_env), "lib", "python*", "site-packages"))
    return [*unix, os.path.join(virtual_env, "Lib", "site-packages")]


def _linked(folder: str) -> list[str]:
    """Folders that ``.pth`` files add, as editable installs do."""
    found: list[str] = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".pth"):
            try:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    lines = [line.strip() for line in file]
            except OSError:
                continue
            found += [
                line for line in lines if line and not line.startswith("import") and os.path.isdir(line)
            ]
    return found


def default_coremltools() -> str:
    """The version to check against where nobody says one: the installed one, else the newest known."""
    from preflight_analyzers.knowledge.versions import UnknownVersion, resolve_version

    try:
        return resolve_version(installed_version("coremltools"))
    except UnknownVersion:
        return resolve_version(None)
