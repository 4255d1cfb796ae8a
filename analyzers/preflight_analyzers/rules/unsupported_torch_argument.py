"""CML202: an argument with which coremltools can't convert an operator."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.knowledge.op_kinds import registry_key
from preflight_analyzers.knowledge.reader import ArgumentLimit
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Arguments, Known, Value, holds_tensor
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.unsupported_torch_op import own_converter, shown

_EXPLANATION = """\
The operator converts, but not with this argument: `ct.convert` raises. Which values fail was found by running
the operator with each of them.

Choose a value that converts, or compute the difference with other operators.
"""

_BAD = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.interpolate(x, scale_factor=2, mode="bicubic")  # CML202


def example():
    return (torch.rand(1, 3, 8, 8),)
"""

_GOOD = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)


def example():
    return (torch.rand(1, 3, 8, 8),)
"""


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if context.frontend != "trace" or not event.used:
        return  # the limits were found by trace
    limits = context.knowledge.argument_limits(event.api)
    if not limits or not any(holds_tensor(v) for v in event.arguments.values()):
        return
    for limit in limits:
        if registry_key(limit.op) in event.site.unit.registered_ops:
            continue  # the user's own converter does it
        value = _argument(event, limit)
        if isinstance(value, Known) and limit.fails(value.value):
            yield Problem(
                at=event.site.at,
                message=(
                    f"{shown(event.api)} with {limit.parameter}={value.value!r} can't be converted by "
                    f"coremltools {context.knowledge.version}: {limit.error}"
                ),
                help=_allowed(limit) or own_converter(limit.op),
                api=event.api,
                op=limit.op or None,
            )
            return


def _argument(event: ApiCall, limit: ArgumentLimit) -> Value | None:
    if event.module is not None:
        given = event.module.arguments or Arguments((), {}, complete=False)
        position = limit.position
    else:
        given = event.arguments
        is_method = event.api.startswith("torch.Tensor.")
        position = limit.position + 1 if limit.position is not None and is_method else limit.position
    if limit.parameter in given.keywords:
        return given.keywords[limit.parameter]
    if position is not None and position < len(given.positional):
        return given.positional[position]
    return None


def _allowed(limit: ArgumentLimit) -> str | None:
    if limit.match != "any-but":
        return None
    if not limit.values:
        return f"leave out {limit.parameter}="
    return f"{limit.parameter} may be " + " or ".join(repr(v) for v in limit.values)


RULE = Rule(
    code="CML202",
    name="unsupported-torch-argument",
    consequence=Consequence.CONVERT_FAILS,
    summary="coremltools can't convert the operator with this argument",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
)
