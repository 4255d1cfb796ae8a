"""CML111 against torch: what raises on a machine without CUDA."""

from __future__ import annotations

from typing import Any

import pytest

from preflight_analyzers.check import check_source

NET = """\
import torch
from torch import nn

GPU = torch.device("cuda:0")


class Net(nn.Module):
    def __init__(self, device="cuda"):
        super().__init__()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.where = "cuda"

    def forward(self, x: torch.Tensor):
        {}
"""

#: A body for ``forward``, and whether it raises without CUDA.
BODIES = [
    ("return x.cuda()", True),
    ("return x.cuda(0)", True),
    ('return x.to("cuda")', True),
    ('return x.to("cuda:0", non_blocking=True)', True),
    ('return x.to(device="cuda")', True),
    ('return x.to(torch.device("cuda"))', True),
    ('return x.to(torch.device("cuda", 0))', True),
    ("return x.to(GPU)", True),
    ("return x.to(self.where)", True),
    ('return x + torch.zeros(4, device="cuda")', True),
    ('return x + torch.tensor([1.0], device=torch.device("cuda:0"))', True),
    ('return x + x.new_zeros(4, device="cuda")', True),
    ("return x + torch.cuda.FloatTensor(4)", True),
    ("return x.cpu()", False),
    ('return x.to("cpu")', False),
    ("return x.to(torch.float16)", False),
    ("return x.to(self.device)", False),
    ("return x + torch.zeros(4, device=x.device)", False),
    ("return x.cuda() if torch.cuda.is_available() else x", False),
    ("if x.is_cuda:\n            x = x.cuda()\n        return x", False),
]


@pytest.mark.parametrize(("body", "raises"), BODIES)
def test_what_surely_needs_cuda_is_found(body: str, raises: bool) -> None:
    codes = [one.code for one in check_source(NET.format(body)).findings]
    assert codes == ["CML111"] * raises


@pytest.mark.convert
@pytest.mark.parametrize(("body", "raises"), BODIES)
def test_torch_agrees(body: str, raises: bool) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    names: dict[str, Any] = {}
    exec(NET.format(body), names)
    net, x = names["Net"](), torch.rand(1, 4)
    if raises:
        with pytest.raises((AssertionError, RuntimeError, TypeError)):
            net(x)
    else:
        net(x)
