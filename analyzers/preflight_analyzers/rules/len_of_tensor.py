"""CML102: ``len()`` of a tensor."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Edit, Fix, Severity
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.places import range_of, text_of
from preflight_analyzers.meaning.values import Source, is_tensor, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`len(x)` gives a plain Python number while the model is traced: the length of the example becomes part
of the model. With an input of another length (a flexible shape, a longer sequence) the converted model
still computes with the old one.

`x.shape[0]` is followed by the tracer and stays a size. Where the shape of the input never changes the
two give the same, so this is no more than an info; where the conversion leaves the size open, CML106 warns.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.sum(0) / len(x)  # CML102


def example():
    return (torch.rand(4, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.sum(0) / x.shape[0]


def example():
    return (torch.rand(4, 8),)
"""


def _judges(api: str, context: Context) -> bool:
    return api == "builtins.len"


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if len(event.arguments.positional) != 1:
        return
    value = event.arguments.positional[0]
    if not is_tensor(value) or source_of(value) < Source.SHAPE:
        return
    yield Problem(
        at=event.site.at,
        message="len() of a tensor becomes a constant: the length of the example input",
        help="use x.shape[0], which is followed while tracing",
        api="builtins.len",
        fix=lambda: _use_shape(event),
        severity=Severity.INFO,
    )


def _use_shape(event: ApiCall) -> Fix | None:
    unit, block = event.site.unit, event.site.block
    call = event.node
    if not isinstance(call, ir.Call) or len(call.arguments) != 1:
        return None
    value = call.arguments[0].value
    text = text_of(unit, block, value.at)
    simple = isinstance(value, ir.Name | ir.Attribute | ir.Call | ir.Subscript)
    if not simple or "\n" in text:
        text = f"({text})"
    return Fix("Replace by .shape[0]", (Edit(range_of(unit, block, call.at), f"{text}.shape[0]"),))


RULE = Rule(
    code="CML102",
    name="len-of-tensor",
    consequence=Consequence.FROZEN,
    summary="len() of a tensor becomes the length of the example input",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
    fixable=True,
)
