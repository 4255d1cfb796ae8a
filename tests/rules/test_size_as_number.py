"""Where a size is taken for Python's number: torch itself says which of these trace."""

from __future__ import annotations

from typing import Any

import pytest

from preflight_analyzers.check import check_source

NET = """\
import math
import torch
import torch.nn.functional as F
from torch import nn


@torch.jit.script
def half(x):
    return x[:, : int(round(x.shape[1] / 2))]


class Net(nn.Module):
    def __init__(self, scale=2, scales=(2, 3)):
        super().__init__()
        self.scale, self.scales = scale, scales
        self.weight = nn.Parameter(torch.rand(1, 4, 8))
        self.width = self.weight.shape[1]
        self.up = nn.Upsample(scale_factor=2)

    def forward(self, x: torch.Tensor):
        n = x.shape[1]
        {}
"""

#: A body for ``forward``, and whether torch refuses to trace it.
BODIES = [
    ("return x * round(n)", True),
    ("return x * round(n / 3, 1)", True),
    ("return x * round(x.size(1) * 0.5)", True),
    ("return x * round(x.numel() / 2)", True),
    ("return x * round(self.weight.shape[1] / 2)", True),
    ("return x * round(-n)", True),
    ("return x * sum([round(s * self.scale) for s in list(x.shape[1:])])", True),
    ("return x * sum([round(s * r) for s, r in zip(x.shape[1:], self.scales)])", True),
    ("return x * round(float(n) * self.scale)", False),
    ("return x * divmod(n, 2)[0]", True),
    ("return x * divmod(100, n)[0]", True),
    ("return x * math.trunc(n / 2)", True),
    ("return F.interpolate(x, scale_factor=n / 2)", True),
    ("return F.interpolate(x[None], scale_factor=(n / 2, 2.0))", True),
    ("return F.interpolate(x[None], scale_factor=n // 2, mode='bilinear')", True),
    ("return F.interpolate(x, scale_factor=n / 2, recompute_scale_factor=True)", False),
    ("return F.interpolate(x, scale_factor=n / 2, mode='area')", False),
    ("return F.interpolate(x, size=n * 2)", False),
    ("return self.up(x) * n", False),
    ("return nn.Upsample(scale_factor=n / 2)(x)", False),
    ("return x * round(self.width / 3)", False),
    ("return x * round(int(n) / 2)", False),
    ("return x * round(len(x) / 2)", False),
    ("return x * round(x.dim() / 2)", False),
    ("return x * math.floor(n / 2)", False),
    ("return half(x)", False),
    ("return x * (2 if isinstance(n, torch.Tensor) else round(n / 2))", False),
    ("return x * (round(n / 2) if isinstance(n, int) else 2)", False),
    ("return x * round(max(99, n))", False),
    ("n = n if self.training else 3\n        return x * round(n)", False),
]


def found(body: str) -> list[str]:
    return [one.code for one in check_source(NET.format(body)).findings if one.code == "CML107"]


@pytest.mark.parametrize(("body", "fails"), BODIES)
def test_only_what_surely_is_a_size_is_found(body: str, fails: bool) -> None:
    assert bool(found(body)) is fails


@pytest.mark.convert
@pytest.mark.parametrize(("body", "fails"), BODIES)
def test_torch_agrees(body: str, fails: bool, tmp_path: Any) -> None:
    import importlib.util

    import torch

    file = tmp_path / "net.py"  # torch.jit.script reads the source
    file.write_text(NET.format(body))
    spec = importlib.util.spec_from_file_location("net", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    net, x = module.Net().eval(), torch.rand(1, 4, 8)
    net(x)
    if fails:
        with pytest.raises(TypeError):
            torch.jit.trace(net, x)
    else:
        torch.jit.trace(net, x)


def test_on_some_path_it_may_be_a_number() -> None:
    body = "if self.training or flag:\n            n = 3\n        return x * round(n)"
    assert found(body) == []
