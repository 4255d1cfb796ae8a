"""The coremltools versions that something is known about, without reading what."""

from __future__ import annotations

import os
import re
from functools import cache

DATA = os.path.join(os.path.dirname(__file__), "data")
_FILE_NAME = re.compile(r"coremltools-(\d+(?:\.\d+)+)\.json")


class UnknownVersion(ValueError):
    """There is no knowledge about the coremltools version that was asked for."""


@cache
def known_versions() -> tuple[str, ...]:
    """The coremltools versions that knowledge ships for, oldest first."""
    found = map(_FILE_NAME.fullmatch, os.listdir(DATA))
    return tuple(sorted((match[1] for match in found if match), key=_version_key))


def newest_version() -> str:
    return known_versions()[-1]


def resolve_version(version: str | None) -> str:
    """The known version that answers for ``version`` (``None``: the newest).

    A patch release is answered for by its minor version ("9.0.1" by "9.0").
    Raises :class:`UnknownVersion` with one line that lists the known ones.
    """
    wanted = newest_version() if version is None else version
    known = known_versions()
    if wanted in known:
        return wanted
    minor = ".".join(wanted.split(".")[:2])
    if minor not in known:
        raise UnknownVersion(f"nothing is known about coremltools {wanted}; known: {', '.join(known)}")
    return minor


def _version_key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
