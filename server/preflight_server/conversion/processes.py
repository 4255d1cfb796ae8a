"""Processes that convert: one that stays warm and forks, or a fresh one for each conversion.

Both offer ``start`` (ready to convert), ``run`` (one conversion) and ``close``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol

from .errors import UnfitInterpreter
from .streams import MESSAGE_LIMIT, BoundedText, open_reader, read_messages, read_text

_START = Path(__file__).parent.parent / "worker" / "start.py"
#: Seconds in which an interpreter must show that it is one; imports come later.
_HELLO = 60.0
_IMPORTS = 300.0

#: Forking after the frameworks' libraries are loaded is safe on Linux alone.
CAN_FORK = sys.platform.startswith("linux")


class Run:
    """One conversion under way."""

    def __init__(self, pid: int, messages: asyncio.StreamReader, printed: asyncio.StreamReader) -> None:
        self.pid = pid
        self.messages = messages
        self.printed = printed
        #: The exit code, negative for a signal, once every process of the conversion has ended.
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._transports: list[asyncio.ReadTransport] = []

    def close(self) -> None:
        for transport in self._transports:
            transport.close()

    def kill(self) -> None:
        """End the conversion's whole process group."""
        raise NotImplementedError


class Worker(Protocol):
    """An interpreter that can convert."""

    versions: dict[str, str]

    async def start(self) -> None:
        """Return when torch and coremltools are loaded; raises UnfitInterpreter where they can't be."""

    async def run(self, request: dict[str, Any]) -> Run:
        """Begin a conversion."""

    async def close(self) -> None:
        """End the process."""

    @property
    def alive(self) -> bool:
        """Whether another conversion can be run."""


async def _ready(
    python: str,
    messages: AsyncIterator[dict[str, Any]],
    process: asyncio.subprocess.Process,
    said: BoundedText,
) -> dict[str, str]:
    """The versions that the worker finds; raises UnfitInterpreter with what is wrong."""
    limit = _HELLO
    while True:
        try:
            message = await asyncio.wait_for(anext(messages), limit)
        except (asyncio.TimeoutError, StopAsyncIteration) as error:
            if limit == _HELLO:
                raise UnfitInterpreter(
                    f"{python} is not a Python interpreter: it can't run the worker"
                ) from error
            last = (said.text().strip().splitlines() or ["no message"])[-1]
            raise UnfitInterpreter(f"{python} fails to load torch and coremltools: {last}") from error
        if message["event"] == "hello":
            limit = _IMPORTS
        elif message["event"] == "unfit":
            raise UnfitInterpreter(f"{python}: {message['message']}")
        elif message["event"] == "ready":
            return dict(message["versions"])


async def _spawn(python: str, *arguments: str, **options: Any) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            python, str(_START), *arguments, stderr=subprocess.PIPE, start_new_session=True, **options
        )
    except OSError as error:
        raise UnfitInterpreter(f"{python} is not a Python interpreter: {error.strerror or error}") from error


class ForkingWorker:
    """A process with torch and coremltools loaded that forks for each conversion."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: asyncio.subprocess.Process | None = None
        self._said = BoundedText()
        self._tasks: list[asyncio.Task[None]] = []
        self._runs: dict[int, tuple[Run, asyncio.Future[int]]] = {}
        self._number = 0
        self.versions: dict[str, str] = {}

    async def start(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            self._process = await _spawn(
                self._python,
                "serve",
                str(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        assert self._process.stderr is not None
        self._socket = ours
        self._tasks.append(asyncio.create_task(read_text(self._process.stderr, self._said)))
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=MESSAGE_LIMIT)
        messages = read_messages(reader)
        try:
            self.versions = await _ready(self._python, messages, self._process, self._said)
        except BaseException:
            await self.close()
            raise
        self._tasks.append(asyncio.create_task(self._listen(messages)))

    @property
    def alive(self) -> bool:
        return (
            self._process is not None and self._process.returncode is None and not self._writer.is_closing()
        )

    async def _listen(self, messages: AsyncIterator[dict[str, Any]]) -> None:
        async for message in messages:
            run, started = self._runs.get(message.get("id", -1), (None, None))
            if run is None or started is None:
                continue
            if message["event"] == "started":
                started.set_result(message["pid"])
            elif message["event"] == "ended":
                _set(run.ended, int(message["status"]))
        # The process is gone, and its forks with it.
        self._writer.close()
        for run, started in self._runs.values():
            _set(started, 0)
            _set(run.ended, -int(signal.SIGKILL))

    async def run(self, request: dict[str, Any]) -> Run:
        self._number += 1
        number = self._number
        ends = [os.pipe(), os.pipe()]
        (messages, one), (printed, other) = [await open_reader(reading) for reading, _ in ends]
        run = _Forked(self, number, messages, printed, [one, other])
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._runs[number] = run, started
        writing = [end for _, end in ends]
        try:
            line = json.dumps({**request, "id": number}).encode() + b"\n"
            socket.send_fds(self._socket, [line], writing)
        finally:
            for end in writing:
                os.close(end)
        run.pid = await started
        return run

    def tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self._socket.send(json.dumps(message).encode() + b"\n")

    def forget(self, number: int) -> None:
        self._runs.pop(number, None)

    async def close(self) -> None:
        if self._process is None:
            return
        if hasattr(self, "_writer"):
            self._writer.close()
        try:
            await asyncio.wait_for(_exit_of(self._process), 2)
        except asyncio.TimeoutError:
            _kill_group(self._process.pid)
            await _exit_of(self._process)
        await _cancelled(self._tasks)
        _close_pipes(self._process)


class _Forked(Run):
    def __init__(
        self,
        worker: ForkingWorker,
        number: int,
        messages: asyncio.StreamReader,
        printed: asyncio.StreamReader,
        transports: list[asyncio.ReadTransport],
    ) -> None:
        super().__init__(0, messages, printed)
        self._worker = worker
        self._number = number
        self._transports = transports

    def kill(self) -> None:
        self._worker.tell({"kill": self._number})

    def close(self) -> None:
        self._worker.forget(self._number)
        super().close()


class FreshWorker:
    """A process that converts once; for platforms where a warm one can't be forked."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: asyncio.subprocess.Process | None = None
        self._used = False
        self._tasks: list[asyncio.Task[None]] = []
        self.versions: dict[str, str] = {}

    async def start(self) -> None:
        self._process = await _spawn(
            self._python, "once", "1", stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=MESSAGE_LIMIT
        )
        assert self._process.stdout is not None
        self._messages = read_messages(self._process.stdout)
        try:
            self.versions = await _ready(self._python, self._messages, self._process, BoundedText())
        except BaseException:
            await self.close()
            raise

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None and not self._used

    async def run(self, request: dict[str, Any]) -> Run:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self._used = True
        run = _Fresh(process.pid, process.stdout, process.stderr)
        process.stdin.write(json.dumps(request).encode() + b"\n")
        with contextlib.suppress(ConnectionError):
            await process.stdin.drain()
        self._tasks.append(asyncio.create_task(self._wait(run, process)))
        return run

    async def _wait(self, run: Run, process: asyncio.subprocess.Process) -> None:
        status = await _exit_of(process)
        _kill_group(process.pid)
        _set(run.ended, status)

    async def close(self) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            _kill_group(self._process.pid)
            await _exit_of(self._process)
        await _cancelled(self._tasks)
        _close_pipes(self._process)


class _Fresh(Run):
    def kill(self) -> None:
        _kill_group(self.pid)


async def _exit_of(process: asyncio.subprocess.Process) -> int:
    """The exit code. asyncio's own ``wait`` also waits for whoever else has inherited the pipes."""
    while process.returncode is None:
        await asyncio.sleep(0.01)
    return process.returncode


def _close_pipes(process: asyncio.subprocess.Process) -> None:
    """Left to itself, asyncio keeps them until they end, which the loop may not live to see."""
    process._transport.close()  # type: ignore[attr-defined]  # there is no public way


def _set(future: asyncio.Future[int], value: int) -> None:
    if not future.done():
        future.set_result(value)


async def _cancelled(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _kill_group(pid: int) -> None:
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
