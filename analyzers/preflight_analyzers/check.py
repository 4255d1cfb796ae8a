"""The front door: source text in, findings out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from preflight_analyzers.findings import FileReport, Finding, ModuleVerdict, Position, Range, Severity
from preflight_analyzers.judge import Judge, finding_of
from preflight_analyzers.knowledge import reader
from preflight_analyzers.meaning.analysis import analyze
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.rules import syntax_error, unused_suppression
from preflight_analyzers.rules.base import Context
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import BrokenBlock
from preflight_analyzers.source.recut import recut
from preflight_analyzers.source.suppressions import Suppressions, find_suppressions
from preflight_analyzers.source.syntax import broken_blocks


class CheckOptions(NamedTuple):
    """What to check against. ``coremltools`` None: the newest version that is known."""

    coremltools: str | None = None
    frontend: str = "trace"


def check_source(
    text: str,
    path: str = "<stdin>",
    options: CheckOptions = CheckOptions(),  # noqa: B008 (immutable)
    selection: Selection = Selection(),  # noqa: B008 (immutable)
) -> FileReport:
    """Check the text of one file; nothing in it is run.

    Raises UnknownVersion where nothing is known about ``options.coremltools``.
    """
    unit = Unit(text, path)
    broken = list(broken_blocks(text, unit.blocks))
    if broken:
        exact = recut(text)
        if exact is not None:  # Python after all, cut at a wrong place or more than libcst takes
            unit, broken = Unit(text, path, exact), []
    suppressions = find_suppressions(text)
    findings: list[Finding] = []
    if selection.keeps(syntax_error.RULE.code):
        findings.extend(_syntax_errors(unit, broken))
    analysis = analyze(unit, options.frontend)
    modules: tuple[ModuleVerdict, ...] = ()
    if analysis.events or analysis.modules:
        context = Context(reader.load(options.coremltools), options.frontend)
        judge = Judge(analysis, context, selection)
        for finding, statement_line in judge.findings():
            line = finding.range.start.line
            if not suppressions.covers(finding.code, finding.name, line, statement_line):
                findings.append(finding)
        modules = judge.verdicts()
    if selection.keeps(unused_suppression.RULE.code):
        findings.extend(_unused(suppressions, unit, broken, selection))
    findings.sort(key=lambda finding: (finding.range, finding.code))
    weighed = tuple(f._replace(severity=selection.severity_of(f)) for f in findings)
    return FileReport(path, weighed, modules)


def _syntax_errors(unit: Unit, broken: list[tuple[Block, BrokenBlock]]) -> Iterator[Finding]:
    for block, why in broken:
        line = block.line + why.line - 1
        place = Range(Position(line, why.column), Position(line, why.column + 1))
        # More than the environment's usual warning: such a file can't even be imported.
        yield finding_of(syntax_error.RULE, unit.path, place, why.message)._replace(severity=Severity.ERROR)


def _unused(
    suppressions: Suppressions,
    unit: Unit,
    broken: list[tuple[Block, BrokenBlock]],
    selection: Selection,
) -> Iterator[Finding]:
    """Suppressions of rules that were applied, in code that was read."""
    for unused in suppressions.unused():
        if any(b.line <= unused.line < b.line + b.text.count("\n") + 1 for b, _ in broken):
            continue
        if unused.codes:
            applied = tuple(c for c in unused.codes if selection.keeps(c.upper()) or selection.keeps(c))
            if not applied:
                continue
            unused = unused._replace(codes=applied)
        elif selection.select:
            continue
        said = unused_suppression.message(unused)
        yield finding_of(unused_suppression.RULE, unit.path, unused.range, said)._replace(
            fix=unused_suppression.remove(unused, unit.text)
        )
