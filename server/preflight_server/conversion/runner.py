"""Runs conversions in a process of their own, under the user's interpreter.

``convert`` starts a worker for one request; ``Workers`` keeps them, one an interpreter, for the next ones.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType

from .interpreter import find_interpreter
from .processes import CAN_FORK, ForkingWorker, FreshWorker, Worker
from .report import ConversionReport
from .request import ConversionRequest, Progress
from .session import Session


class Workers:
    """Worker processes that live on between conversions; ``await close()`` ends them all.

    ``fork``: keep one process an interpreter and fork it for each conversion, so that only the first
    waits for torch and coremltools; else each conversion has a process of its own.
    """

    def __init__(self, fork: bool = CAN_FORK) -> None:
        self._fork = fork
        self._workers: dict[str, Worker] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def convert(
        self, request: ConversionRequest, on_progress: Callable[[Progress], None] = lambda progress: None
    ) -> ConversionReport:
        """Convert ``request.target`` and save the model.

        Whatever the user's code does is told in the report. Cancelling the awaiting task kills the
        conversion's whole process group and removes every file of it before CancelledError goes on.
        Raises UsageError (NeedsInputs, UnfitInterpreter) where the request itself is at fault.
        """
        python = find_interpreter(request.python, request.folder)
        session = Session(request, on_progress)
        if self._fork:
            return await session.convert(lambda: self._warm(python))
        worker = FreshWorker(python)

        async def fresh() -> Worker:
            await worker.start()
            return worker

        try:
            return await session.convert(fresh)
        finally:
            await worker.close()

    async def prepare(self, python: str | None = None) -> dict[str, str]:
        """Load torch and coremltools ahead of the first conversion; returns their versions.

        Raises UnfitInterpreter where the interpreter can't convert.
        """
        found = find_interpreter(python, ConversionRequest("").folder)
        worker = await self._warm(found) if self._fork else FreshWorker(found)
        if not self._fork:
            try:
                await worker.start()
            finally:
                await worker.close()
        return worker.versions

    async def _warm(self, python: str) -> Worker:
        async with self._locks.setdefault(python, asyncio.Lock()):
            worker = self._workers.get(python)
            if worker is not None and worker.alive:
                return worker
            if worker is not None:
                await worker.close()
            worker = ForkingWorker(python)
            await worker.start()
            self._workers[python] = worker
            return worker

    async def close(self) -> None:
        """End every worker, and what it is converting."""
        workers = list(self._workers.values())
        self._workers.clear()
        for worker in workers:
            await worker.close()

    async def __aenter__(self) -> Workers:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def convert(
    request: ConversionRequest, on_progress: Callable[[Progress], None] = lambda progress: None
) -> ConversionReport:
    """Convert once: as ``Workers.convert``, and the worker ends with it."""
    async with Workers() as workers:
        return await workers.convert(request, on_progress)
