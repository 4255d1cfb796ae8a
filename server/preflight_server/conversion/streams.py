"""Reading what a conversion writes: messages line by line, and printed text within bounds."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any

#: Bytes of printed text that are kept from the beginning, and from the end.
_KEPT = 32 * 1024
#: The longest message.
MESSAGE_LIMIT = 64 * 1024 * 1024


class BoundedText:
    """The beginning and the end of a text that may never end."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._left_out = 0

    def add(self, data: bytes) -> None:
        room = _KEPT - len(self._head)
        self._head += data[:room]
        self._tail += data[room:] if room < len(data) else b""
        if len(self._tail) > 2 * _KEPT:
            self._left_out += len(self._tail) - _KEPT
            self._tail = self._tail[-_KEPT:]

    def text(self) -> str:
        head, tail = (part.decode("utf-8", "replace") for part in (self._head, self._tail))
        if not self._left_out:
            return (self._head + self._tail).decode("utf-8", "replace")
        return f"{head}\n... {self._left_out} bytes left out ...\n{tail}"


async def read_text(stream: asyncio.StreamReader, text: BoundedText) -> None:
    """Read to the end of the stream, keeping what ``text`` keeps."""
    while data := await stream.read(65536):
        text.add(data)


async def read_messages(stream: asyncio.StreamReader) -> AsyncIterator[dict[str, Any]]:
    """The JSON objects on the stream; lines that are none are passed over."""
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            # Longer than any message: not ours.
            continue
        except ConnectionError:
            return
        if not line:
            return
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and "event" in message:
            yield message


async def open_reader(descriptor: int) -> tuple[asyncio.StreamReader, asyncio.ReadTransport]:
    """A stream on the reading end of a pipe; closing the transport closes the descriptor."""
    reader = asyncio.StreamReader(limit=MESSAGE_LIMIT)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", buffering=0)
    )
    return reader, transport
