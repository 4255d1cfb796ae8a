"""CML111: the model moves tensors to a CUDA device by itself."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, Plain, Value
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`x.cuda()`, `x.to("cuda")` and `torch.zeros(4, device="cuda")` in a model raise where torch has no CUDA, which
is so on every Mac: there the model neither runs nor can be traced. Where there is CUDA the device becomes
part of the trace, and the converter leaves it out.

Make tensors where the input is (`torch.zeros(4, device=x.device)`, `x.new_zeros(4)`), and move the model and
its inputs outside of it. What runs only after a check, such as `if torch.cuda.is_available()`, is not
reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x + torch.ones(8, device="cuda")  # CML111


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x + torch.ones(8, device=x.device)


def example():
    return (torch.rand(1, 8),)
"""


def _judges(api: str, context: Context) -> bool:
    return api.startswith("torch.")


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if not event.site.certain:
        return
    if event.api == "torch.Tensor.cuda":
        how = ".cuda()"
    elif event.api.startswith("torch.cuda.") and event.api.endswith("Tensor"):
        how = f"{event.api}()"
    elif event.api == "torch.Tensor.to" and any(map(_is_cuda, event.arguments.positional[1:2])):
        how = '.to("cuda")'
    elif _is_cuda(event.arguments.keywords.get("device")):
        how = 'device="cuda"'
    else:
        return
    yield Problem(
        at=event.site.at,
        message=f"{how} raises where torch has no CUDA, as on every Mac: there the model can't be traced",
        help="make tensors with device=x.device, and move the model from outside",
        api=event.api,
    )


def _is_cuda(value: Value | None) -> bool:
    named = isinstance(value, Known) or (isinstance(value, Plain) and value.kind == "device")
    text = value.value if named and isinstance(value, Known | Plain) else None
    return isinstance(text, str) and text.partition(":")[0] == "cuda"


RULE = Rule(
    code="CML111",
    name="needs-cuda",
    consequence=Consequence.ENVIRONMENT,
    summary="the model moves tensors to a CUDA device, and doesn't run where there is none",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
)
