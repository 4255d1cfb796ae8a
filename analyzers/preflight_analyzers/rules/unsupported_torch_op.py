"""CML201: a torch operator that coremltools can't convert."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.knowledge.composites import composite
from preflight_analyzers.knowledge.op_kinds import registry_key
from preflight_analyzers.knowledge.reader import ApiStatus
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.tensor_to_python import TAKEN_OUT

_EXPLANATION = """\
coremltools translates a model operator by operator. For this one it has no translation: `ct.convert` raises
"PyTorch convert function for op ... not implemented", at the first such operator and without a line.

What can be converted was found by running each public torch API through coremltools (see
`coreml-preflight ops`). The way out is a newer coremltools or another spelling where that is known to
convert, torch.export with decompositions (`--frontend export`), or an operator of your own
(`@register_torch_op`).
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)  # CML201


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.sin(x)


def example():
    return (torch.rand(1, 8),)
"""

#: Fewer samples than this, and an API whose operators all have a converter is not called impossible.
_FEWEST_SAMPLES = 2


def _judges(api: str, context: Context) -> bool:
    if not api.startswith("torch.") or api in TAKEN_OUT:  # what is taken out leaves the graph
        return False
    status = context.knowledge.api(api, context.frontend)
    return status is not None and _never_converts(status)


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    status = context.knowledge.api(event.api, context.frontend)
    if status is None or not _reaches_the_graph(event):
        return
    missing = [op for op in status.missing if registry_key(op) not in context.registered_ops]
    if status.missing and not missing:
        return  # the user's own converters do it
    op = missing[0] if missing else None
    why = f"there is no converter for {op}" if op else f"the converter refuses it: {status.error}"
    yield Problem(
        at=event.site.at,
        message=f"{shown(event.api)} can't be converted by coremltools {context.knowledge.version}: {why}",
        help=_way_out(event.api, status, context),
        api=event.api,
        op=op,
    )


def shown(api: str) -> str:
    """The API as people write it."""
    if api.startswith("torch.Tensor."):
        return f"Tensor.{api.removeprefix('torch.Tensor.')}"
    return api.replace("torch.nn.functional.", "F.").replace("torch.nn.", "nn.")


def _never_converts(status: ApiStatus) -> bool:
    if status.emits_always_missing:
        return True
    return status.outcome == "never" and status.tried >= _FEWEST_SAMPLES


def _reaches_the_graph(event: ApiCall) -> bool:
    """Whether the call surely leaves an operator in the traced graph.

    Any operation on tensors does, on parameters and constants too: nothing is folded before converting.
    So does making a tensor on the spot; and an argument of which nothing is known must be a tensor where
    torch wants one. What only Python looks at is dropped as dead code.
    """
    return event.used


def _way_out(api: str, status: ApiStatus, context: Context) -> str | None:
    newer = context.knowledge.converts_from(api, context.frontend)
    if newer is not None:
        return f"it converts from coremltools {newer}"
    if status.alternative is not None:
        return f"use {status.alternative}"
    if context.frontend == "trace":
        if status.export == "always":
            return "torch.export.export(...) followed by .run_decompositions({}) converts it"
        if status.export_decomposed == "always":
            return "torch.export.export(...) followed by .run_decompositions() converts it"
    shown_converter = own_converter(status.missing[0]) if status.missing else None
    return shown_converter or "rewrite it with operators that convert, or add one with @register_torch_op"


def own_converter(op: str) -> str | None:
    """Where a converter to register is shown; None where none is known."""
    if composite(op) is None:
        return None
    name = registry_key(op)
    return f"register a converter with @register_torch_op; 'coreml-preflight ops {name}' shows one"


RULE = Rule(
    code="CML201",
    name="unsupported-torch-op",
    consequence=Consequence.CONVERT_FAILS,
    summary="coremltools has no converter for this operator",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
)
