"""CML112: where 64 bits are asked for, the converted model has none."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.findings import Severity

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("scale", torch.ones(8, dtype=torch.float64))

    def forward(self, x: torch.Tensor):
        return {}


def example():
    return (torch.rand(2, 8),)
"""

#: What ``forward`` returns, and whether it computes with an input made 64 bits wide.
EXPRESSIONS = [
    ("x.double() + 1", True),
    ("x.to(torch.float64) + 1", True),
    ("x.to(torch.double) + 1", True),
    ("x.to(dtype=torch.float64) + 1", True),
    ("x.type(torch.float64) + 1", True),
    ("x.type('torch.DoubleTensor') + 1", True),
    ("x.float() + 1", False),
    ("x.to(torch.float32) + 1", False),
    ("x.type(torch.float32) + 1", False),
    ("x * self.scale.double().sum().float()", False),
    ("[x + 1, x.double()][0]", False),
]


@pytest.mark.parametrize(("expression", "wide"), EXPRESSIONS)
def test_what_asks_for_64_bits_is_found(expression: str, wide: bool) -> None:
    findings = check_source(NET.format(expression)).findings
    assert [(one.code, one.severity) for one in findings] == [("CML112", Severity.INFO)] * wide


@pytest.mark.convert
@pytest.mark.parametrize(("expression", "wide"), EXPRESSIONS)
def test_it_is_computed_in_fewer(expression: str, wide: bool, evidence: ModuleType, tmp_path: Path) -> None:
    program = evidence.Program(NET.format(expression), tmp_path)
    (eager,) = evidence._run(program.eager(), evidence.probes(program.example())[0])
    (converted,) = evidence.evaluate(program.lower(), [one.numpy() for one in program.example()])
    assert (eager.dtype == "float64") is wide
    assert converted.dtype == "float32"
