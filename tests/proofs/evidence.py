"""Proves what a rule claims: by the real converter, on the rule's own bad and good example."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import coremltools as ct
import numpy as np
import torch
from coremltools.converters.mil.mil import types

from preflight_analyzers.findings import Consequence
from tests.proofs.mil import evaluate
from tests.proofs.program import Inputs, Program, probes


class NotProven(AssertionError):
    """An example does not show what its rule claims."""


#: What a typo in an example raises, which proves nothing.
_SLIPS = (NameError, ImportError, FileNotFoundError)


def prove_bad(consequence: Consequence, bad: str, good: str, folder: Path) -> None:
    """Runs ``bad`` in ``folder`` and sees the consequence; raises :class:`NotProven` otherwise."""
    _PROOFS[consequence](bad, good, folder)


def prove_good(good: str, folder: Path) -> None:
    """``good`` converts, and both the trace and the converted program give eager's result on other inputs."""
    program = Program(good, folder)
    model = program.convert()
    if not program.has_module:
        return
    if not program.converts_itself:
        for probe, eager, traced in _traced_and_eager(program):
            _demand(_close(eager, traced), f"the trace of the good example differs from eager for {probe}")
        model = program.convert(compute_precision=ct.precision.FLOAT32)
    for probe, eager, converted in _converted_and_eager(program, model):
        agrees = _close(eager, converted, _tolerance(model))
        _demand(agrees, f"the converted good example differs from eager for {probe}")


def computes_otherwise(source: str, folder: Path, frontend: str = "trace") -> bool:
    """Whether the program, converted, differs from eager for some input of the example's shapes."""
    program = Program(source, folder)
    lowered, eager = program.lower(frontend), program.eager()
    return any(
        not _close(_run(eager, probe), evaluate(lowered, [value.numpy() for value in probe.values]))
        for probe in probes(program.example())
        if probe.as_traced
    )


def _trace_fails(bad: str, _good: str, folder: Path) -> None:
    program = Program(bad, folder)
    if program.has_module:
        program.eager()(*program.example())
    _demand_raises(program.convert if program.converts_itself else program.trace, "tracing")


def _convert_fails(bad: str, _good: str, folder: Path) -> None:
    program = Program(bad, folder)
    if not program.converts_itself:
        program.trace()
    _demand_raises(program.convert, "converting")


def _frozen(bad: str, _good: str, folder: Path) -> None:
    program = Program(bad, folder)
    differs = [not _close(eager, traced) for _probe, eager, traced in _traced_and_eager(program)]
    _demand(not differs[0], "the trace differs from eager already on the input it was made with")
    _demand(any(differs), "no other input shows a frozen value")
    program.convert()


def _wrong_result(bad: str, _good: str, folder: Path) -> None:
    program = Program(bad, folder)
    model = (
        program.convert()
        if program.converts_itself
        else program.convert(compute_precision=ct.precision.FLOAT32)
    )
    outcomes = _converted_and_eager(program, model)
    _demand(
        any(not _close(eager, converted, _tolerance(model)) for _probe, eager, converted in outcomes),
        "the converted program agrees with eager on every input",
    )


def _redundant(bad: str, good: str, folder: Path) -> None:
    Program(good, folder).convert()  # a conversion that failed before leaves its count of names to the next
    with_it, without_it = Program(bad, folder).convert(), Program(good, folder).convert()
    _demand(
        with_it.get_spec() == without_it.get_spec() and _weights(with_it) == _weights(without_it),
        "the bad and the good example give different models",
    )


def _neural_engine(bad: str, good: str, folder: Path) -> None:
    _demand(
        bool(_operations_in(types.fp32, Program(bad, folder).convert())),
        "the converted program computes nothing in float32",
    )
    left = _operations_in(types.fp32, Program(good, folder).convert())
    _demand(not left, f"the good example still computes in float32: {left}")


def _environment(bad: str, good: str, folder: Path) -> None:
    _demand_raises(lambda: _run_or_compile(bad, folder), "compiling and running")
    _run_or_compile(good, folder)


def _run_or_compile(source: str, folder: Path) -> None:
    compile(source, "example.py", "exec")
    if "class Net" in source:
        program = Program(source, folder)
        program.eager()(*program.example())


_PROOFS: dict[Consequence, Callable[[str, str, Path], None]] = {
    Consequence.TRACE_FAILS: _trace_fails,
    Consequence.CONVERT_FAILS: _convert_fails,
    Consequence.WRONG_RESULT: _wrong_result,
    Consequence.FROZEN: _frozen,
    Consequence.NEURAL_ENGINE: _neural_engine,
    Consequence.REDUNDANT: _redundant,
    Consequence.ENVIRONMENT: _environment,
}

Outputs = list[np.ndarray]


def _traced_and_eager(program: Program) -> Iterator[tuple[Inputs, Outputs, Outputs | None]]:
    """For each probe: eager's outputs and the trace's, which are None where it raises."""
    traced, eager = program.trace(), program.eager()
    for probe in probes(program.example()):
        try:
            outputs = _run(traced, probe)
        except RuntimeError:
            outputs = None
        yield probe, _run(eager, probe), outputs


def _converted_and_eager(program: Program, model: Any) -> Iterator[tuple[Inputs, Outputs, Outputs]]:
    eager = program.eager()
    for probe in probes(program.example() if program.has_example else _random_inputs(model)):
        if probe.as_traced:
            inputs = [value.numpy() for value in probe.values]
            yield probe, _run(eager, probe), evaluate(model._mil_program, inputs)


def _random_inputs(model: Any) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(1)
    return tuple(torch.randn(var.shape) for var in model._mil_program.functions["main"].inputs.values())


def _run(module: torch.nn.Module, probe: Inputs) -> Outputs:
    with torch.no_grad():
        # A copy: a module may work in place on its input.
        outputs = module(*(value.clone() for value in probe.values))
    return [output.numpy() for output in (outputs if isinstance(outputs, tuple | list) else (outputs,))]


def _close(expected: Outputs, actual: Outputs | None, tolerance: float = 1e-4) -> bool:
    """Equal but for rounding."""
    return (
        actual is not None
        and len(expected) == len(actual)
        and all(
            np.shape(one) == np.shape(other)
            and np.allclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True)
            for one, other in zip(expected, actual, strict=True)
        )
    )


def _tolerance(model: Any) -> float:
    """What rounding may cost a small network that computes in float16, or in float32 alone."""
    return 2e-2 if _operations_in(types.fp16, model) else 1e-4


def _operations_in(dtype: type, model: Any) -> list[str]:
    """The operations that compute in ``dtype``; constants and the casts at the borders don't compute."""
    return [
        operation.op_type
        for operation in model._mil_program.functions["main"].operations
        if operation.op_type not in ("const", "cast")
        and any(output.dtype == dtype for output in operation.outputs)
    ]


def _weights(model: Any) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(Path(model.weights_dir).iterdir()))


def _demand(condition: bool, complaint: str) -> None:
    if not condition:
        raise NotProven(complaint)


def _demand_raises(action: Callable[[], object], what: str) -> None:
    try:
        action()
    except _SLIPS:
        raise
    except Exception:
        return
    raise NotProven(f"{what} raises nothing")
