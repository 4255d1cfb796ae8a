"""CML307: a number too large for 16 bits keeps an operation off the Neural Engine."""

from __future__ import annotations

import math
from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, Source, Tensor
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
Converted models compute in 16-bit floats, which end at 65504. An operation with a larger number in it, such
as `scores.masked_fill(mask, -1e9)`, is left in 32 bits, with a cast before it and one behind it, and 32-bit
operations don't run on the Neural Engine. The cast behind it makes -1e9 an infinity: a softmax over a row
that is masked entirely gives NaN then, and not equal shares.

Use a number that fits: -1e4 is as good as -1e9 in front of a softmax. `float("-inf")` fits too, where no row
is masked entirely. Tiny numbers are another matter: 1e-8 becomes 6e-8, the smallest number above 0.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.masked_fill(x > 0.5, -1e9).softmax(-1)  # CML307


def example():
    return (torch.rand(4, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x.masked_fill(x > 0.5, -1e4).softmax(-1)


def example():
    return (torch.rand(4, 8),)
"""

_LARGEST = 65504
#: Operations that were seen to stay in 32 bits for a number among their arguments; division and comparisons
#: don't (``tests/rules/test_beyond_float16.py``).
_OPERATIONS = frozenset(
    f"torch.{home}{name}"
    for home, names in {
        "Tensor.": """
            __add__ __radd__ __iadd__ __sub__ __rsub__ __isub__ __mul__ __rmul__ __imul__
            add sub mul add_ sub_ mul_ clamp clamp_ clip clip_ masked_fill masked_fill_ where
            """,
        "": "add sub mul clamp clip masked_fill where",
        "nn.functional.": "hardtanh threshold",
    }.items()
    for name in names.split()
)


def _judges(api: str, context: Context) -> bool:
    return api in _OPERATIONS


def _check(event: ApiCall, context: Context) -> Iterable[Problem]:
    if not event.used:
        return
    values = list(event.arguments.values())
    number = next((v.value for v in values if isinstance(v, Known) and _too_large(v.value)), None)
    tensors = [v for v in values if isinstance(v, Tensor) and v.dtype != "bool"]
    if number is None or not any(tensor.source is Source.INPUT for tensor in tensors):
        return
    floats = ("float32",) if isinstance(number, int) else ("float32", None)
    if any(tensor.dtype in floats for tensor in tensors):
        yield Problem(
            at=event.site.at,
            message=f"{number:g} is too large for 16-bit floats: this operation stays in 32 bits, "
            "off the Neural Engine",
            help="use a number up to 65504",
            api=event.api,
        )


def _too_large(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and _LARGEST < abs(value) < 1e38


RULE = Rule(
    code="CML307",
    name="beyond-float16",
    consequence=Consequence.NEURAL_ENGINE,
    summary="a number too large for 16-bit floats keeps an operation off the Neural Engine",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=ApiCall,
    check=_check,
    judges=_judges,
    opt_in=True,
)
