"""CML103: a tensor's value is taken out into Python."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Sequence, Source, Value, is_tensor, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.taken_out import CONVERSIONS, DECIDING

_EXPLANATION = """\
`.item()`, `.tolist()`, `.numpy()`, `int(x)`, `float(x)`, `bool(x)` and functions of `math` turn a tensor into
a Python value. The tracer can't follow it there: what comes back is the value for the example input, and
the converted model computes with that value for every input. PyTorch warns while tracing (TracerWarning);
coremltools converts without a word.

Stay in torch: `x * x.max()` instead of `x * x.max().item()`, `torch.sqrt(x)` instead of `math.sqrt(x)`,
`x.long()` instead of `int(x)`. Values that do not depend on the input (sizes, parameters, buffers) are not
reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        scale = x.max().item()  # CML103
        return x / scale


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        scale = x.max()
        return x / scale


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

#: Calls that take a tensor's value out, some of them without a warning, and how they are shown.
TAKEN_OUT = {
    **CONVERSIONS,
    "torch.equal": "torch.equal()",
    "torch.allclose": "torch.allclose()",
    "torch.is_nonzero": "torch.is_nonzero()",
    "torch.Tensor.equal": ".equal()",
    "torch.Tensor.allclose": ".allclose()",
    "torch.Tensor.is_nonzero": ".is_nonzero()",
}


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    shown = TAKEN_OUT.get(event.api) or DECIDING.get(event.api)
    if shown is None and event.api.startswith("math."):
        shown = f"{event.api}()"
    if shown is None:
        return
    values: tuple[Value, ...] = event.arguments.positional
    if event.api in DECIDING and len(values) == 1 and isinstance(values[0], Sequence):
        values = (values[0].element,)
    if not any(is_tensor(v) and source_of(v) is Source.INPUT for v in values):
        return
    yield Problem(
        at=event.site.at,
        message=f"{shown} takes the value out of a tensor: it becomes a constant, the example's value",
        help="compute with the tensor itself",
        api=event.api,
    )


RULE = Rule(
    code="CML103",
    name="tensor-to-python",
    consequence=Consequence.FROZEN,
    summary="a tensor's value is taken out into Python and becomes a constant",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
)
