"""CML203: an operator that converts without a word and computes something else."""

from __future__ import annotations

from collections.abc import Iterable

import libcst as cst

from preflight_analyzers.findings import Consequence, Edit, Fix, Position, Range
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.places import node_at, range_of
from preflight_analyzers.meaning.values import Arguments, Known, holds_tensor
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.unsupported_torch_op import shown

_EXPLANATION = """\
The conversion succeeds, and the converted model gives other results than PyTorch for ordinary inputs. Seen by
evaluating converted programs of coremltools 9.0, by trace:

- `std()` and `var()` of a whole tensor, without `dim` or `unbiased`: converted without Bessel's correction.
  The results are too small by a factor of (n - 1) / n, or its root. `unbiased=True` spelled out is converted
  rightly. With `dim`, a `correction=` other than 0 and 1 is lost.
- `nn.InstanceNorm*d(track_running_stats=True)` in eval mode: normalised by the input at hand instead of by
  the running statistics.
- `interpolate(antialias=True)`: the flag is dropped.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / x.std()  # CML203


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x / x.std(unbiased=True)


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

_SPREAD = ("std", "var")


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if context.frontend != "trace" or not event.used or not event.api.startswith("torch."):
        return
    if not any(holds_tensor(v) for v in event.arguments.values()):
        return
    found = _of_module(event) if event.module is not None else _of_function(event)
    if found is None:
        return
    happens, way_out = found
    yield Problem(
        at=event.site.at,
        message=f"{shown(event.api)} is converted to something else: {happens}",
        help=way_out,
        api=event.api,
        fix=lambda: _spell_out(event),
    )


def _of_module(event: ApiCall) -> tuple[str, str] | None:
    last = event.api.rsplit(".", 1)[1]
    made_with = event.module.arguments if event.module is not None else None
    if last.startswith("InstanceNorm") and made_with is not None:
        tracked = made_with.get(4, "track_running_stats")
        if isinstance(tracked, Known) and tracked.value is True:
            return (
                "it normalises by the input at hand, not by the running statistics",
                "leave out track_running_stats",
            )
    return None


def _of_function(event: ApiCall) -> tuple[str, str] | None:
    namespace, last = event.api.rsplit(".", 1)
    given = event.arguments
    if namespace in ("torch", "torch.Tensor") and given.complete:
        return _of_spread(given) if last in _SPREAD else None
    if event.api == "torch.nn.functional.interpolate":
        smooth = given.get(6, "antialias")
        if isinstance(smooth, Known) and smooth.value is True:
            return "antialias is dropped", "blur before resizing, or leave antialias out"
    return None


def _of_spread(given: Arguments) -> tuple[str, str] | None:
    if len(given.positional) == 1 and not given.keywords:
        return "it loses Bessel's correction", "write unbiased=True, which is converted rightly"
    correction = given.keywords.get("correction")
    if isinstance(correction, Known) and correction.value not in (0, 1):
        return f"correction={correction.value!r} is lost", "correct the result with a factor of your own"
    return None


def _spell_out(event: ApiCall) -> Fix | None:
    """``x.std()`` to ``x.std(unbiased=True)``, which says what is the default."""
    unit, block = event.site.unit, event.site.block
    given = event.arguments
    if event.api.rsplit(".", 1)[1] not in _SPREAD or len(given.positional) != 1 or given.keywords:
        return None
    call = node_at(unit, block, event.site.at)
    if not isinstance(call, cst.Call) or (call.args and isinstance(call.args[-1].comma, cst.Comma)):
        return None
    end = range_of(unit, block, call).end
    before = Position(end.line, end.column - 1)
    text = ", unbiased=True" if call.args else "unbiased=True"
    return Fix("Spell out unbiased=True", (Edit(Range(before, before), text),))


RULE = Rule(
    code="CML203",
    name="miscomputed-torch-op",
    consequence=Consequence.WRONG_RESULT,
    summary="the operator converts without a word and computes something else",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    fixable=True,
)
