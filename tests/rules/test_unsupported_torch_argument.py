"""What a constructor takes by default is an argument's value, and decides no branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from preflight_analyzers.check import check_source

PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, {parameter}):
        super().__init__()
        self.mode = mode

    def forward(self, x):
        {body}


def example():
    return (torch.rand(1, 3, 8, 8),)
"""
RESIZED = "return F.interpolate(x, scale_factor=2.0, mode=self.mode)"


def messages(parameter: str, body: str = RESIZED) -> list[str]:
    findings = check_source(PROGRAM.format(parameter=parameter, body=body), "net.py").findings
    return [finding.message for finding in findings if finding.severity.value == "error"]


@pytest.mark.parametrize("parameter", ["mode='bicubic'", "mode: str = 'bicubic'", "*, mode='bicubic'"])
def test_a_default_is_told_as_one(parameter: str) -> None:
    (message,) = messages(parameter)
    assert message.startswith("F.interpolate with mode='bicubic' (a default) can't be converted")


@pytest.mark.parametrize("parameter", ["mode", "mode: str", "mode='nearest'", "mode=None"])
def test_nothing_is_told_of_another_default_or_none(parameter: str) -> None:
    assert messages(parameter) == []


def test_a_default_decides_no_branch() -> None:
    body = "return torch.special.bessel_j0(x) if self.mode == 'bessel' else x"
    (message,) = messages("mode='nearest'", body)
    assert "bessel_j0" in message


@pytest.mark.convert
def test_the_default_is_what_fails(tmp_path: Path) -> None:
    from tests.proofs.program import Program

    Program(PROGRAM.format(parameter="mode='nearest'", body=RESIZED), tmp_path).lower()
    program = Program(PROGRAM.format(parameter="mode='bicubic'", body=RESIZED), tmp_path)
    with pytest.raises(NotImplementedError, match="upsample_bicubic2d"):
        program.lower()
