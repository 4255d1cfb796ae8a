"""A warm process that has torch and coremltools loaded and forks for each request.

It never runs user code itself. Requests come as JSON lines on a socket, each with the descriptors
of two pipes: for the child's messages and for what its user code prints.
"""

from __future__ import annotations

import array
import contextlib
import gc
import json
import os
import select
import signal
import socket
from collections.abc import Iterator
from typing import Any

from . import child
from .environment import Unfit, prepare
from .leftovers import remove_leftovers
from .protocol import Channel

#: What the child ends with where its own code is at fault, not the user's.
INTERNAL = 70


def main(descriptor: int) -> None:
    connection = socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    channel = Channel(descriptor)
    channel.send("hello", pid=os.getpid())
    try:
        versions = prepare()
    except Unfit as error:
        channel.send("unfit", message=str(error))
        return
    # Objects that live for ever need not be looked at by the children's garbage collections,
    # which would also copy the pages they are on.
    gc.collect()
    gc.freeze()
    _adopt_orphans()
    channel.send("ready", versions=versions)
    _Server(connection, channel).run()
    # Nothing is left to do, and the frameworks take their time to shut down.
    os._exit(0)


class _Server:
    def __init__(self, connection: socket.socket, channel: Channel) -> None:
        self._connection = connection
        self._channel = channel
        self._running: dict[int, dict[str, Any]] = {}
        self._buffer = b""
        self._descriptors: list[int] = []
        self._woken, wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def run(self) -> None:
        while True:
            ready, _, _ = select.select([self._connection.fileno(), self._woken], [], [])
            if self._woken in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._woken, 4096)
                self._reap()
            if self._connection.fileno() in ready and not self._receive():
                break
        # Whoever asked is gone.
        for pid, request in self._running.items():
            _kill_group(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
            remove_leftovers(request)
        _kill_children()

    def _receive(self) -> bool:
        """Act on what has arrived; False at the end."""
        size = array.array("i").itemsize * 2
        try:
            data, ancillary, _, _ = self._connection.recvmsg(65536, socket.CMSG_SPACE(size))
        except OSError:
            return False
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                received = array.array("i")
                received.frombytes(content[: len(content) - len(content) % received.itemsize])
                self._descriptors.extend(received)
        if not data:
            return False
        self._buffer += data
        while b"\n" in self._buffer:
            line, _, self._buffer = self._buffer.partition(b"\n")
            message = json.loads(line)
            if "kill" in message:
                self._kill(message["kill"])
            else:
                self._start(message)
        return True

    def _start(self, request: dict[str, Any]) -> None:
        messages, output = self._descriptors[:2]
        del self._descriptors[:2]
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                _end_with_parent()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                self._connection.close()
                child.run(request, messages, output)
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(INTERNAL)
        os.close(messages)
        os.close(output)
        self._running[pid] = request
        self._channel.send("started", id=request["id"], pid=pid)

    def _kill(self, identifier: int) -> None:
        for pid, request in self._running.items():
            if request["id"] == identifier:
                _kill_group(pid)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            request = self._running.pop(pid, None)
            if request is None:
                continue
            _kill_group(pid)
            if not self._running:
                _kill_children()
            self._channel.send("ended", id=request["id"], status=_exit_code(status))


def _exit_code(status: int) -> int:
    """As subprocess has it: negative for a signal."""
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _kill_children() -> None:
    """End processes that left the group of their conversion and fell to us when it ended."""
    me = os.getpid()
    for _ in range(100):
        orphans = list(_children(me))
        if not orphans:
            return
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children(parent: int) -> Iterator[int]:
    try:
        entries = os.listdir("/proc")
    except OSError:
        return
    for entry in entries:
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            yield int(entry)


def _adopt_orphans() -> None:
    """On Linux: become the parent of every process that a conversion leaves behind."""
    set_child_subreaper = 36
    _prctl(set_child_subreaper, 1)


def _end_with_parent() -> None:
    set_parent_death_signal = 1
    _prctl(set_parent_death_signal, signal.SIGKILL)


def _prctl(option: int, value: int) -> int | None:
    import ctypes

    try:
        return int(ctypes.CDLL(None).prctl(option, value, 0, 0, 0))
    except (OSError, AttributeError):
        return None
