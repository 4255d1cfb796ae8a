"""CML203: an operator that converts without a word and computes something else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from preflight_analyzers.findings import Consequence, Edit, Fix, Position, Range
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.places import range_of, text_of
from preflight_analyzers.meaning.values import holds_tensor, surely_traced
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.miscomputed import CASES, cases_by_api
from preflight_analyzers.rules.unsupported_torch_op import shown
from preflight_analyzers.source.lexer import mask

_EXPLANATION = """\
The conversion succeeds, and the converted model gives other results than PyTorch. Seen by evaluating
converted programs of coremltools 9.0. It is an error where ordinary inputs come out different beyond the
rounding of 16-bit floats, an info where only extreme ones do.

""" + "".join(f"- {case.summary}\n" for case in CASES)

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / x.std()  # CML203


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / x.std(unbiased=True)


def example():
    return (torch.rand(1, 8) + 0.5,)
"""


def _judges(api: str, context: Context) -> bool:
    return any(context.frontend in case.frontends for case in cases_by_api().get(api, ()))


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if not event.used:
        return
    if not any(holds_tensor(value) or surely_traced(value) for value in event.arguments.values()):
        return  # Python computes it
    for case in cases_by_api()[event.api]:
        if context.frontend in case.frontends and case.applies(event):
            yield Problem(
                at=event.site.at,
                message=f"{shown(event.api)} is converted to something else: {case.happens}",
                help=case.way_out,
                api=event.api,
                fix=partial(_spell_out, event) if event.api.rsplit(".", 1)[1] in ("std", "var") else None,
                severity=case.severity,
            )
            return


def _spell_out(event: ApiCall) -> Fix | None:
    """``x.std()`` to ``x.std(unbiased=True)``, which says what is the default."""
    unit, block = event.site.unit, event.site.block
    given = event.arguments
    if len(given.positional) != 1 or given.keywords:
        return None
    call = event.node
    if not isinstance(call, ir.Call) or _ends_with_comma(text_of(unit, block, call.at)):
        return None
    end = range_of(unit, block, call.at).end
    before = Position(end.line, end.column - 1)
    text = ", unbiased=True" if call.arguments else "unbiased=True"
    return Fix("Spell out unbiased=True", (Edit(Range(before, before), text),))


def _ends_with_comma(call: str) -> bool:
    """Whether a comma follows the last argument."""
    return mask(call)[:-1].rstrip().endswith(",")


RULE = Rule(
    code="CML203",
    name="miscomputed-torch-op",
    consequence=Consequence.WRONG_RESULT,
    summary="the operator converts without a word and computes something else",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
    fixable=True,
)
