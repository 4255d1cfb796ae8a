"""Every obstacle is reported, each on the line that causes it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from preflight_server.conversion.report import ConversionReport

from .conftest import Bench, left_behind

pytestmark = pytest.mark.convert

SOURCE = """\
import torch
import torch.nn as nn

def helper(x):
    return torch.special.bessel_j0(x) + 1

class Net(nn.Module):
    def forward(self, x):
        y = "é" and torch.special.i0e(x) + helper(x)
        y = torch.round(y, decimals=2) * torch.special.bessel_j1(
            x)
        if y.sum() > 0:
            y = y + 1
        for _ in range(3):
            y = torch.special.i0e(y)
        left, right = y.chunk(2, 1)
        return left + right

class Fails(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)

    def forward(self, x):
        return self.first(
            x)

class Named(nn.Module):
    def forward(self, x):
        return {"a": x + 1, "b": x * 2}

layers = nn.Sequential(nn.Linear(3, 4), nn.Bilinear(4, 4, 2))
"""

BROKEN_PROGRAM = """\
from coremltools.converters.mil import Builder as mb

@mb.program(input_specs=[mb.TensorSpec(shape=(2, 3))])
def program(x):
    y = mb.relu(x=x)
    return mb.matmul(x=y, y=y)
"""


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    write("program.py", BROKEN_PROGRAM)
    return write("net.py", SOURCE)


def errors(report: ConversionReport) -> list[tuple[str | None, int | None]]:
    return [
        (problem.op, problem.span.line if problem.span else None)
        for problem in report.problems
        if problem.severity == "error"
    ]


def test_all_obstacles_are_reported_at_once_on_their_lines(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "net.py::Net", "1,4")
    assert report.outcome == "convert-failed"
    assert report.output is None
    assert errors(report) == [
        ("aten::special_i0e", 9),
        ("aten::special_bessel_j0", 5),
        ("aten::round", 10),
        ("aten::special_bessel_j1", 10),
        ("aten::special_i0e", 15),
    ]
    by_line = {problem.span.line: problem for problem in report.problems if problem.span}
    assert by_line[15].times == 3
    assert by_line[5].symbol == "helper"
    assert [(frame.symbol, frame.line) for frame in by_line[5].stack] == [("Net.forward", 9), ("helper", 5)]
    assert {problem.path for problem in report.problems} == {"net.py"}
    if sys.version_info >= (3, 11):
        assert tuple(by_line[9].span or ()) == (9, 21, 9, 41)
        assert tuple(by_line[5].span or ()) == (5, 12, 5, 38)
    assert left_behind(folder) == []


def test_a_frozen_value_is_a_warning_on_its_line(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "net.py::Net", "1,4", frontend="trace")
    warnings = [problem for problem in report.problems if problem.severity == "warning"]
    assert [(one.stage, one.span.line) for one in warnings if one.span] == [("trace", 12)]
    assert "Python boolean" in warnings[0].message


def test_the_exporter_names_every_op_as_well(bench: Bench, folder: Path) -> None:
    source = (folder / "net.py").read_text().replace("        if y.sum() > 0:\n            y = y + 1\n", "")
    (folder / "straight.py").write_text(source)
    report = bench.convert(folder, "straight.py::Net", "1,4", frontend="export")
    assert (report.outcome, report.frontend) == ("convert-failed", "export")
    lines = {line for op, line in errors(report) if op and "special" in op}
    assert {9, 10, 13} <= lines


def test_forward_that_raises_is_placed_on_the_expression(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "net.py::Fails", "2,4")
    assert report.outcome == "trace-failed"
    assert [problem.symbol for problem in report.problems] == ["Fails.forward"]
    assert errors(report) == [(None, 25)]
    assert "shapes cannot be multiplied" in report.problems[0].message
    assert "x: 2x4 float32" in (report.problems[0].help or "")


def test_a_failure_outside_the_project_is_placed_where_the_target_is_bound(
    bench: Bench, folder: Path
) -> None:
    report = bench.convert(folder, "net.py::layers", "1,3")
    assert report.outcome == "trace-failed"
    assert errors(report) == [(None, len(SOURCE.splitlines()))]


def test_what_only_the_exported_graph_can_do_is_exported_and_told(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "net.py::Named", "1,3")
    assert (report.outcome, report.frontend) == ("converted", "export")
    notice = report.problems[-1]
    assert notice.severity == "info"
    assert "DictConstruct" in notice.message
    traced = bench.convert(folder, "net.py::Named", "1,3", frontend="trace", output="traced.mlpackage")
    assert traced.outcome == "convert-failed"


def test_a_program_that_can_not_be_built_fails_on_its_line(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "program.py::program")
    assert report.outcome == "load-failed"
    assert errors(report) == [(None, 6)]
