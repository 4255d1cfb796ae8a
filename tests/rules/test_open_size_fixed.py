"""Sizes that a conversion leaves open, told apart from those that are fixed."""

from __future__ import annotations

from typing import Any

import pytest

from preflight_analyzers.check import check_source

PROGRAM = """\
import math

import coremltools as ct
import torch
import torch.nn.functional as F
from torch import nn


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(16, 48)

    def forward(self, x):
        B, N, C = x.shape
        qkv = self.qkv(x).reshape(B, N, 3, 2, C // 2).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        weights = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        if C % 2:
            weights = weights * 2
        y = (weights.softmax(-1) @ v).transpose(1, 2).reshape(B, N, -1)
        if y.shape[-1] == 3:
            y = y * 3
        return y


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3, padding=1)
        self.attention = Attention()

    def forward(self, x):
        y = self.conv(x)
        b, c, h, w = y.shape
        if c != 16:
            y = y * 2
        if h % 8:  # open
            y = F.pad(y, (0, 0, 0, h % 8))
        assert h % 2 == 0
        if h < 8:
            raise ValueError(h)
        if y.flatten(2).transpose(1, 2).shape[1] > 30:  # open
            y = y * 2
        y = y[:, :, : int(h / 2)]  # open
        y = y * max(h, w)  # open
        for i in range(w):  # open
            y = y + i
        if b > 1:
            y = y * 3
        return self.attention(y.flatten(2).transpose(1, 2))


traced = torch.jit.trace(Net().eval(), torch.rand(1, 3, 8, 8))
model = ct.convert(traced, inputs=[INPUT])
"""
OPEN = {number for number, line in enumerate(PROGRAM.splitlines(), 1) if line.endswith("# open")}


def found(input_: str) -> set[int]:
    findings = check_source(PROGRAM.replace("INPUT", input_)).findings
    assert {finding.code for finding in findings} <= {"CML106"}
    return {finding.range.start.line for finding in findings}


@pytest.mark.parametrize(
    "shape",
    [
        "(1, 3, ct.RangeDim(8, 64), ct.RangeDim(8, 64))",
        "ct.Shape(shape=(1, 3, ct.RangeDim(8, 64), ct.RangeDim(8, 64)))",
        "ct.EnumeratedShapes(shapes=[(1, 3, 8, 8), (1, 3, 16, 16)])",
    ],
)
@pytest.mark.parametrize("kind", ["TensorType", "ImageType"])
def test_what_is_taken_out_of_an_open_size_is_found(shape: str, kind: str) -> None:
    assert found(f"ct.{kind}(shape={shape})") == OPEN


@pytest.mark.parametrize(
    "shape", ["(1, 3, 8, 8)", "ct.EnumeratedShapes(shapes=[(1, 3, 8, 8), (1, 3, 8, 8)])", "unknown()"]
)
def test_fixed_and_unknown_sizes_are_silent(shape: str) -> None:
    assert found(f"ct.TensorType(shape={shape})") == set()


_EXPORTED = """\
import math

import torch
from torch import nn
from torch.export import Dim


class Net(nn.Module):
    def forward(self, x):
        return {}


torch.export.export(Net().eval(), (torch.rand(4, 8),), dynamic_shapes={})
"""

#: What ``forward`` returns, and whether an export that insists on the first size refuses it.
EXPORTED = [
    ("x * int(x.shape[0])", True),
    ("x * int(x.shape[0] / 2)", True),
    ("x * float(x.shape[0] + 1)", True),
    ("x.sum(0) / len(x)", True),
    ("x / math.sqrt(x.shape[0])", True),
    ("x / math.log2(x.numel())", True),
    ("torch.stack([row * 2 for row in x])", True),
    ("torch.stack(list(x))", True),
    ("torch.stack([x[i] for i in range(x.shape[0])])", True),
    ("sum(x)", True),
    ("x.sum(0) / x.shape[0]", False),
    ("x * int(x.shape[1])", False),
    ("x * len(x[0])", False),
    ("x * max(1, x.shape[0])", False),
    ("x * math.ceil(x.shape[0] / 2)", False),
    ("x * torch.tensor(x.shape[0])", False),
    ("x * round(x.shape[0])", False),
    ("x.view(x.shape[0] * 2, 4)", False),
]
_INSISTING = ("({0: Dim('n', min=2, max=16)},)", "((Dim('n', min=2, max=16), None),)", "{'x': {0: Dim('n')}}")


@pytest.mark.parametrize(("expression", "refused"), EXPORTED)
def test_an_export_that_insists_refuses(expression: str, refused: bool) -> None:
    for shapes in _INSISTING:
        findings = check_source(_EXPORTED.format(expression, shapes)).findings
        told = [(one.code, one.severity.value) for one in findings if one.code == "CML106"]
        assert told == [("CML106", "error")] * refused


@pytest.mark.parametrize(("expression", "refused"), EXPORTED)
def test_an_export_that_may_fix_sizes_fixes_them(expression: str, refused: bool) -> None:
    findings = check_source(_EXPORTED.format(expression, "({0: Dim.AUTO},)")).findings
    told = [(one.code, one.severity.value) for one in findings if one.code == "CML106"]
    assert told == [("CML106", "warning")] * refused


@pytest.mark.convert
@pytest.mark.parametrize(("expression", "refused"), EXPORTED)
def test_torch_agrees_on_exports(expression: str, refused: bool) -> None:
    import torch

    for shapes in _INSISTING:
        if refused:
            with pytest.raises(torch._dynamo.exc.UserError, match="Constraints violated"):
                exec(_EXPORTED.format(expression, shapes), {})
        else:
            exec(_EXPORTED.format(expression, shapes), {})
    names: dict[str, Any] = {}
    exec(
        _EXPORTED.format(expression, "({0: Dim.AUTO},)").replace("\ntorch.export.", "\ngot = torch.export."),
        names,
    )
    exported = names["got"].module()
    if refused:
        with pytest.raises(AssertionError):
            exported(torch.rand(6, 8))
    else:
        exported(torch.rand(6, 8))
