"""CML202: an argument with which coremltools can't convert an operator."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.knowledge.conditions import Condition
from preflight_analyzers.knowledge.describe import circumstances
from preflight_analyzers.knowledge.op_kinds import registry_key
from preflight_analyzers.meaning.call_facts import CallFacts
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import (
    External,
    Known,
    Plain,
    Sequence,
    Source,
    Value,
    options,
    strongest,
)
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.refused import CASES, may_be_refused, refused_use
from preflight_analyzers.rules.unsupported_torch_op import own_converter, shown

_EXPLANATION = """\
The operator converts, but not called like this: `ct.convert` raises. Which values, dtypes and ranks of its
arguments fail was learned from running torch's own samples of the operator; what isn't known of a call is not
held against it.

Choose a value that converts, or compute the difference with other operators.

Some uses are refused for what no single argument tells. Seen by converting with coremltools 9.0:

""" + "".join(f"- **{case.name}**: {case.why}. Instead: {case.way_out}.\n" for case in CASES)

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


def _judges(api: str, context: Context) -> bool:
    if context.frontend != "trace" or not api.startswith("torch."):
        return False  # the conditions were found by trace
    return may_be_refused(api) or context.knowledge.conditions(api) is not None


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if not event.used:
        return
    refused = refused_use(event)
    if refused is not None:
        yield Problem(
            at=event.site.at,
            message=(
                f"{shown(event.api)} {refused.use} can't be converted by "
                f"coremltools {context.knowledge.version}: {refused.why}"
            ),
            help=refused.way_out,
            api=event.api,
            consequence=refused.consequence,
        )
        return
    known = context.knowledge.conditions(event.api)
    if known is None:
        return
    facts = CallFacts(event, known.signature, known.forward)
    for condition in known.conditions:
        if condition.holds(facts) and _applies(condition, event, context):
            given = f"{circumstances(condition)}{_by_default(condition, facts)}"
            yield Problem(
                at=event.site.at,
                message=(
                    f"{shown(event.api)} with {given} can't be converted by "
                    f"coremltools {context.knowledge.version}: {_why(condition)}"
                ),
                help=_way_out(condition) or own_converter(condition.op),
                api=event.api,
                op=condition.op or None,
            )
            return


def _applies(condition: Condition, event: ApiCall, context: Context) -> bool:
    if condition.error is not None and _may_be_folded(event):
        return False
    if condition.newer_target and event.site.unit.chooses_target:
        return False  # which may be new enough
    # The user's own converter does it.
    return not condition.op or registry_key(condition.op) not in context.registered_ops


def _may_be_folded(event: ApiCall) -> bool:
    """Whether it computes from constants alone; what makes a tensor from nothing is converted as it is."""
    given = event.arguments
    if strongest(given.values()) > Source.STATE:
        return False
    return event.module is not None or not given.complete or not all(map(_is_no_tensor, given.values()))


def _is_no_tensor(value: Value) -> bool:
    if isinstance(value, Sequence):
        return value.items is not None and all(map(_is_no_tensor, value.items))
    return all(isinstance(option, Known | Plain | External) for option in options(value))


def _by_default(condition: Condition, facts: CallFacts) -> str:
    rests = any(facts.rests_on_default(atom.fact) for atom in condition.atoms)
    return " (a default)" if rests else ""


def _why(condition: Condition) -> str:
    return condition.error or f"there is no converter for {condition.op}"


def _way_out(condition: Condition) -> str | None:
    if condition.newer_target:
        return "minimum_deployment_target=ct.target.iOS18 converts it"
    for atom in condition.atoms:
        name, _, aspect = atom.fact.lstrip("*").partition(".")
        if atom.relation == "!=" and not aspect:
            return f"{name} may be {atom.value!r}"
        if aspect == "const" and atom.value is False:
            return f"give {name} a value that doesn't depend on the input"
        if aspect == "dtype" and atom.relation == "=" and atom.value in ("int", "bool"):
            return f"cast {name} to another dtype first"
    return None


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
    judges=_judges,
)
