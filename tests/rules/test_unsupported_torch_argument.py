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


def test_only_what_the_finding_rests_on_is_told_as_a_default() -> None:
    body = "return F.interpolate(x, scale_factor=self.mode, mode='bicubic')"
    (message,) = messages("mode=2.0", body)
    assert message.startswith("F.interpolate with mode='bicubic' can't be converted")


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


SIZES = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("filter", torch.ones(1, 1, 3))
        self.pool = nn.MaxPool2d(2, {pool})

    def forward(self, x):
        {body}


def example():
    return (torch.rand(1, 4, 8),)
"""
SPREAD = "return F.conv_transpose1d(x, {weight}.expand(x.shape[1], -1, -1), groups=x.shape[1])"
CALLS = [
    ("dilation=1", SPREAD.format(weight="self.filter"), True),
    ("dilation=1", SPREAD.format(weight="x[:, :1, :3]"), False),
    ("dilation=(1, 1)", "return self.pool(x.unsqueeze(0))", True),
    ("dilation=(2, 2)", "return self.pool(x.unsqueeze(0))", False),
]


@pytest.mark.parametrize(("pool", "body", "converts"), CALLS)
def test_sizes_and_axes(pool: str, body: str, converts: bool) -> None:
    findings = check_source(SIZES.format(pool=pool, body=body), "net.py").findings
    assert [finding.code for finding in findings if finding.code == "CML202"] == (
        [] if converts else ["CML202"]
    )


@pytest.mark.convert
@pytest.mark.parametrize(("pool", "body", "converts"), CALLS)
def test_sizes_and_axes_convert_or_not(pool: str, body: str, converts: bool, tmp_path: Path) -> None:
    from tests.proofs.program import Program

    program = Program(SIZES.format(pool=pool, body=body), tmp_path)
    if converts:
        program.lower()
    else:
        with pytest.raises(ValueError, match=r"must be const|dilation"):
            program.lower()
