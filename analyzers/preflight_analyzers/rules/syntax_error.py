"""CML901: the file isn't Python."""

from __future__ import annotations

from preflight_analyzers.findings import Consequence
from preflight_analyzers.rules.base import Rule

_EXPLANATION = """\
Python can't read this statement, so nothing in the file can run and nothing in the statement was checked.
Findings in the rest of the file stand: only the broken statement is left out.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x  # CML901


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x)


def example():
    return (torch.rand(1, 8),)
"""

RULE = Rule(
    code="CML901",
    name="syntax-error",
    consequence=Consequence.ENVIRONMENT,
    summary="Python can't read this statement",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
)
