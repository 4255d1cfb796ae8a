"""Picking parts."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.rules.miscomputed.case import Case, everywhere, number, option


def _reaches_the_end(event: ApiCall) -> bool:
    start, length = number(option(event, 2, "start")), number(option(event, 3, "length"))
    return start is not None and length is not None and start < 0 and start + length == 0


CASES = (
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
