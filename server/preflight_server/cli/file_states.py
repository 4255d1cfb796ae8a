"""What a file on disk is like, in few enough words to tell later whether its content is still the same."""

from __future__ import annotations

import hashlib
import os
import stat
from typing import NamedTuple

#: No system's clock for files is coarser than this (that of FAT, in nanoseconds).
_COARSEST_TICK = 2_000_000_000
#: Where times of files have fractions of a second, it ticks a hundred times a second or more.
_USUAL_TICK = 100_000_000


class FileState(NamedTuple):
    """The content of a path, and what its status was then."""

    #: Of the content; a word for what is no file.
    digest: bytes
    #: The same status means the same content. Empty: the status was too young to tell.
    status: str


ABSENT = FileState(b"absent", "absent")
NO_FILE = FileState(b"no file", "no file")


def digest_of(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def status_of(path: str) -> os.stat_result | None:
    """None for what isn't there, or can't be reached."""
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def summary(status: os.stat_result | None) -> str:
    """What changes whenever the content does, unless that happens twice within a tick of the clock."""
    if status is None:
        return ABSENT.status
    if not stat.S_ISREG(status.st_mode):
        return NO_FILE.status
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def settled_summary(status: os.stat_result | None, now: int) -> str:
    """The summary; empty where the file may still change without the summary doing so."""
    return summary(status) if status is None or unchanged_since(now, status) else ""


def unchanged_since(moment: int, status: os.stat_result) -> bool:
    """Whether the last change was surely before ``moment``, in nanoseconds as ``time.time_ns`` has them."""
    times = (status.st_mtime_ns, status.st_ctime_ns)
    coarse = all(time % 1_000_000_000 == 0 for time in times)
    return max(times) + (_COARSEST_TICK if coarse else _USUAL_TICK) < moment


def content_state(content: bytes, status: os.stat_result | None, now: int) -> FileState:
    """The state of a file whose content was read after its status, at ``now``."""
    return FileState(digest_of(content), settled_summary(status, now))


def state_of(path: str, now: int) -> FileState:
    """The state of whatever is there, or isn't. Raises OSError where a file can't be read."""
    status = status_of(path)
    if status is None:
        return ABSENT
    if not stat.S_ISREG(status.st_mode):
        return NO_FILE
    with open(path, "rb") as file:
        return content_state(file.read(), status, now)


def state_since(path: str, moment: int, now: int) -> FileState | None:
    """The state that the path has had ever since ``moment``; None where that isn't sure."""
    try:
        state = state_of(path, now)
    except OSError:
        return None
    where = path
    while (status := status_of(where)) is None and os.path.dirname(where) != where:
        # What isn't there was perhaps removed; then the folder above has changed.
        where = os.path.dirname(where)
    return state if status is not None and unchanged_since(moment, status) else None
