"""Runs conversions in a process of their own, under the user's interpreter.

``convert`` starts a worker for one request; ``Workers`` keeps them, one an interpreter, for the next ones.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from .errors import UsageError
from .report import ConversionReport
from .request import ConversionRequest, Progress


class Workers:
    """Worker processes that live on between conversions; ``await close()`` ends them all."""

    async def convert(
        self, request: ConversionRequest, on_progress: Callable[[Progress], None]
    ) -> ConversionReport:
        """Convert ``request.target`` and save the model.

        Whatever the user's code does is told in the report. Cancelling the awaiting task kills the
        conversion's whole process group and removes every file of it before CancelledError goes on.
        Raises UsageError (NeedsInputs, UnfitInterpreter) where the request itself is at fault.
        """
        raise UsageError(f"{request.target}: the runner is being written")

    async def close(self) -> None:
        """End every worker."""

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
