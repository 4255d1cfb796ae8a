"""What can be done about the findings under the cursor, and the conversion of what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from preflight_analyzers.findings import Edit, Finding
from preflight_analyzers.fixes import compatible_fixes

from .checks import Checked
from .convert_arguments import COMMAND
from .convertibles import convertibles
from .diagnostics import own_findings
from .ignore import ignore_edit
from .programs import Program

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer

FIX_ALL = "source.fixAll.coremlPreflight"
CONVERT = "source.convert.coremlPreflight"


def register(server: PreflightLanguageServer) -> None:
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL, CONVERT])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        checked = await server.checks.latest(params.text_document.uri)
        if checked is None or checked.program.part_of(params.text_document.uri) is None:
            return []
        offers = _Offers(server, checked, params)
        actions: list[types.CodeAction] = []
        if offers.wanted(types.CodeActionKind.QuickFix):
            touched = offers.touched_findings()
            actions += [action for finding in touched for action in offers.fix(finding)]
            actions += offers.ignore(touched)
        if offers.wanted(FIX_ALL):
            actions += offers.fix_all()
        if offers.wanted(CONVERT):
            actions += await offers.convert()
        return actions


def is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a client that asks for kinds ``only`` wants ``kind``: "source" takes in "source.fixAll"."""
    return only is None or any(kind == asked or kind.startswith(f"{asked}.") or not asked for asked in only)


class _Offers:
    def __init__(
        self, server: PreflightLanguageServer, checked: Checked, params: types.CodeActionParams
    ) -> None:
        self._server = server
        self._checked = checked
        self._params = params
        self._program = checked.program

    def wanted(self, kind: str) -> bool:
        return is_wanted(kind, self._params.context.only)

    def touched_findings(self) -> list[Finding]:
        """The findings that the requested range overlaps or touches."""
        part = self._program.part_of(self._params.text_document.uri)
        assert part is not None
        start = self._program.from_client(part, self._params.range.start)
        end = self._program.from_client(part, self._params.range.end)
        return [
            finding
            for finding in own_findings(self._checked)
            if finding.range.start <= end and start <= finding.range.end
        ]

    def fix(self, finding: Finding) -> Iterable[types.CodeAction]:
        if finding.fix is None:
            return
        safe = finding.fix.applicability == "safe"
        yield types.CodeAction(
            title=finding.fix.title if safe else f"{finding.fix.title} (may change what is computed)",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=self._diagnostics_of(finding),
            is_preferred=safe or None,
            edit=self._workspace_edit(finding.fix.edits),
        )

    def ignore(self, findings: Iterable[Finding]) -> Iterable[types.CodeAction]:
        by_place: dict[tuple[str, int], list[Finding]] = {}
        for finding in findings:
            by_place.setdefault((finding.code, finding.range.start.line), []).append(finding)
        for (code, line), here in by_place.items():
            edit = ignore_edit(self._program.text, line, code)
            if edit is not None:
                yield types.CodeAction(
                    title=f"Ignore {code} on this line",
                    kind=types.CodeActionKind.QuickFix,
                    diagnostics=self._diagnostics_of(*here),
                    edit=self._workspace_edit([edit]),
                )

    def fix_all(self) -> Iterable[types.CodeAction]:
        fixes = compatible_fixes(
            finding.fix
            for finding in own_findings(self._checked)
            if finding.fix is not None and finding.fix.applicability == "safe"
        )
        if fixes:
            yield types.CodeAction(
                title="Fix all that is safe to fix (coreml-preflight)",
                kind=FIX_ALL,
                edit=self._workspace_edit(edit for fix in fixes for edit in fix.edits),
            )

    async def convert(self) -> list[types.CodeAction]:
        if self._program.is_notebook:
            return []
        line = self._params.range.start.line + 1
        return [
            types.CodeAction(
                title=f"Convert {item.name} to Core ML",
                kind=CONVERT,
                command=types.Command(
                    title=f"Convert {item.name} to Core ML",
                    command=COMMAND,
                    arguments=[{"uri": self._program.uri, "target": item.name}],
                ),
            )
            for item in await convertibles(self._server, self._checked)
            if item.line <= line <= item.end_line
        ]

    def _diagnostics_of(self, *findings: Finding) -> list[types.Diagnostic] | None:
        """The client's own diagnostics that are these findings."""
        wanted = [(finding.code, self._program.to_client(finding.range)) for finding in findings]
        given = self._params.context.diagnostics
        return [item for item in given if (item.code, item.range) in wanted] or None

    def _workspace_edit(self, edits: Iterable[Edit]) -> types.WorkspaceEdit:
        by_part: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            uri = self._program.part_at(edit.range.start.line).uri
            text_edit = types.TextEdit(range=self._program.to_client(edit.range), new_text=edit.text)
            by_part.setdefault(uri, []).append(text_edit)
        if not get_capability(
            self._server.client_capabilities, "workspace.workspace_edit.document_changes", False
        ):
            return types.WorkspaceEdit(changes=by_part)
        return types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(
                    types.OptionalVersionedTextDocumentIdentifier(uri, _version(self._program, uri)),
                    text_edits,
                )
                for uri, text_edits in by_part.items()
            ]
        )


def _version(program: Program, uri: str) -> int | None:
    part = program.part_of(uri)
    return part.version if part else None
