from __future__ import annotations

import pytest
from lsprotocol import types

from preflight_analyzers.findings import (
    Consequence,
    Edit,
    FileReport,
    Finding,
    Fix,
    Frame,
    Position,
    Range,
    Severity,
)
from preflight_server.lsp.checks import Checked
from preflight_server.lsp.diagnostics import by_part, to_diagnostic
from preflight_server.lsp.documents import Documents
from preflight_server.lsp.programs import Program, program_of

URI = "file:///project/net.py"
PLACE = Range(Position(2, 3), Position(2, 5))
FINDING = Finding(
    "CML201",
    "unsupported-torch-op",
    Severity.ERROR,
    Consequence.CONVERT_FAILS,
    "no converter",
    "/project/net.py",
    PLACE,
)


@pytest.fixture
def program() -> Program:
    documents = Documents(None)
    item = types.TextDocumentItem(URI, "python", 4, "first\n\U0001f600 second\n  third\n")
    documents.put_text_document(item)
    program = program_of(documents, URI)
    assert program is not None
    return program


def test_places_are_in_utf_16_by_default(program: Program) -> None:
    diagnostic = to_diagnostic(FINDING, program)
    assert diagnostic.range == types.Range(types.Position(1, 3), types.Position(1, 5))


@pytest.mark.parametrize(
    ("severity", "shown"),
    [
        (Severity.ERROR, types.DiagnosticSeverity.Error),
        (Severity.WARNING, types.DiagnosticSeverity.Warning),
        (Severity.INFO, types.DiagnosticSeverity.Information),
    ],
)
def test_severities(program: Program, severity: Severity, shown: types.DiagnosticSeverity) -> None:
    assert to_diagnostic(FINDING._replace(severity=severity), program).severity == shown


def test_what_has_no_effect_is_shown_as_unnecessary(program: Program) -> None:
    redundant = to_diagnostic(FINDING._replace(consequence=Consequence.REDUNDANT), program)
    assert redundant.tags == [types.DiagnosticTag.Unnecessary]
    assert to_diagnostic(FINDING, program).tags is None


def test_help_page_and_fix_travel_along(program: Program) -> None:
    fix = Fix("Use log10", (Edit(PLACE, "x"),), "unsafe")
    finding = FINDING._replace(help="write log10", url="https://example.org/CML201", fix=fix)
    diagnostic = to_diagnostic(finding, program)
    assert diagnostic.message == "no converter\nwrite log10"
    assert diagnostic.code_description == types.CodeDescription("https://example.org/CML201")
    assert diagnostic.data["fix"] == {"title": "Use log10", "applicability": "unsafe"}


def test_the_calls_that_lead_there_are_related_information(program: Program) -> None:
    chain = (Frame("/project/net.py", 3, "Net.forward"), Frame("/project/lib.py", 7, "helper"))
    here, there = to_diagnostic(FINDING._replace(reached_from=chain), program).related_information or ()
    assert here.location == types.Location(URI, types.Range(types.Position(2, 2), types.Position(2, 7)))
    assert "Net.forward" in here.message
    assert there.location.uri == "file:///project/lib.py"
    assert there.location.range.start.line == 6


def test_findings_in_other_files_are_not_put_into_this_one(program: Program) -> None:
    elsewhere = FINDING._replace(path="/project/lib.py")
    report = FileReport(program.path, (FINDING, elsewhere))
    assert {uri: len(found) for uri, found in by_part(Checked(program, report, 1, ())).items()} == {URI: 1}
