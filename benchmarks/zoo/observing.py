"""Traces and converts a module, and notes on which lines of its package what happens."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import coremltools as ct
import torch
from torch.overrides import TorchFunctionMode

from preflight_server.knowledge_builder.probe import input_types
from preflight_server.worker.inputs import Examples
from preflight_server.worker.obstacles import Blocked, all_obstacles
from preflight_server.worker.sources import Step, steps_of_frame, steps_of_traceback
from preflight_server.worker.tags import Sources

from .frozen import origin
from .inputs import Runnable

#: What a value was made of, the most harmless first.
_ORIGINS = ("constant", "size", "unknown", "data")
#: Warnings of what freezes a size, whatever the tensor holds.
_OF_SIZES = ("Iterating over a tensor", "Using len to get tensor shape")
#: What the tracer makes of a dict that a model gives back, once it has run.
_OF_OUTPUTS = "prim::DictConstruct"
CONVERTS, CONVERT_FAILS, TRACE_FAILS = "converts", "convert-fails", "trace-fails"


class Failure(NamedTuple):
    #: Relative to the folder that holds the package; None: no line of the package leads to it.
    path: str | None
    line: int
    end_line: int
    stage: str
    op: str | None
    missing: bool
    message: str


class Frozen(NamedTuple):
    """A TracerWarning."""

    path: str
    line: int
    message: str
    #: What the value was made of: "data", "size", "constant", or "unknown".
    origin: str


class Observed(NamedTuple):
    outcome: str
    failures: list[Failure]
    frozen: list[Frozen]
    #: The lines of the package that ran, by file.
    ran: dict[str, list[int]]


class Package:
    """Tells a package's lines from those of the libraries that it uses."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = str(folder.resolve()) + "/"
        self._own = (f"{self._folder}{name}/", f"{self._folder}{name}.py")

    def owns(self, path: str) -> bool:
        return path.startswith(self._own)

    def relative(self, path: str) -> str:
        return path[len(self._folder) :]

    def innermost(self, steps: list[Step]) -> Step | None:
        return next((step for step in reversed(steps) if self.owns(step.path)), None)


def observe(runnable: Runnable, package: Package) -> Observed:
    logging.getLogger("coremltools").setLevel(logging.CRITICAL + 1)
    warned: list[tuple[Step, str]] = []
    ran: dict[str, set[int]] = {}
    returned: list[Step] = []
    try:
        with (
            _lines_that_run(package, ran, returned),
            _tracer_warnings(lambda step, text, _: warned.append((step, text)), package),
        ):
            traced = _trace(runnable)
    except Exception as error:
        failures = [
            _failure(package, steps_of_traceback(error.__traceback__), TRACE_FAILS, _first_line(error))
        ]
        outcome = TRACE_FAILS
    else:
        failures = [
            _failure(package, returned, one.stage, one.message, one.op, one.missing)
            if one.op == _OF_OUTPUTS
            else one
            for one in _conversion(traced, runnable, package)
        ]
        outcome = CONVERT_FAILS if failures else CONVERTS
    return Observed(
        outcome,
        failures,
        _with_origins(warned, runnable, package),
        {path: sorted(lines) for path, lines in ran.items()},
    )


def _trace(runnable: Runnable) -> Any:
    torch.manual_seed(0)
    with torch.no_grad():
        inputs = tuple(one.clone() for one in runnable.inputs)
        return torch.jit.trace(runnable.module, inputs, check_trace=False, strict=False)


def _conversion(traced: Any, runnable: Runnable, package: Package) -> list[Failure]:
    sources = Sources(runnable.module, Examples((), runnable.inputs, None))
    with all_obstacles(sources) as watcher, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = ct.convert(
                traced,
                inputs=input_types(runnable.inputs),
                convert_to="milinternal",
                pass_pipeline=ct.PassPipeline.EMPTY,
            )
            if _most_axes(program) > 5:  # what becomes of it is only known at the end
                ct.convert(traced, inputs=input_types(runnable.inputs), skip_model_load=True)
        except Blocked as blocked:
            return [
                _failure(package, one.steps, CONVERT_FAILS, one.message, one.op, one.unsupported)
                for one in blocked.obstacles
            ]
        except Exception as error:
            return [_failure(package, watcher.steps_of_failure(error), CONVERT_FAILS, _first_line(error))]
    return []


def _most_axes(program: Any) -> int:
    """The largest rank of what a MIL program computes."""
    outputs = [
        output
        for function in program.functions.values()
        for operation in function.operations
        for output in operation.outputs
    ]
    return max((len(getattr(output, "shape", None) or ()) for output in outputs), default=0)


def _failure(
    package: Package,
    steps: list[Step],
    stage: str,
    message: str,
    op: str | None = None,
    missing: bool = False,
) -> Failure:
    step = package.innermost(steps)
    message = message[:200]
    if step is None:
        return Failure(None, 0, 0, stage, op, missing, message)
    end = step.span.end_line if step.span is not None else step.line
    return Failure(package.relative(step.path), step.line, end, stage, op, missing, message)


@contextmanager
def _lines_that_run(package: Package, ran: dict[str, set[int]], returned: list[Step]) -> Iterator[None]:
    """Notes the lines of the package, and the one on which it returned at last."""

    def in_package(frame: Any, event: str, argument: Any) -> Any:
        if event == "line":
            ran.setdefault(package.relative(frame.f_code.co_filename), set()).add(frame.f_lineno)
        elif event == "return":
            returned[:] = [Step(frame.f_code.co_filename, frame.f_lineno)]
        return in_package

    def called(frame: Any, event: str, argument: Any) -> Any:
        return in_package if package.owns(frame.f_code.co_filename) else None

    sys.settrace(called)
    try:
        yield
    finally:
        sys.settrace(None)


@contextmanager
def _tracer_warnings(note: Callable[[Step, str, Any], None], package: Package) -> Iterator[None]:
    """Tells of each warning where in the package it is, its text and the frame that warns."""

    def show(message: Any, category: Any, *rest: Any) -> None:
        if issubclass(category, torch.jit.TracerWarning):
            frame = sys._getframe(1)
            step = package.innermost(steps_of_frame(frame))
            if step is not None:
                note(step._replace(span=None), " ".join(str(message).split())[:120], frame)

    with warnings.catch_warnings():
        warnings.simplefilter("always", torch.jit.TracerWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


def _with_origins(warned: list[tuple[Step, str]], runnable: Runnable, package: Package) -> list[Frozen]:
    """The warnings, each once; traced again, watched, to see what their values are made of."""
    if not warned:
        return []
    origins: dict[tuple[str, int, str], set[str]] = {}
    current = ["unknown"]

    class Watch(TorchFunctionMode):  # type: ignore[misc]  # torch is untyped here
        """Knows of which call of torch a warning comes."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            previous, current[0] = current[0], origin([*args, *(kwargs or {}).values()])
            try:
                return func(*args, **(kwargs or {}))
            finally:
                current[0] = previous

    def note(step: Step, text: str, frame: Any) -> None:
        found = current[0] if current[0] != "unknown" else _origin_of_method(frame)
        if text.startswith(_OF_SIZES):
            found = min(found, "size", key=_ORIGINS.index)
        origins.setdefault((step.path, step.line, text), set()).add(found)

    try:
        with _tracer_warnings(note, package), Watch():
            _trace(runnable)
    except Exception as error:
        del error  # what fails watched, or fails anyway: the warnings before it are known
    found = []
    for step, text in dict.fromkeys(warned):
        seen = origins.get((step.path, step.line, text), {"unknown"})
        worst = max(seen, key=_ORIGINS.index)
        found.append(Frozen(package.relative(step.path), step.line, text, worst))
    return found


def _origin_of_method(frame: Any) -> str:
    """Of the tensor whose Python method warns; some are called past the watch."""
    while frame is not None:
        if frame.f_globals.get("__name__") == "torch._tensor" and "self" in frame.f_locals:
            return origin([frame.f_locals["self"]])
        frame = frame.f_back
    return "unknown"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else ''}"
