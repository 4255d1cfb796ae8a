"""CML204: an in-place write that a tensor, used later, doesn't see once converted."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import LostWrite
from preflight_analyzers.meaning.memory import AFTER_ELLIPSIS, BESIDE_SLICE
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
A tensor and its views (`x[0]`, `x.view(...)`, `x.transpose(...)`, `x.chunk(...)` ...) share memory, and
in PyTorch a write into one is seen by all. In a traced graph each operation gives new values to the one
tensor that it is called on; the others keep their old ones. The conversion says nothing, and the model
computes with these.

- Written through a view, used by another name: `x[:, 0].add_(1)`, `v = x.view(-1); v *= 2`, in place on
  a result of `chunk`, `split` or `unbind`, an activation with `inplace=True` called on a view. `x` is
  unchanged.
- Changed after a view of it was taken: `v = x[0]; x.mul_(2)`. `v` is unchanged.
- `x[...] = ...` is carried through subscripts to the tensor they start from, and to that one alone: after
  `v = x[1:]; v[0] = 0`, `x` is right and `v` is not.
- `x[:, [0, 2]] = 0`: a list or tensor beside a slice or number writes into a copy.
- `x[..., 0] = 0` is carried out as `x[0] = 0`: the axes that `...` stands for are skipped.

Exported programs are not affected. Assign to a subscript of the tensor itself (`x[:, 0] = ...`,
`x[:, 0] += 1`), work on copies, or put the result together with `torch.where`, `torch.cat` or `torch.stack`.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = torch.relu(x)
        y[:, 0].add_(1)  # CML204
        return y


def example():
    return (torch.rand(2, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = torch.relu(x)
        y[:, 0] += 1
        return y


def example():
    return (torch.rand(2, 8),)
"""


def _check(event: LostWrite, context: Context) -> Iterable[Problem]:
    if context.frontend != "trace":
        return
    if event.why == AFTER_ELLIPSIS:
        yield Problem(
            at=event.site.at,
            message=f"once converted, `{event.name}` is written elsewhere: x[..., i] = is done as x[i] =",
            help="write the slices out: x[:, :, i] = ...",
        )
        return
    if event.why == BESIDE_SLICE:
        what = "an assignment to a subscript that mixes lists or tensors with slices or numbers"
        way_out = "assign with slices and numbers alone, or use torch.where with a mask"
    elif event.operation == "=":
        what = "the assignment goes to the tensor that the subscripts start from, and no further"
        way_out = f"assign to a copy (.clone()), or take `{event.name}` after the assignment"
    else:
        what = f"{event.operation} changes one of several views of the same memory"
        way_out = "assign to a subscript of the tensor itself (x[:, 0] += 1), or don't work in place"
    yield Problem(
        at=event.site.at,
        message=f"once converted, `{event.name}` keeps its old values: {what}",
        help=way_out,
    )


RULE = Rule(
    code="CML204",
    name="lost-in-place-write",
    consequence=Consequence.WRONG_RESULT,
    summary="a tensor that shares memory with one changed in place keeps its old values",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=LostWrite,
    check=_check,
)
