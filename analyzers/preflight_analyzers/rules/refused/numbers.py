"""Numbers that the tracer follows: sizes are whole ones to Core ML."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, is_whole, surely_traced
from preflight_analyzers.rules.refused.case import Case


def _divides_by_a_size(event: ApiCall) -> bool:
    """Where the quotient surely gets into the graph, and isn't only taken out of it by Python."""
    size = event.arguments.positional[0]
    return surely_traced(size) and is_whole(size) and event.uses.reached


def _takes_a_complex_number(event: ApiCall) -> bool:
    return any(
        isinstance(value, Known) and type(value.value) is complex for value in event.arguments.values()
    )


_ARITHMETIC = ("add", "sub", "mul", "div", "pow")
_OPERATORS = ("add", "sub", "mul", "truediv", "pow")

CASES = (
    Case(
        name="a complex number",
        apis=(
            *(f"torch.Tensor.__{side}{name}__" for side in ("", "r", "i") for name in _OPERATORS),
            *(f"torch.{name}" for name in _ARITHMETIC),
            *(f"torch.Tensor.{name}" for name in _ARITHMETIC),
        ),
        applies=_takes_a_complex_number,
        use="with a complex number",
        why="the converter can't read such a constant",
        way_out="compute the real and the imaginary part on their own",
        bad="return (x * 1j).imag",
        good="return x * 1.0",
    ),
    Case(
        name="a number divided by a size",
        apis=("torch.Tensor.__rtruediv__",),
        applies=_divides_by_a_size,
        use="of a size",
        why="a size is a whole number to the converter, which takes the reciprocal of floats only",
        way_out="make it a number with int() or float(), or divide the tensor by the size",
        bad="return x * (1.0 / x.shape[1])",
        good="return x / x.shape[1]",
    ),
)
