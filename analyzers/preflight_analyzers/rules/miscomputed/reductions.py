"""Reductions."""

from __future__ import annotations

from preflight_analyzers.findings import Severity
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known
from preflight_analyzers.rules.miscomputed.case import Case, everywhere, number, option, subject

_SPREAD = (*everywhere("std"), *everywhere("var"))


def _is_bare(event: ApiCall) -> bool:
    given = event.arguments
    return given.complete and len(given.positional) == 1 and not given.keywords


def _has_odd_correction(event: ApiCall) -> bool:
    correction = number(event.arguments.keywords.get("correction"))
    return correction is not None and correction not in (0, 1)


def _is_of_all_axes(event: ApiCall) -> bool:
    tensor, dim = subject(event), option(event, 1, "dim")
    without_dim = dim is None or (isinstance(dim, Known) and dim.value is None)
    return without_dim and tensor is not None and tensor.rank is not None and tensor.rank > 1


def _is_of_floats(event: ApiCall) -> bool:
    tensor = subject(event)
    has_dim = number(option(event, 1, "dim")) is not None
    return has_dim and tensor is not None and tensor.dtype in ("float16", "float32", "float64")


CASES = (
    Case(
        name="std or var of everything",
        apis=_SPREAD,
        applies=_is_bare,
        happens="it loses Bessel's correction: too small by a factor of (n - 1) / n, or its root",
        way_out="write unbiased=True, which is converted rightly",
        bad="x / x.std() + torch.var(x)",
        good="x / x.std(unbiased=True) + torch.var(x, unbiased=True)",
    ),
    Case(
        name="std or var with another correction",
        apis=_SPREAD,
        applies=_has_odd_correction,
        happens="a correction= other than 0 and 1 is taken as 1",
        way_out="correct the result with a factor of your own",
        bad="x.var(dim=1, correction=2)",
        good="x.var(dim=1, correction=1) * 5 / 4",
        frontends=("trace",),
    ),
    Case(
        name="argmax or argmin of everything",
        apis=(*everywhere("argmax"), *everywhere("argmin")),
        applies=_is_of_all_axes,
        happens="without dim, it goes along the last axis only",
        way_out="flatten first: x.reshape(-1).argmax(0)",
        bad="x.view(4, 6).argmax() + torch.argmin(x.view(4, 6))",
        good="x.reshape(-1).argmax(0) + torch.argmin(x.reshape(-1), 0)",
    ),
    Case(
        name="any or all of floats",
        apis=(*everywhere("any"), *everywhere("all")),
        applies=_is_of_floats,
        happens=(
            "fractions are cut off and negative values aren't compared with zero, but added or lost; "
            "no matter where all are 0 or 1"
        ),
        way_out="compare first: (x != 0).any(dim)",
        bad="torch.floor(x).float().any(1)",
        good="(torch.floor(x) != 0).any(1)",
        severity=Severity.WARNING,
    ),
)
