"""CML104: Python branches on a tensor's value."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import Branch
from preflight_analyzers.meaning.values import Source, is_tensor, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
A trace is a straight line of operations: `if`, `while`, `assert` and `and`/`or` on a tensor's value are
decided once, by the example input, and the other path is not in the converted model. PyTorch warns while
tracing (TracerWarning: Converting a tensor to a Python boolean); the conversion says nothing.
torch.export refuses such code.

Compute both paths and choose with `torch.where(condition, a, b)`; for checks of the input, drop the assert
or keep it outside of `forward()`. Branches on sizes, on `self.training` or on configuration are not reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        if x.sum() > 0:  # CML104
            return x * 2
        return x - 1


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.where(x.sum() > 0, x * 2, x - 1)


def example():
    return (torch.rand(1, 8),)
"""

_WHAT_HAPPENS = {
    "assert": "the check runs only on the example input",
    "if ... raise": "the check runs only on the example input",
    "while": "the number of rounds is fixed by the example input",
}


def _check(event: Branch, context: Context) -> Iterable[Problem]:
    if not is_tensor(event.value) or source_of(event.value) is not Source.INPUT:
        return
    happens = _WHAT_HAPPENS.get(event.kind, "the example input decides once and for all")
    yield Problem(
        at=event.site.at,
        message=f"`{event.kind}` on a tensor's value: {happens}",
        help=(
            "take the check out of forward()"
            if event.kind in ("assert", "if ... raise")
            else "compute both and choose with torch.where()"
        ),
    )


RULE = Rule(
    code="CML104",
    name="tensor-value-branch",
    consequence=Consequence.FROZEN,
    summary="Python decides by a tensor's value, once, for the example input",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=Branch,
    check=_check,
)
