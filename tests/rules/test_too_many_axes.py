"""Where a tensor of more than five axes is told of, and that it is told of once."""

from __future__ import annotations

import pytest

from preflight_analyzers.check import check_source

PROGRAM = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.rand(1, 1, 1, 1, 1, 1))

    def forward(self, x):
        six = x.view(1, 2, 2, 2, 2, 3)
        {}


traced = torch.jit.trace(Net().eval(), torch.rand(1, 4, 4, 3))
"""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("return six.permute(0, 1, 3, 2, 4, 5).reshape(4, 12)", []),
        ("return six.transpose(2, 3).contiguous().view(4, -1)", []),
        ("return (six + 1).relu().reshape(4, 12)", ["Tensor.__add__ of a tensor of 6 axes"]),
        ("return six.mean(3)", ["Tensor.mean of a tensor of 6 axes"]),
        ("return torch.stack([six, six]).sum()", ["torch.stack of a tensor of 6 axes"]),
        ("return x.unsqueeze(0).unsqueeze(0).sum()", ["Tensor.sum of a tensor of 6 axes"]),
        ("return (self.w * 2).reshape(1) + x", []),
        ("return six.shape[0] * x", []),
    ],
)
def test_what_computes_with_it_first_is_told(code: str, found: list[str]) -> None:
    findings = check_source(PROGRAM.format(code), "net.py").findings
    messages = [finding.message for finding in findings if finding.code == "CML205"]
    assert [message.partition(" can't")[0] for message in messages] == found
