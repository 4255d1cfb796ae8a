"""What each output format writes, to the letter."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from preflight_analyzers.findings import (
    Consequence,
    Edit,
    Finding,
    Fix,
    Frame,
    ModuleVerdict,
    Position,
    Range,
    Severity,
)
from preflight_server.cli.formats import FORMATS, renderer
from preflight_server.cli.results import Results, View, sorted_findings

SOURCE = """\
import numpy as np
class Net(nn.Module):
    def forward(self, x):
        y = np.sqrt(x)
        return torch.special.bessel_j0(y)
"""


def span(line: int, start: int, end: int) -> Range:
    return Range(Position(line, start), Position(line, end))


NUMPY = Finding(
    code="CML101",
    name="numpy-on-tensor",
    severity=Severity.WARNING,
    consequence=Consequence.FROZEN,
    message="np.sqrt turns a tensor into an array",
    path="net.py",
    range=span(4, 13, 23),
    symbol="Net.forward",
    api="numpy.sqrt",
    fix=Fix("use torch.sqrt", (Edit(span(4, 13, 15), "torch"),)),
)
BESSEL = Finding(
    code="CML201",
    name="unsupported-torch-op",
    severity=Severity.ERROR,
    consequence=Consequence.CONVERT_FAILS,
    message="coremltools 9.0 can't convert torch.special.bessel_j0",
    path="net.py",
    range=span(5, 16, 42),
    symbol="Net.forward",
    api="torch.special.bessel_j0",
    op="aten::special_bessel_j0",
    reached_from=(Frame("net.py", 40, "Wrapper.forward"), Frame("main.py", 3, "Outer.forward")),
    help="write it with operators that convert",
    url="https://example.org/CML201",
)
IN_NOTEBOOK = Finding(
    code="CML601",
    name="neural-engine-hint",
    severity=Severity.INFO,
    consequence=Consequence.NEURAL_ENGINE,
    message="may run on the CPU",
    path="nb.ipynb",
    range=span(2, 1, 2),
    cell=3,
    fix=Fix("rewrite it", (Edit(span(2, 1, 2), "y"),), "unsafe"),
)
MODULES = (
    ModuleVerdict("net.py", "Net", 2, "blocked", ("CML201@net.py:5", "CML202@net.py:6")),
    ModuleVerdict("net.py", "Wrapper", 38, "ready"),
)


def results(*findings: Finding, checked: int = 1, fixed: int = 0) -> Results:
    return Results(sorted_findings(findings), MODULES, "9.0", "trace", checked, fixed=fixed)


def show(
    output_format: str,
    shown: Results,
    *,
    source: str = SOURCE,
    modules: bool = False,
    statistics: bool = False,
    colour: bool = False,
) -> str:
    view = View(colour, 80, lambda path, cell: source.split("\n"), modules, statistics)
    return renderer(output_format)(shown, view)


def test_findings_are_sorted_by_place_and_code_and_come_once() -> None:
    later = NUMPY._replace(range=span(4, 30, 31))
    other_code = NUMPY._replace(code="CML999")
    again = NUMPY._replace(reached_from=(Frame("other.py", 1, "Other.forward"),))
    first_file = NUMPY._replace(path="a.py", range=span(9, 1, 2))
    assert sorted_findings([BESSEL, other_code, later, NUMPY, again, first_file]) == (
        first_file,
        NUMPY,
        other_code,
        later,
        BESSEL,
    )


def test_cells_of_a_notebook_are_sorted_by_number() -> None:
    cells = [IN_NOTEBOOK._replace(cell=cell) for cell in (10, 2)]
    assert [finding.cell for finding in sorted_findings(cells)] == [2, 10]


def test_full() -> None:
    assert show("full", results(NUMPY, BESSEL)) == (
        "net.py:4:13: warning CML101 numpy-on-tensor (frozen)\n"
        "np.sqrt turns a tensor into an array\n"
        "  |\n"
        "4 |         y = np.sqrt(x)\n"
        "  |             ^^^^^^^^^^\n"
        "  |\n"
        "  = fix: use torch.sqrt (--fix)\n"
        "\n"
        "net.py:5:16: error CML201 unsupported-torch-op (convert-fails)\n"
        "coremltools 9.0 can't convert torch.special.bessel_j0\n"
        "  |\n"
        "5 |         return torch.special.bessel_j0(y)\n"
        "  |                ^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = reached from: Wrapper.forward (net.py:40)\n"
        "  = reached from: Outer.forward (main.py:3)\n"
        "  = help: write it with operators that convert\n"
        "\n"
        "Found 1 error, 1 warning.\n"
        "1 fixable with --fix.\n"
    )


def test_full_in_a_notebook() -> None:
    assert show("full", results(IN_NOTEBOOK), source="import torch\nx") == (
        "nb.ipynb:cell 3:2:1: info CML601 neural-engine-hint (neural-engine)\n"
        "may run on the CPU\n"
        "  |\n"
        "2 | x\n"
        "  | ^\n"
        "  |\n"
        "  = fix: rewrite it (--fix --unsafe-fixes)\n"
        "\n"
        "Found 1 info.\n"
        "1 fixable with --fix --unsafe-fixes.\n"
    )


def test_full_without_the_source_line_still_tells_the_rest() -> None:
    gone = NUMPY._replace(range=span(99, 1, 2), fix=None)
    assert show("full", results(gone)) == (
        "net.py:99:1: warning CML101 numpy-on-tensor (frozen)\n"
        "np.sqrt turns a tensor into an array\n"
        "\n"
        "Found 1 warning.\n"
    )


def test_full_aligns_the_lines_of_a_long_help() -> None:
    text = show("full", results(NUMPY._replace(help="first\nsecond", fix=None)))
    assert "  = help: first\n          second\n" in text


def test_full_in_colour_says_the_same() -> None:
    import click

    plain = show("full", results(NUMPY, BESSEL, IN_NOTEBOOK), modules=True)
    coloured = show("full", results(NUMPY, BESSEL, IN_NOTEBOOK), modules=True, colour=True)
    assert "\x1b[" not in plain
    assert "\x1b[91m\x1b[1merror\x1b[0m" in coloured
    assert click.unstyle(coloured) == plain


def test_control_characters_do_not_reach_the_terminal() -> None:
    evil = NUMPY._replace(message="m\x1b[2J", path="a\x1b]0;b", help="h\x07\u202e")
    for output_format in ("full", "concise"):
        text = show(output_format, results(evil), source="\n\n\n\x1b[2Jy\u202e = np.sqrt(x)")
        assert not {"\x1b", "\x07", "\u202e"} & set(text)


def test_concise() -> None:
    assert show("concise", results(NUMPY, BESSEL, IN_NOTEBOOK, checked=2)) == (
        "nb.ipynb:cell 3:2:1: CML601 may run on the CPU\n"
        "net.py:4:13: CML101 np.sqrt turns a tensor into an array\n"
        "net.py:5:16: CML201 coremltools 9.0 can't convert torch.special.bessel_j0\n"
        "Found 1 error, 1 warning, 1 info in 2 files.\n"
        "1 fixable with --fix, 1 more with --fix --unsafe-fixes.\n"
    )


def test_concise_keeps_a_finding_on_one_line() -> None:
    assert "CML101 one two\n" in show("concise", results(NUMPY._replace(message="one\ntwo")))


@pytest.mark.parametrize("output_format", ["full", "concise"])
def test_nothing_found(output_format: str) -> None:
    assert show(output_format, results(checked=1)) == "All checks passed (1 file).\n"
    assert show(output_format, results(checked=7)) == "All checks passed (7 files).\n"
    assert show(output_format, results(checked=7, fixed=2)) == "Fixed 2 findings; nothing is left.\n"
    assert show(output_format, results(checked=0)) == ""


def test_some_fixed_some_left() -> None:
    assert show("concise", results(BESSEL, BESSEL._replace(range=span(6, 1, 2)), fixed=1)).endswith(
        "Fixed 1 finding. Found 2 errors.\n"
    )


def test_verdicts_on_modules() -> None:
    assert show("concise", results(), modules=True) == (
        "blocked  Net      net.py:2   CML201@net.py:5, CML202@net.py:6\n"
        "ready    Wrapper  net.py:38\n"
        "All checks passed (1 file).\n"
    )
    none = results()._replace(modules=())
    assert show("concise", none, modules=True).startswith("No nn.Module class found.\n")


def test_statistics() -> None:
    many = [NUMPY._replace(range=span(line, 1, 2)) for line in range(1, 12)]
    assert show("full", results(BESSEL, *many), statistics=True) == (
        "11  CML101 numpy-on-tensor (11 fixable)\n"
        " 1  CML201 unsupported-torch-op\n"
        "Found 1 error, 11 warnings.\n"
        "11 fixable with --fix.\n"
    )
    document = json.loads(show("json", results(BESSEL, *many), statistics=True))
    assert document["statistics"][0] == {
        "findings": 11,
        "code": "CML101",
        "name": "numpy-on-tensor",
        "fixable": 11,
    }


def test_json() -> None:
    assert json.loads(show("json", results(NUMPY, BESSEL))) == {
        "version": 1,
        "coremltools": "9.0",
        "frontend": "trace",
        "findings": [
            {
                "code": "CML101",
                "name": "numpy-on-tensor",
                "severity": "warning",
                "consequence": "frozen",
                "message": "np.sqrt turns a tensor into an array",
                "path": "net.py",
                "range": {"start": {"line": 4, "column": 13}, "end": {"line": 4, "column": 23}},
                "symbol": "Net.forward",
                "api": "numpy.sqrt",
                "op": None,
                "reached_from": None,
                "help": None,
                "fix": {
                    "applicability": "safe",
                    "title": "use torch.sqrt",
                    "edits": [
                        {
                            "range": {"start": {"line": 4, "column": 13}, "end": {"line": 4, "column": 15}},
                            "text": "torch",
                        }
                    ],
                },
                "url": None,
            },
            {
                "code": "CML201",
                "name": "unsupported-torch-op",
                "severity": "error",
                "consequence": "convert-fails",
                "message": "coremltools 9.0 can't convert torch.special.bessel_j0",
                "path": "net.py",
                "range": {"start": {"line": 5, "column": 16}, "end": {"line": 5, "column": 42}},
                "symbol": "Net.forward",
                "api": "torch.special.bessel_j0",
                "op": "aten::special_bessel_j0",
                "reached_from": [
                    {"path": "net.py", "line": 40, "symbol": "Wrapper.forward"},
                    {"path": "main.py", "line": 3, "symbol": "Outer.forward"},
                ],
                "help": "write it with operators that convert",
                "fix": None,
                "url": "https://example.org/CML201",
            },
        ],
        "modules": [
            {
                "path": "net.py",
                "class": "Net",
                "line": 2,
                "verdict": "blocked",
                "blockers": ["CML201@net.py:5", "CML202@net.py:6"],
            },
            {"path": "net.py", "class": "Wrapper", "line": 38, "verdict": "ready", "blockers": []},
        ],
    }


def test_json_names_the_cell_of_a_notebook() -> None:
    (finding,) = json.loads(show("json", results(IN_NOTEBOOK)))["findings"]
    assert (finding["path"], finding["cell"]) == ("nb.ipynb", 3)


def test_github() -> None:
    odd = NUMPY._replace(message="50% of\nit", path="a,b:c.py", range=Range(Position(1, 2), Position(3, 4)))
    assert show("github", results(BESSEL, IN_NOTEBOOK, odd)) == (
        "::warning title=CML101 numpy-on-tensor,file=a%2Cb%3Ac.py,line=1,endLine=3::"
        "a,b:c.py:1:2: CML101 50%25 of%0Ait\n"
        "::notice title=CML601 neural-engine-hint,file=nb.ipynb::"
        "nb.ipynb:cell 3:2:1: CML601 may run on the CPU\n"
        "::error title=CML201 unsupported-torch-op,file=net.py,line=5,endLine=5,col=16,endColumn=42::"
        "net.py:5:16: CML201 coremltools 9.0 can't convert torch.special.bessel_j0\n"
    )


def test_gitlab() -> None:
    twice = BESSEL._replace(range=span(9, 1, 2))
    first, second, third = json.loads(show("gitlab", results(NUMPY, BESSEL, twice)))
    assert first == {
        "description": "CML101: np.sqrt turns a tensor into an array",
        "check_name": "numpy-on-tensor",
        "severity": "minor",
        "fingerprint": first["fingerprint"],
        "location": {
            "path": "net.py",
            "positions": {"begin": {"line": 4, "column": 13}, "end": {"line": 4, "column": 23}},
        },
    }
    assert len({issue["fingerprint"] for issue in (first, second, third)}) == 3
    (moved,) = json.loads(show("gitlab", results(BESSEL._replace(range=span(70, 1, 2)))))
    assert moved["fingerprint"] == second["fingerprint"]


def test_junit() -> None:
    odd = NUMPY._replace(message="a < b & \x1b[2J\udcff\uffff", path="a.py")
    root = ElementTree.fromstring(show("junit", results(odd, BESSEL)).encode())
    assert root.attrib == {"name": "coreml-preflight", "tests": "2", "failures": "2"}
    first, second = root
    assert (first.get("name"), second.get("name")) == ("a.py", "net.py")
    (case,) = second
    assert case.attrib == {
        "name": "CML201 unsupported-torch-op",
        "classname": "net.py",
        "line": "5",
        "column": "16",
    }
    assert case[0].attrib == {"message": BESSEL.message, "type": "error"}
    assert first[0][0].get("message") == "a < b & \ufffd[2J?\ufffd"


def test_junit_without_findings_has_a_case_that_passed() -> None:
    root = ElementTree.fromstring(show("junit", results()).encode())
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert len(root.findall(".//testcase")) == 1
    assert not root.findall(".//failure")


def test_sarif() -> None:
    pytest.importorskip("preflight_analyzers.rules.registry")
    (run,) = json.loads(show("sarif", results(NUMPY, BESSEL, IN_NOTEBOOK)))["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    notebook, numpy, bessel = run["results"]
    assert "region" not in notebook["locations"][0]["physicalLocation"]
    assert bessel["level"] == "error"
    assert bessel["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "net.py"},
                "region": {"startLine": 5, "startColumn": 16, "endLine": 5, "endColumn": 42},
            },
            "logicalLocations": [{"fullyQualifiedName": "Net.forward"}],
        }
    ]
    (fix,) = numpy["fixes"]
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 4, "startColumn": 13, "endLine": 4, "endColumn": 15},
            "insertedContent": {"text": "torch"},
        }
    ]


@pytest.mark.parametrize("output_format", [name for name in FORMATS if name not in ("full", "concise")])
def test_machine_formats_say_nothing_else(output_format: str) -> None:
    if output_format == "sarif":
        pytest.importorskip("preflight_analyzers.rules.registry")
    assert "checks passed" not in show(output_format, results())
