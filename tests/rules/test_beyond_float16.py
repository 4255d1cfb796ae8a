"""Which operations a large number keeps in 32 bits: the rule and the converter agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.selection import Selection

_PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        x = x.relu()
        return {expression}


def example():
    return (torch.rand(4, 8),)
"""
IN_32_BITS = [
    "x.masked_fill(x > 0.5, -1e9).softmax(-1)",
    "torch.masked_fill(x, x > 0.5, -65505.0)",
    "x + 1e5",
    "1e5 + x",
    "x - 1e5",
    "1e5 - x",
    "x * 1e5",
    "-1e9 * (1 - x)",
    "x.add(1e5)",
    "torch.mul(x, 1e5)",
    "torch.where(x > 0.5, x, -1e9)",
    "x.where(x > 0.5, -1e9)",
    "x.clamp(max=1e9)",
    "torch.clamp(x, -1e9, 1e9)",
    "F.hardtanh(x, -1e9, 1e9)",
    "F.threshold(x, 0.5, -1e9)",
]
IN_16_BITS = [
    "x.masked_fill(x > 0.5, -1e4).softmax(-1)",
    "x.masked_fill(x > 0.5, -65504.0).softmax(-1)",
    'x.masked_fill(x > 0.5, float("-inf")).softmax(-1)',
    "x.masked_fill(x > 0.5, torch.finfo(torch.float32).min).softmax(-1)",
    "x / 1e5",
    "x + 1e-8",
    "torch.where(x > 1e5, x, 1.0)",
]


def found(expression: str) -> bool:
    source = _PROGRAM.format(expression=expression)
    return bool(check_source(source, selection=Selection(select=("CML307",))).findings)


@pytest.mark.parametrize("expression", IN_32_BITS)
def test_a_large_number_is_found(expression: str) -> None:
    assert found(expression)


@pytest.mark.parametrize("expression", [*IN_16_BITS, "x.sum(0).long() * 100000", "x.shape[0] * 100000"])
def test_what_fits_is_silent(expression: str) -> None:
    assert not found(expression)


@pytest.mark.convert
@pytest.mark.parametrize("expression", [*IN_32_BITS, *IN_16_BITS])
def test_the_converter_leaves_it_in_32_bits(expression: str, tmp_path: Path) -> None:
    from coremltools.converters.mil.mil import types

    from tests.proofs.program import Program

    model = Program(_PROGRAM.format(expression=expression), tmp_path).convert()
    in_32_bits = [
        operation
        for operation in model._mil_program.functions["main"].operations
        if operation.op_type not in ("const", "cast")
        and any(output.dtype == types.fp32 for output in operation.outputs)
    ]
    assert bool(in_32_bits) == (expression in IN_32_BITS)
