"""CML101: a numpy function is called on a tensor."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Edit, Fix
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.places import range_of
from preflight_analyzers.meaning.values import Array, Source, holds_tensor, is_tensor, source_of
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
numpy computes outside of torch: what `np.sqrt(x)` returns while the model is traced is a constant,
made from the example input. The converted model returns that constant for every input. PyTorch only
warns (TracerWarning), Core ML doesn't warn at all. For a tensor that requires a gradient, numpy
raises while tracing.

The same becomes of arithmetic with a numpy array: in `x * np.hanning(8)` it is numpy that computes. Put such
an array into a buffer, with `torch.from_numpy`.

Use the torch function of the same meaning. numpy on Python numbers (`np.sqrt(self.head_dim)`) is
fine: such a value is a constant anyway.
"""

_BAD = """\
import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * np.sqrt(x)  # CML101


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * torch.sqrt(x)


def example():
    return (torch.rand(1, 8) + 0.5,)
"""

#: Not frozen: functions that hand a tensor's own method the work, use only its size and type, or were not
#: seen to freeze. Found by tracing every function of numpy 2.3 on a tensor
#: (tests/rules/test_numpy_on_tensor.py does it again).
_HARMLESS = frozenset(
    """
    array_split hsplit vsplit dsplit split real rollaxis squeeze swapaxes trim_zeros diff
    shape ndim size ones_like zeros_like empty_like full_like isscalar iscomplexobj isrealobj iterable
    may_share_memory shares_memory tril_indices_from triu_indices_from diag_indices_from
    result_type can_cast min_scalar_type dtype sign signbit isnan isinf isfinite isneginf isposinf
    nonzero argwhere flatnonzero count_nonzero iscomplex isreal imag angle equal not_equal
    array_equal array_equiv logical_and logical_or logical_not logical_xor isin in1d einsum_path
    """.split()
)
#: On a tensor itself these raise, traced or not: an error that nobody overlooks.
_RAISING = frozenset("all amax amin any max mean min prod std sum var moveaxis flip fliplr flipud".split())
#: Functions of one or two tensors that torch has under the same name with the same meaning.
_SAME_IN_TORCH = frozenset(
    """
    abs absolute arccos arcsin arctan ceil cos cosh exp exp2 expm1 floor log log10 log1p log2
    maximum minimum negative sin sinh sqrt square tan tanh trunc
    """.split()
)


#: Operators that hand the work to numpy where the other operand is an array. Comparisons raise.
_OPERATORS = frozenset(
    f"torch.Tensor.__{place}{name}__"
    for name in ("add", "sub", "mul", "truediv", "pow", "matmul", "mod")
    for place in ("", "i")
)


def _judges(api: str, context: Context) -> bool:
    function = api.startswith("numpy.") and api.removeprefix("numpy.") not in _HARMLESS
    return function or api in _OPERATORS


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if event.api in _OPERATORS:
        yield from _check_operator(event)
        return
    name = event.api.removeprefix("numpy.")
    values = list(event.arguments.values())
    frozen = any(holds_tensor(v) and source_of(v) is Source.INPUT for v in values)
    if not frozen or not isinstance(event.node, ir.Call):
        return
    if name in _RAISING and any(map(is_tensor, values)):
        return

    def fix() -> Fix | None:
        return _use_torch(event, name, context)

    yield Problem(
        at=event.site.at,
        message=f"np.{name} of a tensor becomes a constant: the converted model keeps the example's values",
        help=f"use torch.{name}" if _has_twin(name, context) else "use torch functions on tensors",
        api=event.api,
        fix=fix,
    )


def _check_operator(event: ApiCall) -> Iterable[Problem]:
    tensor, other = event.arguments.positional[:2]
    if (
        source_of(tensor) is Source.INPUT
        and isinstance(other, Array)
        and other.has_axes
        and event.uses.results
    ):
        yield Problem(
            at=event.site.at,
            message="arithmetic with a numpy array becomes a constant: "
            "the converted model keeps the example's values",
            help="make the array a tensor first, with torch.from_numpy()",
            api=event.api,
        )


def _has_twin(name: str, context: Context) -> bool:
    if name not in _SAME_IN_TORCH:
        return False
    status = context.knowledge.api(f"torch.{name}", context.frontend)
    return status is not None and status.outcome == "always"


def _use_torch(event: ApiCall, name: str, context: Context) -> Fix | None:
    """``np.f(x)`` to ``torch.f(x)`` where only tensors are passed."""
    unit, block = event.site.unit, event.site.block
    all_tensors = not event.arguments.keywords and all(map(is_tensor, event.arguments.positional))
    if not (_has_twin(name, context) and all_tensors and unit.imports_torch):
        return None
    if not isinstance(event.node, ir.Call):
        return None
    title = f"Replace by torch.{name}"
    return Fix(title, (Edit(range_of(unit, block, event.node.function.at), f"torch.{name}"),))


RULE = Rule(
    code="CML101",
    name="numpy-on-tensor",
    consequence=Consequence.FROZEN,
    summary="numpy is called on a tensor, whose value then becomes a constant",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
    fixable=True,
)
