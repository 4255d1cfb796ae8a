"""Numbers that the tracer follows: sizes are whole ones to Core ML."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import is_whole, surely_traced
from preflight_analyzers.rules.refused.case import Case


def _divides_by_a_size(event: ApiCall) -> bool:
    """Where the quotient surely gets into the graph, and isn't only taken out of it by Python."""
    size = event.arguments.positional[0]
    return surely_traced(size) and is_whole(size) and event.uses.reached


CASES = (
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
