"""What several files say, put together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from preflight_analyzers.check import CheckOptions, check_source
from preflight_analyzers.findings import (
    Consequence,
    FileReport,
    Finding,
    Frame,
    Position,
    Range,
    Severity,
    Silenced,
)
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.rules import unused_suppression
from preflight_analyzers.selection import Selection
from preflight_server.cli.results import together

FOUND = Finding(
    code="CML201",
    name="unsupported-torch-op",
    severity=Severity.ERROR,
    consequence=Consequence.CONVERT_FAILS,
    message="can't convert",
    path="lib.py",
    range=Range(Position(4, 5), Position(4, 20)),
)
UNUSED = FOUND._replace(
    code=unused_suppression.RULE.code, name="unused-suppression", message="silences nothing"
)


def alike(_path: str) -> Selection:
    return Selection()


def test_what_two_files_say_of_a_third_is_said_once() -> None:
    reports = [FileReport("a.py", (FOUND,)), FileReport("b.py", (FOUND._replace(message="other words"),))]
    assert together(reports, alike) == (FOUND,)


def test_the_files_own_word_on_a_place_comes_first() -> None:
    through = FOUND._replace(reached_from=(Frame("a.py", 1, "Net.forward"),))
    reports = [FileReport("a.py", (through,)), FileReport("lib.py", (FOUND,))]
    assert together(reports, alike) == (FOUND,)


def test_another_rule_or_place_is_another_finding() -> None:
    others = (FOUND._replace(code="CML202"), FOUND._replace(range=Range(Position(5, 5), Position(5, 20))))
    assert together([FileReport("a.py", (FOUND, *others))], alike) == (FOUND, *others)


def test_of_a_call_into_a_package_each_thing_is_said() -> None:
    deep = FOUND._replace(leads_to=(Frame("package.py", 9, "helper"),))
    findings = (deep, deep._replace(message="can't convert either"))
    assert together([FileReport("lib.py", findings)], alike) == findings


def test_the_settings_of_the_file_it_stands_in_weigh_it() -> None:
    def selection_of(path: str) -> Selection:
        return Selection(severities={"CML201": Severity.INFO}) if path == "lib.py" else Selection()

    (found,) = together([FileReport("a.py", (FOUND,))], selection_of)
    assert found.severity is Severity.INFO


def test_what_the_settings_of_that_file_ignore_is_left_out() -> None:
    def selection_of(path: str) -> Selection:
        return Selection(ignore=("CML201",)) if path == "lib.py" else Selection()

    assert together([FileReport("a.py", (FOUND, FOUND._replace(path="a.py")))], selection_of) == (
        FOUND._replace(path="a.py"),
    )


def test_a_file_goes_by_the_name_that_it_was_given() -> None:
    given = os.path.join("..", "project", "lib.py")
    found = os.path.abspath(given)
    reports = [
        FileReport(given, (FOUND._replace(path=given),)),
        FileReport("a.py", (FOUND._replace(path=found),)),
    ]
    assert [finding.path for finding in together(reports, alike)] == [given]


def test_a_comment_that_another_file_needs_is_not_unused() -> None:
    other = UNUSED._replace(range=Range(Position(9, 5), Position(9, 20)))
    reports = [
        FileReport("lib.py", (UNUSED, other)),
        FileReport("a.py", (), silenced=(Silenced(os.path.abspath("lib.py"), 4),)),
    ]
    assert together(reports, alike) == (other,)


def test_a_report_leaves_the_weight_of_what_stands_elsewhere_to_the_settings_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lib.py").write_text("import torch\n\n\ndef f(x):\n    return torch.special.bessel_j0(x)\n")
    text = (
        "import torch\nfrom lib import f\n\n\n"
        "class Net(torch.nn.Module):\n    def forward(self, x):\n"
        "        return f(x) + torch.special.bessel_j0(x)\n"
    )
    Path("a.py").write_text(text)
    selection = Selection(severities={"CML201": Severity.INFO})
    report = check_source(text, "a.py", CheckOptions("9.0"), selection, Project((), os.path.basename))
    assert {finding.path: finding.severity for finding in report.findings} == {
        "a.py": Severity.INFO,
        "lib.py": Severity.ERROR,
    }
