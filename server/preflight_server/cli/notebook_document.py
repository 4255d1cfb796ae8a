"""A notebook as a document: its findings by cell, its fixes in the cells' source."""

from __future__ import annotations

import re

from preflight_analyzers.findings import FileReport, Finding, Fix, Frame, ModuleVerdict, Position, Range
from preflight_analyzers.source.notebook import parse_notebook
from preflight_server.cli.document import Parts

_BLOCKER = re.compile(r"(?P<code>\w+)@(?P<path>.+):(?P<line>\d+)")


class NotebookDocument:
    """Raises UnreadableSource where the content is no notebook."""

    def __init__(self, content: bytes) -> None:
        self._notebook = parse_notebook(content)
        self._program = self._notebook.program
        self.text = self._program.text

    def encode(self, text: str) -> bytes:
        return self._notebook.with_program(text).encode("utf-8")

    def parts(self, text: str) -> Parts:
        sources: Parts = {cell.number: cell.source for cell in self._program.cells}
        sources.update((cell.number, cell.source) for cell in self._program.changed_cells(text))
        return sources

    def locate(self, report: FileReport) -> FileReport:
        return report._replace(
            findings=tuple(self._finding(finding, report.path) for finding in report.findings),
            modules=tuple(self._verdict(module, report.path) for module in report.modules),
        )

    def _finding(self, finding: Finding, path: str) -> Finding:
        if finding.path != path:
            return finding
        cell = self._program.locate(finding.range.start.line).cell
        return finding._replace(
            cell=cell,
            range=self._range(finding.range),
            reached_from=tuple(self._frame(frame, path) for frame in finding.reached_from),
            fix=finding.fix and self._fix(finding.fix, cell),
        )

    def _fix(self, fix: Fix, cell: int) -> Fix | None:
        """None for a fix that edits other cells, too: an edit can't name its cell."""
        if any(self._program.locate(edit.range.start.line).cell != cell for edit in fix.edits):
            return None
        edits = tuple(edit._replace(range=self._range(edit.range)) for edit in fix.edits)
        return fix._replace(edits=edits)

    def _range(self, span: Range) -> Range:
        start = self._program.locate(span.start.line).line
        end = start + span.end.line - span.start.line
        return Range(Position(start, span.start.column), Position(end, span.end.column))

    def _frame(self, frame: Frame, path: str) -> Frame:
        if frame.path != path:
            return frame
        place = self._program.locate(frame.line)
        return frame._replace(line=place.line, cell=place.cell)

    def _verdict(self, module: ModuleVerdict, path: str) -> ModuleVerdict:
        place = self._program.locate(module.line)
        blockers = tuple(self._blocker(blocker, path) for blocker in module.blockers)
        return module._replace(line=place.line, cell=place.cell, blockers=blockers)

    def _blocker(self, blocker: str, path: str) -> str:
        found = _BLOCKER.fullmatch(blocker)
        if not found or found["path"] != path:
            return blocker
        place = self._program.locate(int(found["line"]))
        return f"{found['code']}@{path}:cell {place.cell}:{place.line}"
