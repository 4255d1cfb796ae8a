"""CML107 against torch: what can't be done with a size while tracing."""

from __future__ import annotations

import warnings

import pytest

from preflight_analyzers.check import check_source

_PROGRAM = """
import math

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, size=None):
        {statement}
        return x * 2


torch.jit.trace(Net().eval(), torch.rand(4, 6))
"""
REFUSED = [
    "round(x.shape[0] / 2)",
    "round(x.size(-1) * 0.5)",
    "round(sum(x.shape) / 2)",
    "divmod(x.shape[0], 2)",
    "divmod(7, x.shape[0])",
    "math.trunc(x.shape[1])",
    "[round(size / 2) for size in x.shape]",
]
TAKEN = [
    "round(int(x.shape[0]) / 2)",
    "round(x.dim() / 2)",
    "round(len(x) / 2)",
    "round(math.sqrt(x.shape[0]))",
    "x.shape[0] // 2, x.shape[0] % 2",
    "round(x.sum(), decimals=2) if x.dim() > 2 else 0",
    "round(x.shape[0] / 2) if not isinstance(x.shape[0], torch.Tensor) else 0",
    "round((6 if size is None else x.shape[0]) / 2)",
]


def found(statement: str) -> bool:
    findings = check_source(_PROGRAM.format(statement=statement), "net.py").findings
    return "CML107" in {finding.code for finding in findings}


@pytest.mark.parametrize("statement", REFUSED)
def test_what_torch_refuses_is_found(statement: str) -> None:
    assert found(statement)


@pytest.mark.parametrize("statement", TAKEN)
def test_what_torch_takes_is_not(statement: str) -> None:
    assert not found(statement)


@pytest.mark.convert
@pytest.mark.parametrize("statement", REFUSED + TAKEN)
def test_torch_says_the_same(statement: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(_PROGRAM.format(statement=statement), {"__name__": "net"})
        except TypeError:
            refused = True
        else:
            refused = False
    assert refused == (statement in REFUSED)
