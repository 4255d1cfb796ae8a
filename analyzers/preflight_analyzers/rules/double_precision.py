"""CML112: 64-bit floats are asked for, and Core ML has none."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Severity
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.shapes.call import dtype_named
from preflight_analyzers.meaning.values import Known, Source, Value, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
Core ML has no 64-bit floats: what `x.double()` or `x.to(torch.float64)` gives is computed in 16 bits like the
rest of the model, or in 32 with `compute_precision=ct.precision.FLOAT32`. Nothing warns. Where 64 bits were
meant to save digits (a small difference of large numbers, a long sum), these are lost; a number above 3.4e38
is an infinity.

Compute so that 32 bits suffice: take a mean away before squaring, for instance. Where 64 bits are there only
to be on the safe side, leave them out. Parameters, buffers and constants of 64 bits are not reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = x.double()  # CML112
        return (y * y).mean(-1) - y.mean(-1) ** 2


def example():
    return (torch.rand(2, 8) + 1000,)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = x - x.mean(-1, keepdim=True)
        return (y * y).mean(-1)


def example():
    return (torch.rand(2, 8) + 1000,)
"""

_CASTS = ("torch.Tensor.double", "torch.Tensor.to", "torch.Tensor.type")


def _judges(api: str, context: Context) -> bool:
    return api in _CASTS


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    tensor, *rest = event.arguments.positional
    given = [*rest, *event.arguments.keywords.values()]
    asked = event.api == "torch.Tensor.double" or any(map(_is_float64, given))
    if asked and source_of(tensor) is Source.INPUT and event.uses.results:
        yield Problem(
            at=event.site.at,
            message="Core ML has no 64-bit floats: what follows is computed in 16 or 32 bits",
            help="compute so that 32 bits suffice, or leave it out",
            api=event.api,
            severity=Severity.INFO,
        )


def _is_float64(value: Value) -> bool:
    if isinstance(value, Known):
        return value.value == "torch.DoubleTensor"
    return dtype_named(value) == "float64"


RULE = Rule(
    code="CML112",
    name="double-precision",
    consequence=Consequence.WRONG_RESULT,
    summary="64-bit floats are asked for, and computed in 16 or 32 bits",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
)
