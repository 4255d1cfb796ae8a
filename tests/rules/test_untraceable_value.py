"""CML306 against torch: what can't be passed in or out of a traced model."""

from __future__ import annotations

import warnings

import pytest

from preflight_analyzers.check import check_source

_PROGRAM = """
from collections import namedtuple
from dataclasses import dataclass

import torch
from torch import nn

Pair = namedtuple("Pair", "first second")


@dataclass
class Output:
    value: torch.Tensor


class Net(nn.Module):
    def forward(self, x, other=None):
        return {result}


x = torch.rand(2, 3)
torch.jit.trace(Net(){mode}, {given})
"""
ALONE = "x"

REFUSED = [
    ('{"a": x * 2}', ALONE),
    ('(x * 2, {"a": x * 2})', ALONE),
    ("dict(a=x * 2)", ALONE),
    ("(x * 2, None)", ALONE),
    ("[x * 2, (x * 3, None)]", ALONE),
    ("None", ALONE),
    ("(x * 2, 3)", ALONE),
    ("(x * 2, True)", ALONE),
    ('(x * 2, "a")', ALONE),
    ("(x * 2, x.dtype)", ALONE),
    ("(x * 2, x.dim())", ALONE),
    ("(x * 2, int(x.shape[0]))", ALONE),
    ("x.detach().numpy()", ALONE),
    ("{x * 2}", ALONE),
    ("(x * 2, (row for row in [x]))", ALONE),
    ("Output(x * 2)", ALONE),
    ("Pair(x * 2, None)", ALONE),
    ("x * 2", "(x, 3)"),
    ("x * 2", "(x, None)"),
    ("x * 2", "(x, [x, 2.5])"),
    ("x * 2", '(x, "a")'),
    ("(x * 2, None)", "x, strict=False"),
]
TRACED = [
    ("x * 2", ALONE),
    ("(x * 2, [x * 3, x * 4])", ALONE),
    ("(x * 2, x.shape)", ALONE),
    ("(x * 2, x.shape[0] * 2)", ALONE),
    ("Pair(x * 2, x * 3)", ALONE),
    ("x * 2", "(x, (x, x))"),
    ("x * 2", '(x, {"a": x})'),
    ('{"a": x * 2}', "x, strict=False"),
]


def errors(result: str, given: str) -> list[str]:
    findings = check_source(_PROGRAM.format(result=result, given=given, mode=".eval()"), "net.py").findings
    return [finding.code for finding in findings if finding.code == "CML306"]


@pytest.mark.parametrize(("result", "given"), REFUSED)
def test_what_torch_refuses_is_an_error(result: str, given: str) -> None:
    assert errors(result, given) == ["CML306"]


@pytest.mark.parametrize(("result", "given"), TRACED)
def test_what_torch_takes_is_none(result: str, given: str) -> None:
    assert errors(result, given) == []


def test_of_a_model_in_training_mode_nothing_is_said() -> None:
    source = _PROGRAM.format(result="x * 2 if self.training else None", given=ALONE, mode="")
    assert "CML306" not in {finding.code for finding in check_source(source, "net.py").findings}


@pytest.mark.convert
@pytest.mark.parametrize(("result", "given"), REFUSED + TRACED)
def test_torch_says_the_same(result: str, given: str) -> None:
    source = _PROGRAM.format(result=result, given=given, mode=".eval()")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(source, {"__name__": "net"})
        except RuntimeError:
            refused = True
        else:
            refused = False
    assert refused == ((result, given) in REFUSED)
