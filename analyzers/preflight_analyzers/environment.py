"""What is installed in the environment that the user works in, found without importing it."""

from __future__ import annotations

import os
import re
import sys


def installed_version(package: str) -> str | None:
    """The version of an installed package, or None: by the name of its metadata folder.

    An active virtual environment goes before the one this program runs in.
    """
    virtual_env = os.environ.get("VIRTUAL_ENV")
    active = []
    if virtual_env:
        import glob

        active = glob.glob(os.path.join(glob.escape(virtual_env), "lib", "python*", "site-packages"))
        active.append(os.path.join(virtual_env, "Lib", "site-packages"))
    metadata = re.compile(rf"{re.escape(package)}-([^-]+)\.(?:dist|egg)-info", re.IGNORECASE)
    for folder in [*active, *sys.path]:
        try:
            names = os.listdir(folder or os.curdir)
        except OSError:
            continue
        for name in sorted(names):
            found = metadata.fullmatch(name)
            if found:
                return found[1]
    return None


def default_coremltools() -> str:
    """The version to check against where nobody says one: the installed one, else the newest known."""
    from preflight_analyzers.knowledge.reader import UnknownVersion, resolve_version

    try:
        return resolve_version(installed_version("coremltools"))
    except UnknownVersion:
        return resolve_version(None)
