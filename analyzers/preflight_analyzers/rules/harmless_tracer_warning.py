"""CML105: PyTorch warns while tracing, of a size or a constant."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Severity
from preflight_analyzers.meaning.events import ApiCall, Branch, Iteration
from preflight_analyzers.meaning.values import Source
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.taken_out import Taking, taken_out

_EXPLANATION = """\
PyTorch warns while tracing (TracerWarning) whenever Python takes something out of the trace: by `if`,
`assert`, `int()`, `max()`, by going over a tensor, or by `torch.tensor()`. Most of these warnings are about
sizes, as in `assert h % 32 == 0`, others about constants, parameters and buffers. The converted model keeps
what they were with the example, which does no harm as long as its inputs have the example's shape.

This rule says where these warnings come from. It is silent unless asked for. What takes the *values* of an
input out is told by CML101, CML103 and CML104.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.shape[0] > 5:  # CML105
            return x * 2
        return x - 1


def example():
    return (torch.rand(4, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * x.shape[0]


def example():
    return (torch.rand(4, 8),)
"""


def _check(event: Taking, context: Context) -> Iterable[Problem]:
    taken = taken_out(event)
    if context.frontend != "trace" or taken is None:
        return
    if (taken.harmful and taken.surely) or taken.source is Source.OPEN:
        return
    why = _WHY[taken.source]
    if taken.shown:
        why = "only the example's value is shown"
    elif taken.harmful:
        why = "where it is a tensor, its value stays that of the example"
    yield Problem(
        at=event.site.at,
        message=f"PyTorch warns of {taken.how} while tracing: {why}",
        api=event.api if isinstance(event, ApiCall) else None,
        severity=Severity.INFO,
    )


_WHY = {
    Source.CONSTANT: "what comes out is a constant, as it is without tracing",
    Source.STATE: "what comes of parameters and buffers is a constant in any case",
    Source.UNSURE: "what comes out stays as with the example, whatever it depends on",
    Source.VARYING: "what comes out stays as with the example",
    Source.SHAPE: "the size stays that of the example",
    Source.INPUT: "the size stays that of the example",
}


RULE = Rule(
    code="CML105",
    name="harmless-tracer-warning",
    consequence=Consequence.FROZEN,
    summary="PyTorch warns while tracing, of a size or a constant: harmless while shapes are fixed",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=(Branch, ApiCall, Iteration),
    check=_check,
    opt_in=True,
)
