"""Findings as LSP diagnostics, pushed and pulled."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from preflight_analyzers.findings import Consequence, Finding, Severity

from .checks import Checked
from .documents import key_of
from .programs import Program

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer

SOURCE = "coreml-preflight"

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def to_diagnostic(finding: Finding, program: Program) -> types.Diagnostic:
    return types.Diagnostic(
        range=program.to_client(finding.range),
        severity=SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(finding.url) if finding.url else None,
        source=SOURCE,
        message=f"{finding.message}\n{finding.help}" if finding.help else finding.message,
        tags=_tags(finding),
        related_information=_chain(finding, program) or None,
        data=_data(finding),
    )


def by_part(checked: Checked) -> dict[str, list[types.Diagnostic]]:
    """The diagnostics of every part of the program by its address; an empty list where nothing is found."""
    program = checked.program
    found: dict[str, list[types.Diagnostic]] = {part.uri: [] for part in program.parts}
    for finding in own_findings(checked):
        found[program.part_at(finding.range.start.line).uri].append(to_diagnostic(finding, program))
    return found


def own_findings(checked: Checked) -> list[Finding]:
    """The findings in the program itself, not in files that it uses."""
    return [finding for finding in checked.report.findings if finding.path == checked.program.path]


def _tags(finding: Finding) -> list[types.DiagnosticTag] | None:
    if finding.consequence is Consequence.REDUNDANT:
        return [types.DiagnosticTag.Unnecessary]
    if "deprecated" in finding.name:
        return [types.DiagnosticTag.Deprecated]
    return None


def _chain(finding: Finding, program: Program) -> list[types.DiagnosticRelatedInformation]:
    """The calls that reach the finding, and those in a package that it leads to, each on its line."""
    links = []
    called = [(f"reached from {frame.symbol}", frame) for frame in finding.reached_from]
    called += [(f"leads to {frame.symbol}", frame) for frame in finding.leads_to]
    for said, frame in called:
        if frame.path == program.path:
            part = program.part_at(frame.line)
            uri, line = part.uri, min(max(frame.line - part.first_line, 0), len(part.lines) - 1)
            text = part.lines[line]
            start = len(text) - len(text.lstrip())
            end = program.codec.client_num_units(text.rstrip())
        else:
            uri, line, start, end = Path(frame.path).absolute().as_uri(), frame.line - 1, 0, 0
        place = types.Range(types.Position(line, start), types.Position(line, end))
        links.append(types.DiagnosticRelatedInformation(types.Location(uri, place), said))
    return links


def _data(finding: Finding) -> dict[str, Any]:
    """What a client may show beside the message; it comes back with a request for code actions."""
    fix = finding.fix
    return {
        "name": finding.name,
        "consequence": finding.consequence.value,
        "fix": {"title": fix.title, "applicability": fix.applicability} if fix else None,
    }


def register(server: PreflightLanguageServer) -> None:
    checks, publisher = server.checks, server.publisher

    def check(uri: str) -> None:
        program = server.program(uri)
        if program is not None:
            checks.schedule(program.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: types.DidOpenTextDocumentParams) -> None:
        check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.conversions.forget(params.text_document.uri)
        check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(params: types.DidSaveTextDocumentParams) -> None:
        check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(params: types.DidCloseTextDocumentParams) -> None:
        checks.forget(params.text_document.uri)
        publisher.clear(params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    async def notebook_did_open(params: types.DidOpenNotebookDocumentParams) -> None:
        check(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    async def notebook_did_change(params: types.DidChangeNotebookDocumentParams) -> None:
        structure = params.change.cells.structure if params.change.cells else None
        for closed in (structure.did_close if structure else None) or ():
            publisher.clear(closed.uri)
        check(params.notebook_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    async def notebook_did_close(params: types.DidCloseNotebookDocumentParams) -> None:
        checks.forget(params.notebook_document.uri)
        for cell in params.cell_text_documents:
            publisher.clear(cell.uri)

    options = types.DiagnosticOptions(
        identifier=SOURCE, inter_file_dependencies=True, workspace_diagnostics=True
    )

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def pull(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        uri = params.text_document.uri
        if server.documents.find(uri) is None:
            raise JsonRpcInvalidParams(f"{uri} is not open")
        checked = await checks.latest(uri)
        result_id = _result_id(checked, server)
        if params.previous_result_id == result_id:
            return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
        return types.RelatedFullDocumentDiagnosticReport(publisher.of(uri), result_id=result_id)

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def pull_all(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        known = {key_of(previous.uri): previous.value for previous in params.previous_result_ids}
        documents = list(server.documents.text_documents.values())
        latest = await asyncio.gather(*(checks.latest(document.uri) for document in documents))
        items: list[types.WorkspaceDocumentDiagnosticReport] = []
        for document, checked in zip(documents, latest, strict=True):
            result_id = _result_id(checked, server)
            if known.get(key_of(document.uri)) == result_id:
                items.append(
                    types.WorkspaceUnchangedDocumentDiagnosticReport(
                        document.uri, result_id, version=document.version
                    )
                )
            else:
                items.append(
                    types.WorkspaceFullDocumentDiagnosticReport(
                        document.uri,
                        publisher.of(document.uri),
                        version=document.version,
                        result_id=result_id,
                    )
                )
        return types.WorkspaceDiagnosticReport(items)


def _result_id(checked: Checked | None, server: PreflightLanguageServer) -> str:
    return (
        f"{checked.serial if checked else 0}.{server.conversions.serial}.{server.publisher.elsewhere.serial}"
    )
