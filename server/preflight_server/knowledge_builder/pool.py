"""Spreads APIs over guarded worker processes; a worker that hangs or dies is replaced."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from .rows import CRASH, FRONTENDS, TIMEOUT, Row

#: Seconds without a word from a worker: the first reply includes the imports.
_START_TIMEOUT, _SAMPLE_TIMEOUT = 120.0, 60.0


class _Worker:
    def __init__(self, python: str) -> None:
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            [python, "-m", f"{__package__}.worker", str(writing)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writing],
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
        )
        os.close(writing)
        self.replies = reading
        self.buffer = b""
        self.running: list[str] | None = None
        self.started = False

    def give(self, api: str, done: set[tuple[str, str]], frontends: Sequence[str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(
            json.dumps({"api": api, "done": sorted(done), "frontends": frontends}) + "\n"
        )
        self.process.stdin.flush()

    def next_message(self) -> dict[str, Any] | None:
        """The next message; None when the worker has died. Raises TimeoutError."""
        while b"\n" not in self.buffer:
            limit = _SAMPLE_TIMEOUT if self.started else _START_TIMEOUT
            ready, _, _ = select.select([self.replies], [], [], limit)
            if not ready:
                raise TimeoutError
            data = os.read(self.replies, 1 << 16)
            if not data:
                return None
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        self.started = True
        message: dict[str, Any] = json.loads(line)
        return message

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):  # what it was never given to read
                self.process.stdin.close()
        os.close(self.replies)


def run_apis(
    apis: Iterable[str],
    done_of: Callable[[str], set[tuple[str, str]]],
    keep: Callable[[Row], None],
    finished: Callable[[str], None],
    *,
    frontends: Sequence[str] = FRONTENDS,
    workers: int = 2,
    python: str = sys.executable,
) -> None:
    """Run every API in ``workers`` processes. ``keep`` and ``finished`` are called from several threads."""
    waiting = deque(apis)

    def serve() -> None:
        worker: _Worker | None = None
        try:
            while True:
                try:
                    api = waiting.popleft()
                except IndexError:
                    return
                complete = False
                while not complete:
                    worker = worker or _Worker(python)
                    complete = _run_one(worker, api, done_of(api), keep, frontends)
                    if not complete:
                        worker.close()
                        worker = None
                finished(api)
        finally:
            if worker is not None:
                worker.close()

    with ThreadPoolExecutor(workers) as threads:
        for future in [threads.submit(serve) for _ in range(workers)]:
            future.result()


def _run_one(
    worker: _Worker,
    api: str,
    done: set[tuple[str, str]],
    keep: Callable[[Row], None],
    frontends: Sequence[str],
) -> bool:
    """Whether the API was run to its end; if not, the row that stopped it has been kept."""
    running: list[str] | None = None
    outcome, reason = CRASH, "the process died"
    try:
        worker.give(api, done, frontends)
        while (message := worker.next_message()) is not None:
            if "begin" in message:
                running = message["begin"]
            elif "end" in message:
                return True
            else:
                keep(Row.from_json(message))
                running = None
    except TimeoutError:
        outcome, reason = TIMEOUT, "no answer in time"
    except BrokenPipeError:
        pass
    if running is None:
        raise RuntimeError(f"the worker stopped before a sample of {api} ran: {reason}")
    keep(Row(running[0], running[1], running[2], outcome, 2, error=reason))
    return False
