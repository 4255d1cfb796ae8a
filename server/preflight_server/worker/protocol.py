"""One JSON object a line, from the worker to whoever started it."""

from __future__ import annotations

import json
import os
from typing import Any


class Channel:
    """The writing end of a pipe that user code may close, or hand to another file, at any time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._identity = _identity(descriptor)

    def send(self, event: str, **values: Any) -> None:
        """Send a message; silently lost if the pipe is gone, for the result is also left in a file."""
        line = json.dumps({"event": event, **values}, default=str) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        try:
            if _identity(self._descriptor) != self._identity:
                return
            while data:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            return


def _identity(descriptor: int) -> tuple[int, int]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino
