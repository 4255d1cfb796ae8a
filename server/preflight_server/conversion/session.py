"""One conversion from request to report: follows the worker and tidies up, whatever happens."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..worker.leftovers import remove_leftovers
from .crash import crash_problem, located
from .errors import NeedsInputs, UsageError
from .inputs import InputSpec
from .output import choose_output, put_in_place
from .processes import Run, Worker
from .recipe import find_inputs, settings_for
from .report import ConversionReport, Feature, Problem, Span, StackFrame
from .request import ConversionRequest, Progress
from .streams import BoundedText, read_messages, read_text
from .target import find_target

#: Where each stage begins and ends, as shares of the whole.
_SHARES = {
    "start": (0.0, 0.25),
    "load": (0.25, 0.3),
    "trace": (0.3, 0.4),
    "convert": (0.4, 0.95),
    "save": (0.95, 1.0),
}
_DOING = {
    "start": "starting",
    "load": "loading",
    "trace": "tracing",
    "convert": "converting",
    "save": "saving",
}

#: The worker's own code failed.
_INTERNAL = 70


class Session:
    """Prepares a request (raising UsageError at once where it can't be carried out) and runs it."""

    def __init__(self, request: ConversionRequest, on_progress: Callable[[Progress], None]) -> None:
        self._folder = request.folder.resolve()
        self._request = request
        self._on_progress = on_progress
        self._began = time.perf_counter()
        self._target = find_target(request.target, self._folder)
        settings = settings_for(self._target)
        self._inputs = request.inputs or find_inputs(self._target, settings)
        asked = request.output or settings.get("output")
        if asked is not None and not isinstance(asked, str):
            raise UsageError(f"pyproject.toml: output of {self._target.shown!r} must be a text")
        self._output = choose_output(self._target, asked, self._folder, request.overwrite)
        self._path: Path | None = None
        self._stage = "start"
        self._stage_began = self._began
        self._seconds: dict[str, float] = {}
        self._printed = BoundedText()
        self._versions: dict[str, str] = {}
        self._refusal: UsageError | None = None
        self._expired = False

    async def convert(self, ready: Callable[[], Coroutine[Any, Any, Worker]]) -> ConversionReport:
        """Run the request on the worker that ``ready`` gives, within the request's time."""
        self._progress(0.0, "starting torch and coremltools")
        task = asyncio.create_task(self._convert(ready))
        try:
            done, _ = await asyncio.wait({task}, timeout=self._request.timeout)
        except asyncio.CancelledError:
            task.cancel()
            await _to_its_end(asyncio.wait({task}))
            raise
        if not done:
            self._expired = True
            task.cancel()
        return await task

    async def _convert(self, ready: Callable[[], Coroutine[Any, Any, Worker]]) -> ConversionReport:
        try:
            worker = await ready()
        except asyncio.CancelledError:
            if not self._expired:
                raise
            return self._timed_out("")
        self._versions = worker.versions
        message = self._message(tempfile.mkdtemp(prefix="coreml-preflight-"))
        try:
            return await self._run(await worker.run(message), Path(message["scratch"]))
        finally:
            remove_leftovers(message)

    async def _run(self, run: Run, scratch: Path) -> ConversionReport:
        self._enter("load")
        reading = [
            asyncio.create_task(self._follow(run)),
            asyncio.create_task(read_text(run.printed, self._printed)),
        ]
        try:
            status = await asyncio.shield(run.ended)
            # Only a process that got away could still hold the pipes.
            await asyncio.wait(reading, timeout=2)
            if self._refusal is not None:
                raise self._refusal
            return self._report(status, scratch)
        except asyncio.CancelledError:
            if not self._expired:
                raise
            return self._timed_out(await _where(run, scratch))
        finally:
            await _to_its_end(_stop(run, reading))

    def _message(self, scratch: str) -> dict[str, Any]:
        return {
            "path": str(self._target.path),
            "expression": self._target.expression,
            "target": self._target.shown,
            "inputs": [spec._asdict() for spec in self._inputs],
            "frontend": self._request.frontend,
            "folder": str(self._folder),
            "output": self._output.stem + self._output.suffix if self._output.suffix else None,
            "staging": self._output.staging,
            "scratch": scratch,
            "memory": self._request.memory,
        }

    async def _follow(self, run: Run) -> None:
        async for message in read_messages(run.messages):
            event = message["event"]
            if event == "loaded":
                try:
                    self._path = self._output.check(
                        ".mlmodel" if message["kind"] == "builder" else ".mlpackage"
                    )
                except UsageError as error:
                    self._refusal = error
                    run.kill()
            elif event == "stage":
                self._enter(message["stage"])
            elif event == "progress":
                self._progress(float(message["fraction"]), str(message["message"]))

    def _enter(self, stage: str) -> None:
        """Begin a stage; the one before it has taken until now."""
        now = time.perf_counter()
        self._seconds[self._stage] = self._seconds.get(self._stage, 0.0) + now - self._stage_began
        self._stage, self._stage_began = stage, now
        self._progress(0.0, self._doing())

    def _doing(self) -> str:
        name = self._target.expression or self._target.path.name
        file = self._target.path.name
        return {"load": f"loading {file}", "save": f"saving {self._output.stem}"}.get(
            self._stage, f"{_DOING.get(self._stage, self._stage)} {name}"
        )

    def _progress(self, fraction: float, message: str) -> None:
        begins, ends = _SHARES[self._stage]
        self._on_progress(Progress(self._stage, begins + (ends - begins) * fraction, message))

    def _report(self, status: int, scratch: Path) -> ConversionReport:
        result = _read_result(scratch) if status == 0 else None
        if result is None:
            return self._died(status, _read(scratch / "where"))
        if result["outcome"] == "refused":
            raise _refusal(result)
        # Stages that the parent has seen but the child not yet measured (start) are the parent's.
        seconds = {"start": self._seconds.get("start", 0.0), **result["seconds"]}
        report = ConversionReport(
            self._target.shown,
            result["outcome"],
            frontend=result["frontend"],
            inputs=_features(result.get("inputs", [])),
            outputs=_features(result.get("outputs", [])),
            seconds=seconds,
            torch_ops=result.get("torch_ops", {}),
            mil_ops=result.get("mil_ops", {}),
            layers=result.get("layers", {}),
            problems=tuple(self._problem(found) for found in result["problems"]),
            log=self._printed.text(),
            size=result.get("size"),
            versions=self._versions,
        )
        return self._placed(report, result) if report.converted else report

    def _placed(self, report: ConversionReport, result: dict[str, Any]) -> ConversionReport:
        staged = Path(result["saved"])
        path = self._output.folder / (self._output.stem + staged.suffix)
        try:
            put_in_place(staged, path, self._output.overwrite)
        except OSError as error:
            problem = Problem(
                "error",
                "save",
                f"the model can't be moved to {self._shown(path)}: {error.strerror or error}",
                help="choose another place with -o",
            )
            return replace(report, outcome="save-failed", problems=(*report.problems, problem), size=None)
        self._progress(1.0, f"saved {self._shown(path)}")
        return replace(report, output=self._shown(path))

    def _died(self, status: int, where: str) -> ConversionReport:
        self._enter(self._stage)
        if status == _INTERNAL:
            last = (self._printed.text().strip().splitlines() or ["no message"])[-1]
            problem = Problem("error", self._stage, f"the worker itself failed: {last}")
        else:
            problem = crash_problem(status, self._stage, where, self._target.path.parent)
        return self._unfinished("crashed", problem)

    def _timed_out(self, where: str) -> ConversionReport:
        stage = self._stage
        self._enter(stage)
        problem = Problem(
            "error",
            stage,
            f"not done within {self._request.timeout:g} s: it was {self._doing()}",
            help="give it more time with --timeout",
        )
        return self._unfinished("timeout", located(problem, where, self._target.path.parent))

    def _unfinished(self, outcome: str, problem: Problem) -> ConversionReport:
        return ConversionReport(
            self._target.shown,
            outcome,
            seconds=dict(self._seconds),
            problems=(problem._replace(path=self._shown_path(problem.path)),),
            log=self._printed.text(),
            versions=self._versions,
        )

    def _problem(self, found: dict[str, Any]) -> Problem:
        return Problem(
            found["severity"],
            found["stage"],
            found["message"],
            op=found["op"],
            path=self._shown_path(found["path"]),
            span=Span(*found["span"]) if found["span"] else None,
            symbol=found["symbol"],
            help=found["help"],
            stack=tuple(
                StackFrame(self._shown_path(path) or path, line, symbol)
                for path, line, symbol in found["stack"]
            ),
            times=found["count"],
        )

    def _shown_path(self, path: str | None) -> str | None:
        return None if path is None else self._shown(Path(path))

    def _shown(self, path: Path) -> str:
        """Relative to the working folder where it lies below it."""
        return str(path.relative_to(self._folder)) if path.is_relative_to(self._folder) else str(path)


def _features(found: list[dict[str, Any]]) -> tuple[Feature, ...]:
    return tuple(Feature(one["name"], tuple(one["shape"]), one["dtype"]) for one in found)


def _refusal(result: dict[str, Any]) -> UsageError:
    question = result.get("question")
    if question is None:
        return UsageError(result["message"])
    guess = tuple(InputSpec(one["name"], tuple(one["shape"]), one["dtype"]) for one in question["guess"])
    return NeedsInputs(result["message"], tuple(question["parameters"]), guess)


def _read_result(scratch: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads(_read(scratch / "result.json")))
    except ValueError:
        return None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


async def _where(run: Run, scratch: Path) -> str:
    """Ask the process which line it is running."""
    if not hasattr(signal, "SIGUSR1") or run.ended.done():
        return ""
    path = scratch / "where"
    try:
        os.kill(run.pid, signal.SIGUSR1)
    except OSError:
        return ""
    for _ in range(20):
        await asyncio.sleep(0.05)
        text = _read(path)
        if text.endswith("\n"):
            return text
    return ""


async def _stop(run: Run, reading: list[asyncio.Task[None]]) -> None:
    if not run.ended.done():
        run.kill()
        await run.ended
    for task in reading:
        task.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    run.close()


async def _to_its_end(action: Coroutine[Any, Any, Any]) -> None:
    """Finish what must be finished, however often the awaiting task is cancelled meanwhile."""
    task = asyncio.ensure_future(action)
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                return
