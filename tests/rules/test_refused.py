"""Each use that the table says is refused, and each way out, by converting both."""

from __future__ import annotations

import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.findings import Consequence, Finding
from preflight_analyzers.rules.refused import CASES
from preflight_analyzers.rules.refused.case import Case

_PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(2))

    def forward(self, x):
{body}


def example():
    return ({inputs},)
"""

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def program(body: str, inputs: str = "torch.rand(2, 4, 8)") -> str:
    return _PROGRAM.format(body=textwrap.indent(body, " " * 8), inputs=inputs)


def found(source: str) -> list[Finding]:
    return [finding for finding in check_source(source).findings if finding.code == "CML202"]


def test_no_two_cases_have_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@every_case
def test_found_in_the_bad_one(case: Case) -> None:
    findings = found(program(case.bad, case.inputs))
    assert [(one.help, one.consequence) for one in findings] == [(case.way_out, case.consequence)]


@every_case
def test_silent_in_the_good_one(case: Case) -> None:
    assert found(program(case.good, case.inputs)) == []


@pytest.mark.convert
@every_case
def test_the_bad_one_is_refused(case: Case, evidence: ModuleType, folder: Path) -> None:
    evidence.prove_bad(case.consequence, program(case.bad, case.inputs), "", folder)


@pytest.mark.convert
@every_case
def test_the_good_one_computes_the_same(case: Case, evidence: ModuleType, folder: Path) -> None:
    evidence.prove_good(program(case.good, case.inputs), folder)


_REFUSED = [
    'return torch.einsum("...d,de->...e", x, x[0].T)',
    'return torch.einsum("... i d, ... j d -> ... i j", x, x)',
    'return torch.einsum("...i->...", x)',
    "return x.view(2, 4, 8).chunk(7, -1)[0]",
    "return x.view(2, 4, 8).chunk(2, 1)[0].chunk(1)[0]",
    "return x * torch.stack([self.weight[0], -self.weight[1]]).max()",
    "y = torch.zeros(2, 4, 8)\ny[..., 0::2] = x[..., 1::2].view(2, 4, 4)\nreturn y + x",
    "y = x.view(2, 4, 8) + 0\ny[:, ..., 0] = y[:, ..., 1]\nreturn y",
    "y = x > 0.5\ny[:, 0] = x[:, 1] > 0.2\nreturn x * y",
    "return torch.zeros(2, 4, 8).copy_(x) + 1",
    "y = x.clone()\ny.fill_(0)\nreturn y + x",
    "y = x * 2\ny[...] = 0\nreturn y + x",
    "return torch.mean(x, dtype=torch.float32) + x",
    "return torch.zeros(2, 4, 8).scatter_(1, x.argmax(1, keepdim=True), value=1) + x",
    "return torch.zeros(2, 4, 8, dtype=torch.int64).scatter(1, x.argmax(1, keepdim=True), 1.0) + x",
    "y = x * 1\nn = x[0, 0].argmax()\ny[:, :, :n] = 0.0\nreturn y",
    "y = x * 1\nn = x[0, 0].argmax()\ny[..., n] = x.sum()\nreturn y",
    "y = x.view(2, 4, 8) * 1\nn = x[0, :, 0].argmax()\ny[0, n] = 1\nreturn y",
    "return (2j + x).real",
    "return x + torch.zeros(2, 4, 8, dtype=torch.cfloat).real",
    "return x * (2 / (x.shape[1] * x.size(2)))",
    "n = x.shape[1]\nreturn x * (1.0 / (n - 1) ** 2)",
    "return x + torch.full((2, 4, 8), 1 / x.numel())",
    "return x * (1 - 1 / self.weight.shape[0])",
    "x = x.clone()\nx[:, 0] = 1 / x.shape[1]\nreturn x",
    "def f(n):\n    return 1 / n\nreturn x * f(x.shape[1])",
    "return F.leaky_relu(x, 1 / x.shape[1])",
]
_CONVERTS = [
    "y = x.view(-1, 4, 8) * 2\ny[:, 0].fill_(1.0)\nreturn y",
    "y = torch.empty(2, 4, 8)\ny.copy_(x)\nreturn y + 1",
    "y = torch.empty(2, 4, 8)\ny[...] = x\nreturn y + 1",
    "return x.sum(1, dtype=torch.float32)",
    "return x.mean(dim=(1, 2), dtype=torch.float32)",
    "return torch.zeros(2, 4, 8, dtype=torch.int64).scatter(1, x.argmax(1, keepdim=True), 1) + x",
    'return torch.einsum("bij,bij->bj", x, x)',
    'return torch.einsum("i j, j k -> i k", x[0], x[0].T)',
    'return torch.einsum("ij,jk->...ik", x[0], x[0].T)',
    "return x.view(2, 4, 8).chunk(3, -1)[0]",
    "return x.view(2, 4, 8).chunk(8, -1)[0]",
    "return x * torch.stack([self.weight[0], x.sum()]).max()",
    "return x[..., :2] * torch.stack([self.weight, self.weight])[0]",
    "y = x[0, 0] * 1\ny[..., 0] = x[0, 0, 1]\nreturn y",
    "y = x[0].view(4, 8) + 0\ny[:, ..., 0] = y[:, 1]\nreturn y",
    "y = x.view(2, 4, 8) + 0\ny[..., :, :] = y + 1\nreturn y",
    "y = x.view(2, 4, 8) + 0\ny[:, 1:, ...] = y[:, :-1]\nreturn y",
    "y = x.view(2, 4, 8) * 1\nn = x[0, :, 0].argmax()\ny[0, n, 1] = 1\nreturn y",
    "y = x * 1\nn = x[0, 0].argmax()\ny[:, :, :n] = x[:, :, :n] + 1\nreturn y",
    "y = x * 1\nn = int(x[0, 0].argmax())\ny[:, :, :n] = 0.0\nreturn y",
    "y = x * 1\nn = x.shape[2] // 2\ny[:, :, n:] = 0.0\nreturn y",
    "return torch.sqrt((x > 0.5).sum(-1, keepdim=True)) * x",
    "return x * (1 / (x.shape[1] // 2))",
    "return x * (1 / max(x.shape[1] // 2, 1))",
    "return x * (1 / (x.shape[1] - 0.5))",
    "return x * (1 / int(x.shape[1]))",
    "return x * int(8 * (1 / x.shape[1]))",
    "return F.layer_norm(x, (8,), eps=1 / x.shape[1])",
    "return x.sum(-1) + torch.tensor([1 / x.shape[1]])",
    "unused = 1 / x.shape[1]\nreturn x + 1",
    "return x * (x.shape[1] / x.shape[2])",
]


@pytest.mark.parametrize("body", _REFUSED)
def test_found(body: str) -> None:
    assert found(program(body))


@pytest.mark.parametrize("body", _CONVERTS)
def test_silent(body: str) -> None:
    assert found(program(body)) == []


@pytest.mark.convert
@pytest.mark.parametrize("body", _REFUSED)
def test_is_refused(body: str, evidence: ModuleType, folder: Path) -> None:
    evidence.prove_bad(Consequence.CONVERT_FAILS, program(body), "", folder)


@pytest.mark.convert
@pytest.mark.parametrize("body", _CONVERTS)
def test_converts(body: str, evidence: ModuleType, folder: Path) -> None:
    with pytest.raises(evidence.NotProven):
        evidence.prove_bad(Consequence.CONVERT_FAILS, program(body), "", folder)


@pytest.mark.parametrize(
    "body",
    [
        "return unknown(x).chunk(n, 1)",
        "return torch.einsum(unknown, x, x)",
        "return torch.stack(unknown)",
        "y = unknown(x)\ny[..., 0] = x[..., 0]\nreturn y",
        "return torch.stack([torch.tensor(s) for s in x.shape])",
    ],
)
def test_silent_where_nothing_is_sure(body: str) -> None:
    assert found(program(body)) == []
