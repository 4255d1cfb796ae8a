"""CML107: a size is given to what takes Python's own numbers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, Sequence, Value, surely_traced
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
While a model is traced, a size is no number but a tensor, so that the graph follows it; and so is what
arithmetic makes of it. `round(n)`, `divmod(n, 2)`, `math.trunc(n)` and `F.interpolate(x, scale_factor=n / 8)`
don't take tensors: `torch.jit.trace` raises TypeError, although the model runs.

`n // 2`, `n % 2` and `size=` instead of `scale_factor=` take them, and the graph goes on following the size.
`int(n)` and `float(n)` give Python's own number, which then stays that of the example.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        half = round(x.shape[1] / 2)  # CML107
        return x[:, :half]


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        half = x.shape[1] // 2
        return x[:, :half]


def example():
    return (torch.rand(1, 8),)
"""

_NUMBERS_ONLY = {"builtins.round": "round()", "builtins.divmod": "divmod()", "math.trunc": "math.trunc()"}
_INTERPOLATIONS = ("torch.nn.functional.interpolate", "torch.nn.functional.upsample")


def _judges(api: str, context: Context) -> bool:
    return context.frontend == "trace" and (api in _NUMBERS_ONLY or api in _INTERPOLATIONS)


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if event.scripted:
        return
    if event.api in _NUMBERS_ONLY:
        shown, values = _NUMBERS_ONLY[event.api], event.arguments.positional
    elif _takes_factors(event):
        shown, values = "scale_factor=", tuple(_parts(event.arguments.get(2, "scale_factor")))
    else:
        return
    if any(surely_traced(value) for value in values):
        yield Problem(
            at=event.site.at,
            message=f"{shown} of a size: it is a tensor while tracing, and torch.jit.trace raises TypeError",
            help="use // and %, or take Python's number with int() or float(): it stays that of the example",
            api=event.api,
        )


def _takes_factors(event: ApiCall) -> bool:
    """Whether the factors are passed on as they are; otherwise a size is computed from them first."""
    mode, again = event.arguments.get(3, "mode"), event.arguments.get(5, "recompute_scale_factor")
    if not event.arguments.complete or (event.api.endswith(".upsample") and again is not None):
        return False
    known_mode = mode is None or (isinstance(mode, Known) and mode.value != "area")
    return known_mode and (again is None or (isinstance(again, Known) and not again.value))


def _parts(value: Value | None) -> Iterator[Value]:
    if isinstance(value, Sequence):
        yield from value.items if value.items is not None else (value.element,)
    elif value is not None:
        yield value


RULE = Rule(
    code="CML107",
    name="size-as-number",
    consequence=Consequence.TRACE_FAILS,
    summary="a size, which is a tensor while tracing, is given to what takes numbers only",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
)
