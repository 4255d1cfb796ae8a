"""Which whole numbers of torch Core ML keeps as floats, held against converted programs."""

from __future__ import annotations

from types import ModuleType

import pytest

from preflight_analyzers.meaning.analysis import analyze
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.meaning.values import Tensor

pytestmark = pytest.mark.convert

_PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x, i):
        m = x > 0.5
        return torch.neg({expression})


example = (torch.rand(2, 3), torch.ones(2, 3, dtype=torch.int64))
traced = torch.jit.trace(Net(), example)
"""
_EXPRESSIONS = """
i + 1 | i * i | i % 2 | i ** 2 | -i | i // 2 | i // i | 2 // i | i.floor_divide(2) | (i // 2) * i
i + i // 2 | torch.div(i, 2, rounding_mode="floor") | i.div(2, rounding_mode="trunc")
torch.remainder(i // 2, 2) | m.sum() | m.sum(1) | m.int().sum(1) | i.sum(1) | (m * 1).sum(1)
(m * i).sum(1) | x.sum(1, dtype=torch.int64) | m.sum(1) - 1 | (m.sum(1) - 1).long() | m.cumsum(1)
(i // 2).cumsum(1) | (i // 2).sum(1) | (i == 1).sum(1) | i.clamp(min=1) | i.clamp(max=1) | i.clamp(0, 1)
i.clamp(1) | i.clip(min=1) | i.clamp_min(1) | (i // 2).clamp(0, 1) | i.clamp(None, 1)
torch.clamp(i, min=0) | x.argmax(1) | (i // 2).argmax(1) | x.argmax(1) // 2 | x.topk(1)[1] | i.max()
(i // 2).max() | torch.maximum(i, i // 2) | torch.where(m, i, 1) | torch.where(m, i // 2, i) | (i // 2)[0]
(i // 2).view(-1) | (i // 2).flip(0) | (i // 2).expand(2, 3) | (i // 2).repeat(1, 2) | i.gather(1, i)
torch.cat([i, i // 2]) | torch.cat([i, i]) | (i // 2).masked_fill(m, 0) | (i // 2).clone() | (i // 2).abs()
(i // 2).long() | (i // 2).int() | (i // 2).type_as(i) | (i // 2).to(torch.int32) | (i // 2).to(i.dtype)
x.long() | m.long() | x.floor().long() | m.nonzero() | i.unique() | F.pad(i, (1, 1))
F.pad(i, (0, 1), value=1) | i.new_zeros(3) | i.new_zeros((2, 3), dtype=torch.int64) | i.new_full((2, 3), 2)
torch.full((2, 3), 1) | torch.full((2,), 1, dtype=torch.int64) | torch.zeros_like(i // 2)
torch.full_like(i // 2, 1) | torch.ones_like(i) | torch.arange(3) | torch.arange(3) // 2
torch.arange(x.shape[1]) | torch.zeros(2, dtype=torch.int64) | torch.eye(3, dtype=torch.int64)
torch.linspace(0, 3, 4, dtype=torch.int64) | torch.tensor([1, 2]) | i + (x.shape[1] - 1) | i * x.shape[0]
i // x.shape[0] | torch.randint(0, 3, (2, 3)) | (i // 2).index_select(0, i[0])
"""
_CASES = [one.strip() for line in _EXPRESSIONS.strip().splitlines() for one in line.split("|")]


def _said(program: str) -> bool | None:
    """What the interpreter says of what ``neg`` gets."""
    calls = [e for e in analyze(Unit(program, "net.py")).events if isinstance(e, ApiCall)]
    operand = next(call for call in calls if call.api == "torch.neg").arguments.positional[0]
    assert isinstance(operand, Tensor)
    assert (operand.dtype or "").startswith("int")
    return operand.floats


@pytest.mark.parametrize("expression", _CASES)
def test_floats_are_told_apart(expression: str, evidence: ModuleType) -> None:
    import coremltools as ct
    import numpy as np
    from coremltools.converters.mil.mil import types

    program = _PROGRAM.format(expression=expression)
    scope: dict[str, object] = {"__name__": "net"}
    exec(program, scope)
    described = [
        ct.TensorType(shape=(2, 3), dtype=np.float32),
        ct.TensorType(shape=(2, 3), dtype=np.int32),
    ]
    converted = ct.convert(
        scope["traced"], inputs=described, convert_to="milinternal", pass_pipeline=ct.PassPipeline.EMPTY
    )
    result = converted.functions["main"].outputs[0]
    assert _said(program) is types.is_float(result.dtype)


@pytest.mark.parametrize(
    "expression", ["i + x.shape[1] // 2", "torch.arange(x.shape[1] // 2)", "(i // 2).topk(1)[1]"]
)
def test_silent_where_nothing_is_sure(expression: str) -> None:
    assert _said(_PROGRAM.format(expression=expression)) is None
