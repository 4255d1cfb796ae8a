"""CML108: ``.data`` cuts a tensor out of the trace."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Edit, Fix, Position, Range
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.places import range_of
from preflight_analyzers.meaning.values import Source, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`x.data` is a tensor that the tracer knows nothing of: what is computed from it becomes a constant, with the
values of the example input. Neither PyTorch nor coremltools warns.

`x.detach()` gives the same tensor, and is followed. `.data` of parameters and buffers, and what is only asked
for its shape, are not reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * x.data  # CML108


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * x.detach()


def example():
    return (torch.rand(1, 8),)
"""


def _judges(api: str, context: Context) -> bool:
    return api == "torch.Tensor.data" and context.frontend == "trace"


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if source_of(event.arguments.positional[0]) is Source.INPUT and event.uses.results:
        yield Problem(
            at=event.site.at,
            message=".data is not followed while tracing: it becomes a constant, the example's values",
            help="use .detach()",
            api=event.api,
            fix=lambda: _detach(event),
        )


def _detach(event: ApiCall) -> Fix | None:
    unit, block = event.site.unit, event.site.block
    if not isinstance(event.node, ir.Attribute):
        return None
    end = range_of(unit, block, event.node.at).end
    name = Range(Position(end.line, end.column - len("data")), end)
    return Fix("Replace by .detach()", (Edit(name, "detach()"),))


RULE = Rule(
    code="CML108",
    name="data-of-tensor",
    consequence=Consequence.FROZEN,
    summary=".data cuts a tensor out of the trace, and its values become constants",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
    fixable=True,
)
