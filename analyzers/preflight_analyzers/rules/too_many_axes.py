"""CML205: a tensor of more than five axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Sequence, Source, Tensor, Value
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.unsupported_torch_op import shown

_EXPLANATION = """\
Core ML's tensors have at most five axes. The converter only looks when the program is finished, and then
raises "Core ML only supports tensors with rank <= 5", with a name of its own for the operation.

One case it solves by itself: axes that a `view` or `reshape` adds, a `permute` or `transpose` turns round,
and another `reshape` takes away again (windows, pixel shuffling). Any other operation on such a tensor stops
the conversion. The way out is to merge axes before it.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        windows = x.view(-1, 2, 4, 2, 4, 3)
        return windows.mean(2)  # CML205


def example():
    return (torch.rand(1, 8, 8, 3),)


traced = torch.jit.trace(Net().eval(), example())
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        windows = x.view(-1, 2, 4, 2, 4, 3)
        windows = windows.permute(0, 1, 3, 2, 4, 5).reshape(-1, 4, 4, 3)
        return windows.mean(1)


def example():
    return (torch.rand(1, 8, 8, 3),)


traced = torch.jit.trace(Net().eval(), example())
"""

_MOST_AXES = 5
#: What only changes the shape, or leaves no operation; whether it converts is decided by what comes next.
_SHAPING = frozenset(
    """
    view reshape permute transpose contiguous flatten swapaxes swapdims movedim moveaxis detach clone to
    size dim ndimension numel shape type_as view_as reshape_as unflatten Flatten Unflatten Identity Dropout
    """.split()
)


def _judges(api: str, context: Context) -> bool:
    return api.startswith("torch.") and not _only_shapes(api)


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if not event.used:
        return
    axes = max((tensor.rank or 0 for tensor in _new(event.arguments.values())), default=0)
    if axes > _MOST_AXES:
        yield Problem(
            at=event.site.at,
            message=f"{shown(event.api)} of a tensor of {axes} axes can't be converted: Core ML knows five",
            help="merge axes before it, with reshape",
            api=event.api,
        )


def _new(values: Iterable[Value]) -> Iterator[Tensor]:
    """The tensors among these that depend on the input and haven't been computed with before."""
    for value in values:
        if isinstance(value, Tensor):
            # Of constants only the outcome counts; and one mistake is told once, where it first matters.
            before = value.origin.uses if value.origin is not None else None
            told = before is not None and before.axes > _MOST_AXES and not _only_shapes(before.api)
            if value.source > Source.STATE and not told:
                yield value
        elif isinstance(value, Sequence) and value.items is not None:
            yield from _new(value.items)


def _only_shapes(api: str) -> bool:
    return api.rsplit(".", 1)[1] in _SHAPING


RULE = Rule(
    code="CML205",
    name="too-many-axes",
    consequence=Consequence.CONVERT_FAILS,
    summary="Core ML has no tensors of more than five axes",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
)
