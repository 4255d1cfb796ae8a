"""A process for one conversion: for platforms where a warm process can't be forked.

The request comes on standard input; messages go to the descriptor, or to standard output.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from io import RawIOBase
from typing import Any

from . import child
from .environment import Unfit, prepare
from .leftovers import remove_leftovers
from .protocol import Channel


def main(messages: int) -> None:
    messages = _private(messages)
    channel = Channel(messages)
    channel.send("hello", pid=os.getpid())
    # From here on standard output is the user's; it goes where standard error goes.
    output = os.dup(2)
    os.dup2(output, 1)
    requests = _private(0)
    try:
        versions = prepare()
    except Unfit as error:
        channel.send("unfit", message=str(error))
        return
    channel.send("ready", versions=versions)
    stream = os.fdopen(requests, "rb", buffering=0)
    line = b""
    while not line.endswith(b"\n"):
        piece = stream.read(65536)
        if not piece:
            return
        line += piece
    request = json.loads(line)
    threading.Thread(target=_end_with_parent, args=(stream, request), daemon=True).start()
    child.run(request, messages, output)


def _private(descriptor: int) -> int:
    copy = os.dup(descriptor)
    os.set_inheritable(copy, False)
    return copy


def _end_with_parent(stream: RawIOBase, request: dict[str, Any]) -> None:
    """The pipe ends when whoever asked is gone, however that came about."""
    while stream.read(1):
        pass
    remove_leftovers(request)
    if sys.platform == "win32":
        os._exit(1)
    import signal

    os.killpg(os.getpgid(0), signal.SIGKILL)
