"""CML306: a model is traced that takes or gives something other than tensors."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import Returned, Trace
from preflight_analyzers.meaning.shapes.call import dtype_named
from preflight_analyzers.meaning.values import (
    Array,
    Choice,
    Class,
    External,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Value,
)
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`torch.jit.trace` passes tensors in and out, alone or in tuples and lists. Of anything else among a model's
inputs or results (None, a number, a text, a dataclass) it raises a RuntimeError; of a dict among the results
as well, unless it is called with `strict=False`, after which coremltools has no converter for the dict.

Wrap the model in a small module whose `forward()` takes tensors, passes the rest itself, and returns the
tensors that you need in a tuple.
"""

_BAD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return {"double": x * 2, "square": x * x}


def convert():
    traced = torch.jit.trace(Net().eval(), torch.rand(1, 8))  # CML306
    return ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * 2, x * x


def convert():
    traced = torch.jit.trace(Net().eval(), torch.rand(1, 8))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])


def example():
    return (torch.rand(1, 8),)
"""

_PYTHON = ("int", "float", "bool", "str", "dtype", "device")


def _check(event: Trace | Returned, context: Context) -> Iterable[Problem]:
    if event.how != "trace":
        return
    values: Iterable[Value]
    if isinstance(event, Returned):
        place, values, dicts = "result", (event.value,), not event.strict
    else:
        place, values, dicts = "input", event.example.values() if event.example is not None else (), True
    found = next(filter(None, (_untraceable(value, dicts) for value in values)), None)
    if found is not None:
        yield Problem(
            at=event.site.at,
            message=f"torch.jit.trace raises a RuntimeError: {found} is no {place} that can be traced",
            help="wrap the model in a module that takes tensors and returns them, alone or in a tuple",
            api="torch.jit.trace",
        )


def _untraceable(value: Value, dicts: bool) -> str | None:
    """What in a value the tracer surely refuses."""
    if isinstance(value, Known) and (value.value is None or isinstance(value.value, int | float | str)):
        return repr(value.value) if not isinstance(value.value, str) else "a str"
    if isinstance(value, Plain) and not value.traced and value.kind in _PYTHON:
        return f"a value of type {value.kind}"
    if isinstance(value, External) and dtype_named(value) is not None:
        return "a dtype"
    if isinstance(value, Array):
        return "a numpy array"
    if isinstance(value, Choice):
        found = [_untraceable(option, dicts) for option in value.options]
        return found[0] if all(found) else None
    if isinstance(value, Mapped):
        if not dicts:
            return "a dict"
        return next(filter(None, (_untraceable(one, dicts) for one in (value.items or {}).values())), None)
    if isinstance(value, Sequence):
        if value.kind in ("set", "iterator"):
            return f"a value of type {value.kind}"
        return next(filter(None, (_untraceable(item, dicts) for item in value.items or ())), None)
    if isinstance(value, Instance) and isinstance(value.cls, Class) and not value.open:
        return f"an object of {value.class_name}"
    return None


RULE = Rule(
    code="CML306",
    name="untraceable-value",
    consequence=Consequence.TRACE_FAILS,
    summary="a model is traced that takes or gives something other than tensors",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=(Trace, Returned),
    check=_check,
)
