"""What conversions said about open files, until these change."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lsprotocol import types

from preflight_server.conversion.report import ConversionReport
from preflight_server.conversion.runner import Workers

from .documents import key_of


class Target(NamedTuple):
    """A thing in a file; ``file`` is the key of its address."""

    file: str
    name: str


class Conversions:
    """The running conversions, the outcomes, and the diagnostics that they brought."""

    def __init__(self) -> None:
        #: Grows with every change of what conversions say.
        self.serial = 0
        #: How the last conversion of a target ended.
        self.outcomes: dict[Target, ConversionReport] = {}
        self.running: dict[Target, asyncio.Task[ConversionReport]] = {}
        self._workers: Workers | None = None
        self._diagnostics: dict[Target, dict[str, list[types.Diagnostic]]] = {}

    @property
    def workers(self) -> Workers:
        if self._workers is None:
            self._workers = Workers()
        return self._workers

    def diagnostics(self, uri: str) -> list[types.Diagnostic]:
        """What all conversions say about the document."""
        return [item for found in self._diagnostics.values() for item in found.get(key_of(uri), ())]

    def record(
        self, target: Target, report: ConversionReport, found: Mapping[str, Iterable[types.Diagnostic]]
    ) -> None:
        """Keep what a conversion brought, in place of what the last one of this target did."""
        self.outcomes[target] = report
        self._diagnostics[target] = {key_of(uri): list(items) for uri, items in found.items()}
        self.serial += 1

    def withdraw(self, target: Target) -> list[str]:
        """Forget the last conversion of the target; gives the keys of the documents it spoke of."""
        self.outcomes.pop(target, None)
        self.serial += 1
        return list(self._diagnostics.pop(target, {}))

    def forget(self, uri: str) -> None:
        """The document was changed or closed: nothing said about it holds any more."""
        key = key_of(uri)
        for target in [target for target in self.outcomes if target.file == key]:
            del self.outcomes[target]
            self.serial += 1
        for found in self._diagnostics.values():
            if found.pop(key, None):
                self.serial += 1

    async def cancel(self, target: Target) -> None:
        """End a conversion of the target that still runs."""
        task = self.running.get(target)
        if task is not None:
            task.cancel()
            await asyncio.wait({task})

    async def restart(self) -> int:
        """Cancel what runs and end the worker processes; gives how many conversions were cancelled."""
        running = list(self.running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        if self._workers is not None:
            workers, self._workers = self._workers, None
            await workers.close()
        return len(running)
