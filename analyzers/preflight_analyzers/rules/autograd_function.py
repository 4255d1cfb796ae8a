"""CML206: an operator of one's own, made as a ``torch.autograd.Function``."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.library_calls.autograd import APPLY
from preflight_analyzers.meaning.values import holds_tensor
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`torch.jit.trace` doesn't look into a `torch.autograd.Function`: what its `forward` does becomes one operator,
`PythonOp`, for which coremltools has no converter. `ct.convert` raises "PyTorch convert function for op
'pythonop' not implemented", even where the result isn't used and nothing is to be differentiated.

A model that is converted needs no backward: call what `forward` does directly, as a function or through
torch's own (`F.silu` for a Swish written for its memory). `torch.export.export` looks into it, so that
exporting converts as well.
"""

_HEAD = """\
import torch
from torch import nn


class Swish(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * torch.sigmoid(x)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        s = torch.sigmoid(x)
        return gradient * s * (1 + x * (1 - s))


"""

_BAD = f"""\
{_HEAD}\
class Net(nn.Module):
    def forward(self, x):
        return Swish.apply(x)  # CML206


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = f"""\
{_HEAD}\
class Net(nn.Module):
    def forward(self, x):
        if torch.jit.is_tracing():
            return x * torch.sigmoid(x)
        return Swish.apply(x)


def example():
    return (torch.rand(1, 8),)
"""


def _judges(api: str, context: Context) -> bool:
    return api == APPLY and context.frontend == "trace" and "pythonop" not in context.registered_ops


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if any(holds_tensor(value) for value in event.arguments.values()):
        yield Problem(
            at=event.site.at,
            message="a torch.autograd.Function can't be converted: torch.jit.trace doesn't look into it",
            help="call what its forward does, without apply; or convert with torch.export",
            api=APPLY,
            op="pythonop",
        )


RULE = Rule(
    code="CML206",
    name="autograd-function",
    consequence=Consequence.CONVERT_FAILS,
    summary="torch.jit.trace doesn't look into a torch.autograd.Function",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
)
