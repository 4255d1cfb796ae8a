"""Each case of the rule, and each way out it names, by evaluating the converted program."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.findings import Consequence

_PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.InstanceNorm2d(3, track_running_stats={track})
        if {track}:
            self.norm.running_mean += 0.5

    def forward(self, x):
        return {expression}


def example():
    return (torch.rand(1, 3, 8, 8) + 0.5,)
"""


def program(expression: str, track: bool = False) -> str:
    return _PROGRAM.format(expression=expression, track=track)


BAD_AND_GOOD = {
    "std": (program("x / x.std()"), program("x / x.std(unbiased=True)")),
    "var": (program("torch.var(x) + x"), program("torch.var(x, unbiased=True) + x")),
    "correction": (program("x.std(dim=1, correction=2)"), program("x.std(dim=1, correction=1)")),
    "antialias": (
        program("F.interpolate(x, (4, 4), mode='bilinear', antialias=True)"),
        program("F.interpolate(x, scale_factor=2, mode='bilinear')"),
    ),
    "running statistics": (program("self.norm(x)", track=True), program("self.norm(x)")),
}


@pytest.mark.parametrize("what", BAD_AND_GOOD)
def test_found_in_the_bad_one_only(what: str) -> None:
    bad, good = BAD_AND_GOOD[what]
    assert [f.code for f in check_source(bad).findings] == ["CML203"]
    assert check_source(good).findings == ()


@pytest.mark.convert
@pytest.mark.parametrize("what", BAD_AND_GOOD)
def test_the_converter_agrees(what: str, evidence: ModuleType, folder: Path) -> None:
    bad, good = BAD_AND_GOOD[what]
    evidence.prove_bad(Consequence.WRONG_RESULT, bad, good, folder)
    evidence.prove_good(good, folder)
