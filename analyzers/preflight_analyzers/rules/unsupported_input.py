"""CML305: an example input of a shape that a Core ML model can't take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import Trace
from preflight_analyzers.meaning.values import Mapped, Sequence, Tensor, Value
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
The inputs of a Core ML model are tensors of one to five axes. A model that is traced with a number in a
tensor (`torch.tensor(0.5)`) or with six axes can't be converted: `ct.TensorType` or `ct.convert` raises.

Give a number an axis (`torch.tensor([0.5])`) and take it off in `forward()`; merge axes before the model.
"""

_BAD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, scale):
        return x * scale


def convert():
    example = (torch.rand(1, 8), torch.tensor(0.5))
    traced = torch.jit.trace(Net().eval(), example)  # CML305
    return ct.convert(traced, inputs=[ct.TensorType(shape=value.shape) for value in example])
"""

_GOOD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, scale):
        return x * scale.squeeze(0)


def convert():
    traced = torch.jit.trace(Net().eval(), (torch.rand(1, 8), torch.tensor([0.5])))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8)), ct.TensorType(shape=(1,))])
"""

_MOST_AXES = 5


def _check(event: Trace, context: Context) -> Iterable[Problem]:
    if event.how == "script" or event.example is None:
        return
    for tensor in _tensors(event.example.values()):
        if tensor.rank is not None and not 0 < tensor.rank <= _MOST_AXES:
            what = "without axes" if tensor.rank == 0 else f"of {tensor.rank} axes"
            yield Problem(
                at=event.site.at,
                message=f"an input {what} can't be converted: Core ML's have one to five",
                help="give it an axis" if tensor.rank == 0 else "merge axes before the model",
            )
            return


def _tensors(values: Iterable[Value]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, Sequence | Mapped) and value.items is not None:
            yield from _tensors(value.items if isinstance(value, Sequence) else value.items.values())


RULE = Rule(
    code="CML305",
    name="unsupported-input",
    consequence=Consequence.CONVERT_FAILS,
    summary="the model is traced with an input of a shape that Core ML doesn't have",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=Trace,
    check=_check,
)
