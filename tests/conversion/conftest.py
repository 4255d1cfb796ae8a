"""One warm worker for all conversions of a test run."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from preflight_server.conversion.inputs import parse_input
from preflight_server.conversion.report import ConversionReport
from preflight_server.conversion.request import ConversionRequest, Progress
from preflight_server.conversion.runner import Workers

T = TypeVar("T")


class Bench:
    """Converts from synchronous tests, on an event loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.workers = Workers()
        # So that no test's time is taken by the imports.
        self.run(self.workers.prepare())

    def run(self, action: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(action, self.loop).result(300)

    def convert(
        self,
        folder: Path,
        target: str,
        *inputs: str,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        **options: Any,
    ) -> ConversionReport:
        specs = tuple(parse_input(text) for text in inputs)
        request = ConversionRequest(target, specs, folder=folder, **options)
        return self.run(self.workers.convert(request, on_progress))

    def close(self) -> None:
        self.run(self.workers.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file below the test's folder and returns the folder."""

    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def left_behind(folder: Path) -> list[str]:
    """Hidden files, where models are written before they are moved into place."""
    return [path.name for path in folder.rglob(".*")]
