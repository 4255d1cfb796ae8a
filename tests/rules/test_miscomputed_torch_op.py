"""Each entry of the table and each way out it names, by evaluating the converted program."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import CheckOptions, check_source
from preflight_analyzers.findings import Finding
from preflight_analyzers.rules.miscomputed import CASES
from preflight_analyzers.rules.miscomputed.case import BOTH, Case

_PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = {layer}
        if getattr(self.layer, "running_mean", None) is not None:
            self.layer.running_mean += 0.5

    def forward(self, x):
        return {expression}


def example():
    return ({inputs},)
"""

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
by_its_frontends = pytest.mark.parametrize(
    ("case", "frontend"), [pytest.param(c, f, id=f"{c.name} by {f}") for c in CASES for f in c.frontends]
)


def bad(case: Case) -> str:
    return _PROGRAM.format(layer=case.bad_layer, expression=case.bad, inputs=case.inputs)


def good(case: Case) -> str:
    return _PROGRAM.format(layer=case.good_layer, expression=case.good, inputs=case.inputs)


def found(source: str, frontend: str) -> list[Finding]:
    report = check_source(source, options=CheckOptions(frontend=frontend))
    return [finding for finding in report.findings if finding.code == "CML203"]


def test_no_two_cases_have_one_name() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@by_its_frontends
def test_found_in_the_bad_one_with_its_severity(case: Case, frontend: str) -> None:
    findings = found(bad(case), frontend)
    assert {(f.severity, f.help) for f in findings} == {(case.severity, case.way_out)}
    assert len(findings) == _CALLS.get(case.name, 1)


@by_its_frontends
def test_silent_in_the_good_one(case: Case, frontend: str) -> None:
    assert found(good(case), frontend) == []


@every_case
def test_silent_where_the_other_frontend_is_right(case: Case) -> None:
    for frontend in set(BOTH) - set(case.frontends):
        assert found(bad(case), frontend) == []


@pytest.mark.convert
@by_its_frontends
def test_the_bad_one_computes_something_else(
    case: Case, frontend: str, evidence: ModuleType, folder: Path
) -> None:
    assert evidence.computes_otherwise(bad(case), folder, frontend)


@pytest.mark.convert
@by_its_frontends
def test_the_good_one_computes_the_same(
    case: Case, frontend: str, evidence: ModuleType, folder: Path
) -> None:
    assert not evidence.computes_otherwise(good(case), folder, frontend)


#: How many calls of the bad expression are found.
_CALLS = {
    "std or var of everything": 2,
    "argmax or argmin of everything": 2,
    "softplus with a low threshold": 2,
    "dropout outside of training": 2,
    "log_softmax far below the largest": 3,
    "rms norm with a large eps": 2,
    "one over x": 2,
    "alpha of add and sub": 2,
}


@pytest.mark.parametrize(
    "expression",
    [
        "x.std(dim=1)",
        "x.std(dim=1, correction=0)",
        "x.argmax(1)",
        "F.softplus(x)",
        "F.softplus(x, threshold=20)",
        "F.dropout(x, 0.0)",
        "F.dropout(x, 0.5, False)",
        "x / 3",
        "x.sigmoid() / x",
        "F.interpolate(x, (4, 4), mode='bilinear', antialias=False)",
        "torch.cross(x, x)",
        "x.any(1)",
        "(x > 0).any(1)",
        "unknown(x).std()",
    ],
)
def test_silent_where_nothing_is_sure(expression: str) -> None:
    source = _PROGRAM.format(layer="None", expression=expression, inputs="torch.rand(4, 6)")
    assert found(source, "trace") == []
