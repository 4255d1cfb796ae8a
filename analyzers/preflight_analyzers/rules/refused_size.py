"""CML108: a size is rounded by Python, which raises while tracing."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Plain
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
While a model is traced the sizes of its tensors are tensors themselves, so that the tracer can follow them,
and so is what arithmetic makes of them. `round()`, `divmod()` and `math.trunc()` refuse tensors:
`round(x.shape[-1] / 2)` works in eager mode and raises a TypeError in `torch.jit.trace`.

`//` and `%` work on sizes. Where a size may stay as it is with the example, take Python's own number of it
first: `round(int(x.shape[-1]) / 2)`.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        half = round(x.shape[-1] / 2)  # CML108
        return x[:, :half]


def example():
    return (torch.rand(1, 8),)


if __name__ == "__main__":
    torch.jit.trace(Net(), torch.rand(1, 8))
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        half = x.shape[-1] // 2
        return x[:, :half]


def example():
    return (torch.rand(1, 8),)
"""

_REFUSING = {"builtins.round": "round()", "builtins.divmod": "divmod()", "math.trunc": "math.trunc()"}


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    shown = _REFUSING.get(event.api)
    # Code that asks first whether it is a tensor takes another path.
    if shown is None or context.frontend != "trace" or not event.site.certain:
        return
    if any(_is_surely_followed(value) for value in event.arguments.positional):
        yield Problem(
            at=event.site.at,
            message=f"{shown} of a size raises a TypeError in torch.jit.trace, where sizes are tensors",
            help="use // or %, or take int() of the size first",
            api=event.api,
        )


def _is_surely_followed(value: object) -> bool:
    """Not on some path only: where paths meet, the number itself is lost."""
    return isinstance(value, Plain) and value.traced and value.value is not None


RULE = Rule(
    code="CML108",
    name="refused-size",
    consequence=Consequence.TRACE_FAILS,
    summary="a size is rounded by Python, which raises while tracing",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
)
