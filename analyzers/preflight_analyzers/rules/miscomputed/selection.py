"""Picking parts, and making what parts are picked by."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import surely_traced
from preflight_analyzers.rules.miscomputed.case import Case, everywhere, number, option


def _reaches_the_end(event: ApiCall) -> bool:
    start, length = number(option(event, 2, "start")), number(option(event, 3, "length"))
    return start is not None and length is not None and start < 0 and start + length == 0


def _between_sizes(event: ApiCall) -> bool:
    bounds = (option(event, 0, "start"), option(event, 1, "end"))
    return any(bound is not None and surely_traced(bound) for bound in bounds)


CASES = (
    Case(
        name="linspace from or to a size",
        apis=("torch.linspace",),
        applies=_between_sizes,
        happens="a size is a tensor of one axis for the converter, and the result gets that axis as well",
        way_out="make it a number with int(): tracing fixes it anyway",
        bad="torch.linspace(0, x.shape[1] - 1, 6) + x.sum()",
        good="torch.linspace(0, int(x.shape[1]) - 1, 6) + x.sum()",
        frontends=("trace",),
    ),
    Case(
        name="narrow up to the end",
        apis=everywhere("narrow"),
        applies=_reaches_the_end,
        happens="a start counted from the end, with a length that reaches it, gives an empty tensor",
        way_out="take a slice: x[:, -n:]",
        bad="x.relu().narrow(1, -2, 2)",
        good="x.relu()[:, -2:]",
        frontends=("trace",),
    ),
)
