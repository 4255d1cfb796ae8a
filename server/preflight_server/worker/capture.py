"""Standard streams of user code, at the level of file descriptors so that C code is caught as well."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator


def redirect_output(descriptor: int) -> None:
    """Send everything that is printed from now on to ``descriptor``; standard input becomes empty."""
    sys.stdout.flush()
    sys.stderr.flush()
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    # Line-buffered, so that what was printed before a crash is not lost.
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    sys.stdout = _writer(1)
    sys.stderr = _writer(2)


def _writer(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


def flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            # User code closed or replaced the stream; what it did not flush is its own loss.
            continue


@contextlib.contextmanager
def silenced_output() -> Iterator[None]:
    """For user code that runs a second time: what it prints has been printed."""
    flush_output()
    kept = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        flush_output()
        for number, original in enumerate(kept):
            os.dup2(original, 1 + number)
            os.close(original)
        os.close(nowhere)
