"""Which in-place writes are lost, by evaluating the converted program; the interpreter must agree."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import CheckOptions, check_source

_PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def raised(self, v):
        return v + 1

    def scaled(self, v):
        v[0].mul_(2)
        return v

    def forward(self, x):
        y = x * 2 - 3
        {body}


def example():
    return (torch.rand(4, 6) * 3,)
"""


def program(statements: str) -> str:
    return _PROGRAM.format(body=statements.replace("; ", "\n        ").replace(" | ", "\n            "))


LOST = [
    "y[:, 0].add_(1); return y",
    "y[0].mul_(2); return y",
    "y[0].relu_(); return y",
    "y[1:3, 2:4].mul_(2); return y",
    "v = y[0]; v += 2; return y",
    "v = y.view(-1); v.mul_(2); return y",
    "v = y.view(-1); v *= 2; return y + 1",
    "v = y.view(-1); v[0] = 2; return y",
    "v = y.view(-1); y.mul_(2); return v",
    "v = y[0]; y.mul_(2); return v",
    "v = y[:]; y += 2; return v",
    "v = y.transpose(0, 1); v.mul_(2); return y",
    "torch.permute(y, (1, 0)).mul_(2); return y",
    "y.T[0] = 5; return y",
    "y.transpose(0, 1)[0] = 5; return y",
    "y.narrow(0, 1, 2).mul_(2); return y",
    "y.unsqueeze(0).mul_(2); return y",
    "y.squeeze().mul_(2); return y",
    "y.expand(4, 6).mul_(2); return y",
    "y.detach().mul_(2); return y",
    "y.diagonal().mul_(2); return y",
    "y.unfold(0, 2, 2).mul_(2); return y",
    "y.movedim(0, 1).mul_(2); return y",
    "y.unflatten(1, (2, 3)).mul_(2); return y",
    "a, b = y.chunk(2, 1); a.mul_(2); return y",
    "a, b = torch.split(y, 3, 1); a += 2; return y",
    "a, b = y.chunk(2, 1); a[0] = 2; return y",
    "a, b = y.chunk(2, 1); y.mul_(2); return a",
    "a, b, c, d = y.unbind(0); a.mul_(2); return y",
    "a, b, c, d = y; a.mul_(2); return y",
    "for i in range(3): | y[i].mul_(2); return y",
    "for row in y: | row.mul_(2); return y",
    "v = y[1:3]; v[0] = 2; return v",
    "v = y[0]; v[1] = 2; return v",
    "v = y[1:3]; v[0] = v[0] * 2; return y",
    "v = y[1:3]; v[0] += 1; return y",
    "v = y[1:3]; v[[0, 1]] = 2; return y",
    "y[0][1] += 7; return y",
    "y[:, [0, 2]] = 5; return y",
    "y[[0, 2], 1] = 5; return y",
    "y[[0, 2], :] = 5; return y",
    "y[:, [0, 2]] += 1; return y",
    "v = y[0]; v.fill_(2); return v",
    "F.relu(y[0], inplace=True); return y",
    "torch.relu_(y[0]); return y",
    "v = y[:, :3]; y = self.relu(y); return torch.cat([v, y], 1)",
    "self.relu(y.view(-1)); return y",
    "return self.scaled(y)",
    "v = y[0]; v *= 2; return self.relu(y)",
    "v = y[0]; v *= 2; if self.training: | y = y * 2; return y",
]
#: Found where the rank of what is written, or of an index, is known.
LOST_BY_RANK = [
    "y = y.view(4, 6); y[..., 0] = 5; return y",
    "y = y.view(2, 2, 6); y[0, ..., 1] = 5; return y",
    "y[:, torch.tensor([0, 2])] = 5; return y",
    "y = y.view(4, 6); y[:, y[0] > 1] = 5; return y",
]
KEPT = [
    "y = y.view(4, 6); y[..., 0, :] = 5; return y",
    "y = y.view(4, 6); y[0, ...] = 5; return y",
    "y = y.view(4, 6); y[:, ..., 0] = 5; return y",
    "y[:, 0] += 1; return y",
    "y[:, 0] = 7; return y",
    "y[:, ::2] = 7; return y",
    "y[1:3, 2:4] *= 2; return y",
    "y[0][1] = 7; return y",
    "y[0].fill_(2); return y",
    "y[:, 0].copy_(x[:, 1]); return y",
    "y.select(0, 1).fill_(2); return y",
    "y[[0, 2]] = 5; return y",
    "y[[0, 2], [1, 1]] = 5; return y",
    "y[[0, 2], ...] = 5; return y",
    "y[:, torch.tensor(1)] = 5; return y",
    "y.mul_(2); return y",
    "v = y; v += 2; return y",
    "v = y.contiguous(); v.mul_(2); return y",
    "v = y.float(); v.mul_(2); return y",
    "v = y.permute(1, 0).contiguous(); v[0] = 1; return y",
    "v = y.permute(1, 0).reshape(-1); v.mul_(2); return y",
    "v = y[1:3].clone(); v[0] = 2; return v",
    "v = y[1:3]; v[0] = v[0] * 2; return v",
    "v = y[1:3]; v[0] += 1; return v",
    "v = y[1:3]; v *= 2; v[0] = 2; return v",
    "v = y[0]; v.add_(1); return v",
    "v = y[0]; y = y + 1; v.add_(1); return y",
    "v = y[0]; v += 1; return torch.zeros_like(y) + v + y.shape[0]",
    "a, b = y.chunk(2, 1); a += 2; return torch.cat([a, b], 1)",
    "a, b = y[:, :3], y[:, 3:]; a += 1; return torch.cat([a, b], 1)",
    "a = y[:, :3]; a += 1; return torch.cat([a, y[:, 3:]], 1)",
    "v = y[:, 0]; v += 1; y[:, 0] = v; return y",
    "v = y.view(-1); v += 1; y = v.view(y.shape); return y",
    "y = y.permute(1, 0); y[0] = 2; return y",
    "y = y[:, 0:3]; y += 2; return y",
    "for i in range(3): | y[:, i] += i; return y",
    "y = self.relu(y); return y",
    "values, indices = y.topk(2); values[0].mul_(1); return indices + 0.5",
    "v = self.raised(y); w = self.raised(x); w.view(-1).mul_(1); return v",
    "if self.training: | y[0].mul_(2); return y",
]


@pytest.mark.parametrize("statements", LOST)
def test_found_where_it_is_lost(statements: str) -> None:
    assert "CML204" in {f.code for f in check_source(program(statements)).findings}


@pytest.mark.parametrize("statements", LOST_BY_RANK)
def test_found_where_the_rank_is_known(statements: str) -> None:
    assert "CML204" in {f.code for f in check_source(program(statements)).findings}


@pytest.mark.parametrize("statements", KEPT)
def test_silent_where_it_is_not(statements: str) -> None:
    assert check_source(program(statements)).findings == ()


@pytest.mark.convert
@pytest.mark.parametrize("statements", LOST + LOST_BY_RANK)
def test_the_converter_loses_it(statements: str, evidence: ModuleType, folder: Path) -> None:
    assert evidence.computes_otherwise(program(statements), folder)


@pytest.mark.convert
@pytest.mark.parametrize("statements", KEPT)
def test_the_converter_keeps_it(statements: str, evidence: ModuleType, folder: Path) -> None:
    assert not evidence.computes_otherwise(program(statements), folder)


def test_by_export_nothing_is_lost() -> None:
    report = check_source(program(LOST[0]), options=CheckOptions(frontend="export"))
    assert report.findings == ()


@pytest.mark.convert
def test_the_export_keeps_it(evidence: ModuleType, folder: Path) -> None:
    assert not evidence.computes_otherwise(program(LOST[0]), folder, "export")


def test_the_variable_that_lacks_the_write_is_named() -> None:
    (finding,) = check_source(program("v = y.view(-1); v *= 2; return y")).findings
    assert "`y` keeps its old values" in finding.message
    (finding,) = check_source(program("v = y.view(-1); y *= 2; return v")).findings
    assert "`v` keeps its old values" in finding.message


_PATHS = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, flag, count):
        super().__init__()
        self.flag = flag
        self.count = count

    def forward(self, x):
        y = x * 2
        v = y[0]
        {body}
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("if self.flag: | v += 1; return y", True),
        ("if self.flag: | v += 1; else: | return y; return v", False),
        ("if self.flag: | v += 1; else: | y = y * 2; return v + y[1]", False),
        ("for _ in range(self.count): | v += 1; return y", True),
        ("for _ in range(self.count): | y = y + 1; v += 1; return v", False),
        ("if self.flag: | y = y + 1; y[0].add_(1); return y", True),
        ("v += 1; y = y * 0 if self.flag else x; return y", True),
        ("v += 1; y = x; return y", False),
        ("del y; v += 1; return v", False),
        ("v += 1; print(y.shape, y); return v", False),
        ("v += 1; helper = lambda t: t + 1; return helper(y)", True),
        ("v += 1; ys = [y, v]; return torch.stack(ys)", True),
        ("v = self.flag(y); v += 1; return y", False),
        ("v += 1; y[:] = 0; return y", False),
        ("v += 1; y[0] = 0; return y", True),
        ("act = nn.ReLU(inplace=True) if self.flag else nn.Identity(); act(v); return y", False),
        ("act = nn.ReLU(inplace=True); act(v); return y", True),
        ("try: | v += 1; except ValueError: | pass; return y", True),
    ],
)
def test_paths_through_the_code(body: str, found: bool) -> None:
    text = _PATHS.format(body=body.replace("; ", "\n        ").replace(" | ", "\n            "))
    assert ("CML204" in {f.code for f in check_source(text).findings}) == found
