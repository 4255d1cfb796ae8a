"""CML106: a size that the conversion leaves open is fixed while tracing."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall, Branch, ExportedSize, Iteration
from preflight_analyzers.meaning.values import Plain, Source, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.taken_out import Taking, is_check, taken_out

_EXPLANATION = """\
`ct.RangeDim` and `ct.EnumeratedShapes` let the converted model take inputs of several sizes. It is traced
with one of them, though, and whatever Python makes of that size stays: `if`, `int()`, `max()`, `range()`, a
loop over a tensor. PyTorch warns while tracing (TracerWarning), the conversion says nothing, and for other
sizes the model computes something else, or fails.

Let torch work with the size: `x.shape[1]` itself is followed, through arithmetic, and as an argument of
`view`, `zeros`, `arange` and slices. Where there are but a few sizes, convert a model for each. Checks
(`assert`, and `if` that only raises) do no harm.

An exported program has the sizes open that `dynamic_shapes=` names. `torch.export.export` raises (Constraints
violated) where the model takes a number of one that is a `Dim("n")`: by `int()`, `float()`, `len()`,
`range()`, `math.sqrt()` or a loop over the tensor. One that is `Dim.AUTO` is fixed without a word.
"""

_BAD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.sum(0) / int(x.shape[0])  # CML106


def example():
    return (torch.rand(4, 8),)


def convert():
    traced = torch.jit.trace(Net(), torch.rand(4, 8))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(ct.RangeDim(1, 16), 8))])
"""

_GOOD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.mean(0)


def example():
    return (torch.rand(4, 8),)


def convert():
    traced = torch.jit.trace(Net(), torch.rand(4, 8))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(ct.RangeDim(1, 16), 8))])
"""


#: What makes Python's number of a size that ``torch.export`` follows through other functions.
_ENDING = frozenset(
    """
    builtins.int builtins.float builtins.len builtins.range
    math.sqrt math.log math.log2 math.log10 math.exp math.sin math.cos math.tan math.tanh
    """.split()
)


def _check(event: Taking | ExportedSize, context: Context) -> Iterable[Problem]:
    if isinstance(event, ExportedSize):
        yield from _check_exported(event)
        return
    how = None if is_check(event) else _how(event)
    if context.frontend == "trace" and how is not None:
        yield Problem(
            at=event.site.at,
            message=f"{how} fixes a size that the conversion leaves open: that of the example stays",
            help="leave the size to torch, or convert a model for each size",
            api=event.api if isinstance(event, ApiCall) else None,
        )


def _check_exported(event: ExportedSize) -> Iterable[Problem]:
    api = event.done.api if isinstance(event.done, ApiCall) else None
    how = _how(event.done)
    if how is None or (api is not None and api not in _ENDING):
        return
    what = f"{how} fixes a size that the export leaves open"
    yield Problem(
        at=event.site.at,
        message=f"{what}: torch.export.export raises" if event.insists else f"{what}, without a word",
        help="leave the size to torch, or export a model for each size",
        api=api,
        consequence=Consequence.TRACE_FAILS if event.insists else None,
    )


def _how(event: Taking) -> str | None:
    if isinstance(event, ApiCall) and event.api == "builtins.range":
        sizes = [v for v in event.arguments.positional if isinstance(v, Plain) and v.traced]
        return "range()" if any(source_of(size) is Source.OPEN for size in sizes) else None
    taken = taken_out(event)
    return taken.how if taken is not None and taken.source is Source.OPEN and not taken.shown else None


RULE = Rule(
    code="CML106",
    name="open-size-fixed",
    consequence=Consequence.FROZEN,
    summary="a size that the conversion leaves open stays that of the example input",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=(Branch, ApiCall, Iteration, ExportedSize),
    check=_check,
)
