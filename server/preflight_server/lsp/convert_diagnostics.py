"""The problems of a conversion as diagnostics on the lines that cause them."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls.uris import from_fs_path

from preflight_analyzers.findings import Severity
from preflight_server.conversion.report import ConversionReport, Problem, Span

from .diagnostics import SEVERITIES
from .documents import Documents, client_units, split_lines

SOURCE = "coreml-preflight (convert)"


class Place:
    """Finds addresses and columns in the files that problems speak of."""

    def __init__(self, folder: Path, documents: Documents) -> None:
        self._folder = folder
        self._documents = documents
        self._read: dict[str, tuple[str, ...]] = {}

    def uri(self, path: str) -> str:
        return from_fs_path(str(self._folder / path)) or path

    def range(self, uri: str, path: str, span: Span) -> types.Range:
        """The span in the client's units; a span outside the text shrinks to what is inside."""
        lines = self._lines(uri, path)
        return types.Range(
            self._position(lines, span.line, span.column),
            self._position(lines, span.end_line, span.end_column),
        )

    def whole_line(self, uri: str, path: str, line: int) -> types.Range:
        lines = self._lines(uri, path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        indent = len(text) - len(text.lstrip())
        return self.range(uri, path, Span(line, indent + 1, line, len(text.rstrip()) + 1))

    def _lines(self, uri: str, path: str) -> tuple[str, ...]:
        if uri not in self._read:
            document = self._documents.find(uri)
            self._read[uri] = document.lines if document else self._from_disk(path)
        return self._read[uri]

    def _from_disk(self, path: str) -> tuple[str, ...]:
        try:
            return split_lines((self._folder / path).read_text("utf-8", errors="replace"))
        except OSError:
            return ("",)

    def _position(self, lines: tuple[str, ...], line: int, column: int) -> types.Position:
        line = min(max(line, 1), len(lines))
        return types.Position(
            line - 1, client_units(lines[line - 1], max(column, 1) - 1, self._documents.position_codec)
        )


def to_diagnostics(
    report: ConversionReport, place: Place, path: str, line: int
) -> dict[str, list[types.Diagnostic]]:
    """Diagnostics by address. A problem that no line is to blame for stands on ``line`` of ``path``."""
    found: dict[str, list[types.Diagnostic]] = {}
    for problem in report.problems:
        uri = place.uri(problem.path or path)
        if problem.path and problem.span:
            where = place.range(uri, problem.path, problem.span)
        else:
            where = place.whole_line(uri, problem.path or path, line)
        found.setdefault(uri, []).append(_diagnostic(problem, where, place))
    return found


def _diagnostic(problem: Problem, where: types.Range, place: Place) -> types.Diagnostic:
    links = [
        types.DiagnosticRelatedInformation(
            types.Location(
                place.uri(frame.path), place.whole_line(place.uri(frame.path), frame.path, frame.line)
            ),
            f"called from {frame.symbol}",
        )
        for frame in problem.stack
    ]
    return types.Diagnostic(
        range=where,
        severity=SEVERITIES[Severity(problem.severity)],
        code=problem.op or f"{problem.stage}-failed",
        source=SOURCE,
        message=f"{problem.message}\n{problem.help}" if problem.help else problem.message,
        related_information=links or None,
    )
