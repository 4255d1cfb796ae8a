"""Arithmetic and scans."""

from __future__ import annotations

from preflight_analyzers.findings import Severity
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.rules.miscomputed.case import Case, always, everywhere, number, option, subject


def _divides_a_number(event: ApiCall) -> bool:
    if not event.api.endswith("__"):
        return True
    # By a tensor: of a size more is known.
    return subject(event) is not None and number(event.arguments.get(1, "other")) is not None


def _has_alpha(event: ApiCall) -> bool:
    alpha = number(event.arguments.keywords.get("alpha"))
    return alpha is not None and alpha != 1


def _crosses_another_axis(event: ApiCall) -> bool:
    tensor = subject(event)
    shape = None if tensor is None else tensor.shape
    if option(event, 2, "dim") is not None or shape is None or len(shape) < 2:
        return False
    return shape[0] is not None and shape[0] != 3


def _operators(name: str) -> tuple[str, ...]:
    return tuple(f"torch.Tensor.__{how}{name}__" for how in ("", "r", "i"))


def _goes_beyond(event: ApiCall) -> bool:
    tensor, factor = subject(event), number(event.arguments.get(1, "other"))
    if tensor is None or tensor.dtype not in ("int32", "int64") or not isinstance(factor, int):
        return False
    return not -(2**31) <= factor < 2**31


CASES = (
    Case(
        name="one over x",
        apis=(*everywhere("reciprocal"), *everywhere("reciprocal_"), "torch.Tensor.__rtruediv__"),
        applies=_divides_a_number,
        happens=(
            "it is computed as 1 / (x + 0.0001): a tenth off where x is about 0.001, wholly where it is "
            "smaller; no matter where x stays away from zero"
        ),
        way_out="where x may come near zero: x ** -1",
        bad="1 / x + x.reciprocal()",
        good="2 * x ** -1",
        inputs="torch.rand(4, 6) * 0.001 + 0.001",
        severity=Severity.INFO,
    ),
    Case(
        name="alpha of add and sub",
        apis=(*everywhere("add"), *everywhere("sub"), *everywhere("subtract"), "torch.rsub"),
        applies=_has_alpha,
        happens="alpha is dropped",
        way_out="multiply yourself: x + alpha * y",
        bad="torch.add(x, x.abs(), alpha=3) + x.sub(1, alpha=2)",
        good="x + 3 * x.abs() + (x - 2)",
        frontends=("export",),
    ),
    Case(
        name="whole numbers beyond 32 bits",
        apis=tuple(api for name in ("add", "sub", "mul") for api in (*everywhere(name), *_operators(name))),
        applies=_goes_beyond,
        happens="Core ML has whole numbers of 32 bits: a number from 2**31 on becomes another one",
        way_out="keep the numbers below 2**31",
        bad="(x * 100).long() * 2654435761 % 1000",
        good="(x * 100).long() * 2654435 % 1000",
        inputs="torch.rand(4, 6)",
    ),
    Case(
        name="cross without dim",
        apis=everywhere("cross"),
        applies=_crosses_another_axis,
        happens="without dim, it goes along the first axis, not along the first of size 3",
        way_out="give dim",
        bad="torch.cross(x.view(8, 3), x.view(8, 3).exp())",
        good="torch.cross(x.view(8, 3), x.view(8, 3).exp(), dim=-1)",
        frontends=("trace",),
    ),
    Case(
        name="logcumsumexp of large values",
        apis=(*everywhere("logcumsumexp"),),
        applies=always,
        happens="it overflows to infinity where values exceed about 88; no matter below",
        way_out="where they may: m = x.amax(dim, keepdim=True); m + (x - m).exp().cumsum(dim).log()",
        bad="torch.logcumsumexp(x, 1)",
        good="x.amax(1, keepdim=True) + (x - x.amax(1, keepdim=True)).exp().cumsum(1).log()",
        inputs="torch.rand(4, 6) * 4 + 100",
        severity=Severity.INFO,
    ),
)
