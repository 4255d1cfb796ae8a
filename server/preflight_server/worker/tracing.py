"""From a module and example tensors to a graph, by torch.jit.trace or torch.export. Runs user code."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from .capture import silenced_output
from .failures import StageFailed, describe
from .inputs import Examples
from .problems import Problems
from .sources import Place, Project, steps_of_frame, steps_of_traceback


def into_eval(module: Any, made_here: bool, place: Place | None, problems: Problems) -> None:
    """Dropout and normalisation of a module in training mode would be frozen as they train."""
    if not module.training:
        return
    module.eval()
    if not any(_behaves_otherwise(layer) for layer in module.modules()):
        return
    if made_here:
        problems.add("info", "trace", "the module is converted in eval mode", place=place)
        return
    problems.add(
        "warning",
        "trace",
        "the module was in training mode, in which its dropout or normalisation differs; "
        "it was put into eval mode",
        place=place,
        help="call .eval() before you trace it yourself",
    )


def _behaves_otherwise(layer: Any) -> bool:
    import torch.nn as nn

    names = ("_BatchNorm", "_InstanceNorm", "_DropoutNd")
    kinds = tuple({base for one in (nn.BatchNorm2d, nn.InstanceNorm2d, nn.Dropout) for base in one.__mro__})
    kinds = tuple(kind for kind in kinds if kind.__name__ in names)
    return isinstance(layer, kinds) or (isinstance(layer, nn.RNNBase) and layer.dropout > 0)


def trace(
    module: Any, examples: Examples, project: Project, fallback: Place | None, problems: Problems
) -> Any:
    """torch.jit.trace; raises StageFailed where the user's forward, or tracing it, fails.

    ``fallback`` is where a failure stands that no line of the project leads to.
    """
    return _run(
        lambda: plain_trace(module, examples), "torch.jit.trace", examples, project, fallback, problems
    )


def runs_at_all(module: Any, examples: Examples) -> bool:
    """Whether forward works on the examples when nothing watches it."""
    import torch

    try:
        with silenced_output(), torch.no_grad():
            module(*examples.positional, **(examples.keyword or {}))
    except BaseException:  # whatever user code raises, SystemExit too
        return False
    return True


def plain_trace(module: Any, examples: Examples) -> Any:
    import torch

    with _without_gradients():
        if examples.keyword is not None:
            return torch.jit.trace(
                module, example_kwarg_inputs=examples.keyword, check_trace=False, strict=False
            )
        return torch.jit.trace(module, examples.positional, check_trace=False, strict=False)


def export(
    module: Any, examples: Examples, project: Project, fallback: Place | None, problems: Problems
) -> Any:
    """torch.export with decompositions, as coremltools wants it; raises StageFailed as ``trace`` does."""
    import torch

    def run() -> Any:
        with _without_gradients():
            program = torch.export.export(module, examples.positional, examples.keyword)
            return program.run_decompositions({})

    return _run(run, "torch.export", examples, project, fallback, problems)


@contextlib.contextmanager
def _without_gradients() -> Iterator[None]:
    """And without the fused attention that torch takes to then: there are no converters for it."""
    import torch

    fused = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        with torch.no_grad():
            yield
    finally:
        torch.backends.mha.set_fastpath_enabled(fused)


def _run(
    action: Callable[[], Any],
    name: str,
    examples: Examples,
    project: Project,
    fallback: Place | None,
    problems: Problems,
) -> Any:
    try:
        with _warnings_as_problems(project, problems):
            return action()
    except BaseException as error:  # whatever user code raises, SystemExit too
        place = project.place(steps_of_traceback(error.__traceback__)) or fallback
        given = ", ".join(
            f"{one.name}: {'x'.join(map(str, one.shape)) or 'scalar'} {one.dtype}" for one in examples.inputs
        )
        problems.add(
            "error",
            "trace",
            f"{name} raises {describe(error)}",
            place=place,
            help=f"it ran with {given}" if given else None,
        )
        raise StageFailed from error


@contextlib.contextmanager
def _warnings_as_problems(project: Project, problems: Problems) -> Iterator[None]:
    """TracerWarnings say which value is frozen into the graph: they belong on the line."""
    import torch

    def show(
        message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: str | None = None
    ) -> None:
        if not issubclass(category, torch.jit.TracerWarning):
            previous(message, category, filename, lineno, file, line)
            return
        place = project.place(steps_of_frame(sys._getframe(1)))
        problems.add("warning", "trace", _without_advice(str(message)), place=place)

    with warnings.catch_warnings():
        previous = warnings.showwarning
        warnings.simplefilter("always", torch.jit.TracerWarning)
        warnings.showwarning = show
        yield


def _without_advice(message: str) -> str:
    """The first sentence of a TracerWarning, which says what happened."""
    text = " ".join(message.split())
    return text.partition(". ")[0].removesuffix(".")
