"""The evaluator of converted programs agrees with torch."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.convert

HEAD = """
import torch
from torch import nn
import torch.nn.functional as F
"""

MODULES = {
    "elementwise": """
class Net(nn.Module):
    def forward(self, x):
        return torch.sigmoid(x) * 2 - torch.tanh(x).abs().sqrt()

def example():
    return (torch.randn(2, 5),)
""",
    "convolutions": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(4, 8, 3, stride=2, padding=(1, 0), groups=2), nn.BatchNorm2d(8), nn.SiLU(),
            nn.Conv2d(8, 8, 3, dilation=2, padding=2, bias=False), nn.InstanceNorm2d(8, affine=True),
            nn.MaxPool2d(3, 2, padding=1),
        )

    def forward(self, x):
        return self.layers(x)

def example():
    return (torch.randn(1, 4, 17, 16),)
""",
    "resampling": """
class Net(nn.Module):
    def forward(self, x):
        up = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        aligned = F.interpolate(x, size=(16, 12), mode="bilinear", align_corners=True)
        return F.avg_pool2d(up + aligned, 3, stride=2, padding=(1, 0), count_include_pad=False)

def example():
    return (torch.randn(1, 3, 8, 6),)
""",
    "transformer": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)
        self.project = nn.Linear(8, 24)

    def forward(self, x):
        query, key, value = self.project(self.norm(x)).chunk(3, dim=-1)
        return torch.softmax(query @ key.transpose(-2, -1), dim=-1) @ value, x.mean(dim=1)

def example():
    return (torch.randn(2, 6, 8),)
""",
    "batch statistics": """
class Net(nn.Module):
    def forward(self, x):
        return F.batch_norm(x, None, None, training=True)

def example():
    return (torch.randn(2, 3, 4, 4),)
""",
    "integers": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(10, 4)

    def forward(self, ids, mask):
        return self.embed(ids) * mask.unsqueeze(-1)

def example():
    return torch.randint(0, 10, (1, 7), dtype=torch.int32), torch.rand(1, 7)
""",
}


@pytest.mark.parametrize("source", MODULES.values(), ids=MODULES.keys())
def test_a_converted_program_evaluates_to_what_torch_computes(
    evidence: ModuleType, folder: Path, source: str
) -> None:
    evidence.prove_good(HEAD + source, folder)
