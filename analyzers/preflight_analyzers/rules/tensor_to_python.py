"""CML103: a tensor's value is taken out into Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


#: Calls that make a tensor of numbers: of tensors in a list, too, they take the numbers.
_MAKING = ("torch.tensor", "torch.as_tensor", "torch.Tensor", "torch.Tensor.new_tensor")
_TYPED = tuple(f"torch.{kind}Tensor" for kind in ("Float", "Double", "Half", "Int", "Long", "Bool"))


def _judges(api: str, context: Context) -> bool:
    return _shown(api) is not None


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    shown = _shown(event.api)
    values = _looked_at(event)
    if not any(is_tensor(v) and source_of(v) is Source.INPUT for v in values):
        return
    making = event.api in _MAKING + _TYPED
    yield Problem(
        at=event.site.at,
        message=f"{shown} takes the value out of a tensor: it becomes a constant, the example's value",
        help="put them together with torch.stack()" if making else "compute with the tensor itself",
        api=event.api,
    )


def _shown(api: str) -> str | None:
    if api == "torch.Tensor.new_tensor":
        return ".new_tensor()"
    if api.startswith("math.") or api in _MAKING + _TYPED:
        return f"{api}()"
    return TAKEN_OUT.get(api) or DECIDING.get(api)


def _looked_at(event: ApiCall) -> Iterable[Value]:
    """The values that the call takes out, if they are tensors."""
    values = event.arguments.positional
    if event.api in _MAKING + _TYPED:
        numbers = event.arguments.get(1 if event.api == "torch.Tensor.new_tensor" else 0, "data")
        return _leaves(numbers) if isinstance(numbers, Sequence) else ()
    if event.api in DECIDING and len(values) == 1 and isinstance(values[0], Sequence):
        return (values[0].element,)
    return values


def _leaves(numbers: Sequence) -> Iterator[Value]:
    for item in numbers.items if numbers.items is not None else (numbers.element,):
        if isinstance(item, Sequence):
            yield from _leaves(item)
        else:
            yield item


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
    judges=_judges,
)
