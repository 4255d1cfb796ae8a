"""What the sizes that a conversion leaves open lead to."""

from __future__ import annotations

import warnings

import pytest

from preflight_analyzers.check import check_source

_PROGRAM = """
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2)

    def forward(self, x):
        y = self.conv(x)
        return {result}


traced = torch.jit.trace(Net(), torch.rand(1, 3, 32, 32))
model = ct.convert(traced, inputs=[ct.TensorType(shape={shape})])
"""
RANGE = "(1, 3, 32, ct.RangeDim(16, 64))"
ENUMERATED = "ct.EnumeratedShapes([(1, 3, 32, 32), (1, 3, 32, 64)])"
FIXED = "(1, 3, 32, 32)"

OPEN = [
    "x * int(x.shape[3])",
    "y * int(y.shape[3])",
    "y * max(y.shape[2], y.shape[3])",
    "y * 2 if y.shape[-1] > 15 else y",
    "torch.stack([y[..., i] for i in range(y.size(3))])",
    "sum(row for row in y.permute(3, 0, 1, 2))",
    "y * int(y.numel() / 2)",
    "y.flatten(1) * len(y[0, 0, 0])",
]
CLOSED = [
    "x * int(x.shape[2])",
    "y * int(y.shape[2])",
    "y * 2 if y.shape[1] > 15 else y",
    "y.view(y.shape[0], -1, y.shape[3])",
    "torch.stack([y[:, :, i] for i in range(y.size(2))])",
    "torch.cat([y, torch.zeros(1, 8, 15, y.shape[3])])",
]


def codes(result: str, shape: str) -> list[str]:
    findings = check_source(_PROGRAM.format(result=result, shape=shape), "net.py").findings
    return [f.code for f in findings if f.code in ("CML105", "CML106")]


@pytest.mark.parametrize("shape", [RANGE, ENUMERATED])
@pytest.mark.parametrize("result", OPEN)
def test_an_open_size_that_python_takes_is_found(result: str, shape: str) -> None:
    assert codes(result, shape) == ["CML106"]


@pytest.mark.parametrize("result", OPEN)
def test_fixed_sizes_are_not(result: str) -> None:
    assert codes(result, FIXED) == []


@pytest.mark.parametrize("result", CLOSED)
def test_other_sizes_of_the_same_input_are_not(result: str) -> None:
    assert codes(result, RANGE) == []


@pytest.mark.convert
@pytest.mark.parametrize("result", OPEN + CLOSED)
def test_with_another_size_the_trace_differs_where_it_is_found(result: str) -> None:
    import torch

    names: dict[str, object] = {}
    exec(_PROGRAM.format(result=result, shape=RANGE).partition("traced =")[0], names)
    torch.manual_seed(0)
    net, wider = names["Net"](), torch.rand(1, 3, 32, 64)  # type: ignore[operator]
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(net, torch.rand(1, 3, 32, 32), check_trace=False)
        expected = net(wider)
        try:
            given = traced(wider)
        except RuntimeError:
            given = torch.empty(0)
    same = expected.shape == given.shape and torch.allclose(expected, given)
    assert same == (result in CLOSED)
