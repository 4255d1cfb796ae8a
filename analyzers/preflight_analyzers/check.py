"""The front door: source text in, findings out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from preflight_analyzers.findings import (
    FileReport,
    Finding,
    ModuleVerdict,
    Position,
    Range,
    Severity,
    Silenced,
)
from preflight_analyzers.judge import Judge, finding_of
from preflight_analyzers.knowledge import reader
from preflight_analyzers.meaning.analysis import Analysis, analyze
from preflight_analyzers.meaning.facts import nodes_of_blocks
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.rules import syntax_error, unused_suppression
from preflight_analyzers.rules.base import Context
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.modules import top_folder
from preflight_analyzers.source.parse import BrokenBlock
from preflight_analyzers.source.recut import recut
from preflight_analyzers.source.suppressions import Suppressions, find_suppressions
from preflight_analyzers.source.syntax import broken_blocks, tree_if_cheaper


class CheckOptions(NamedTuple):
    """What to check against. ``coremltools`` None: the newest version that is known."""

    coremltools: str | None = None
    frontend: str = "trace"


def check_source(
    text: str,
    path: str = "<stdin>",
    options: CheckOptions = CheckOptions(),  # noqa: B008 (immutable)
    selection: Selection = Selection(),  # noqa: B008 (immutable)
    project: Project | None = None,
) -> FileReport:
    """Check the text of one file; nothing in it is run.

    ``project`` finds the files that it imports; without it, the text stands alone.
    Raises UnknownVersion where nothing is known about ``options.coremltools``.
    """
    file = os.path.abspath(path) if project is not None else None
    unit = Unit(text, path, file=file)
    tree = tree_if_cheaper(text, unit.blocks)
    broken = list(broken_blocks(tree, unit.blocks))
    if tree is not None:
        unit.nodes = nodes_of_blocks(tree, unit.blocks)
    if broken:
        exact = recut(text)
        if exact is not None:  # Python after all, cut at a wrong place or more than libcst takes
            unit, broken = Unit(text, path, exact, file), []
    findings: list[Finding] = []
    if selection.keeps(syntax_error.RULE.code):
        findings.extend(_syntax_errors(unit, broken))
    if project is not None:
        project.start()
    analysis = analyze(unit, options.frontend, project)
    unit.nodes = {}
    comments = {unit.path: find_suppressions(text)}
    modules: tuple[ModuleVerdict, ...] = ()
    if analysis.events or analysis.modules:
        context = Context(reader.load(options.coremltools), options.frontend, analysis.registered_ops)
        judge = Judge(analysis, context, selection)
        for finding, place, statement_line in judge.findings():
            if finding.path not in comments:
                comments[finding.path] = find_suppressions(place.text)
            line = finding.range.start.line
            if not comments[finding.path].covers(finding.code, finding.name, line, statement_line):
                findings.append(finding)
        modules = judge.verdicts()
    own = comments.pop(unit.path)
    if selection.keeps(unused_suppression.RULE.code):
        findings.extend(_unused(own, analysis, broken, selection))
    findings.sort(key=lambda finding: (finding.path != path, finding.path, finding.range, finding.code))
    weighed = tuple(f._replace(severity=selection.severity_of(f)) for f in findings)
    return FileReport(
        path,
        weighed,
        modules,
        depends=tuple(sorted(project.looked_at - {file})) if project is not None else (),
        silenced=tuple(Silenced(other, line) for other, one in comments.items() for line in one.used_lines()),
    )


def _syntax_errors(unit: Unit, broken: list[tuple[Block, BrokenBlock]]) -> Iterator[Finding]:
    for block, why in broken:
        line = block.line + why.line - 1
        place = Range(Position(line, why.column), Position(line, why.column + 1))
        # More than the environment's usual warning: such a file can't even be imported.
        yield finding_of(syntax_error.RULE, unit.path, place, why.message)._replace(severity=Severity.ERROR)


def _unused(
    suppressions: Suppressions,
    analysis: Analysis,
    broken: list[tuple[Block, BrokenBlock]],
    selection: Selection,
) -> Iterator[Finding]:
    """Suppressions of rules that were applied, in code that was read."""
    unit = analysis.unit
    # What no model of this file runs may, in a package, be silenced for those of another.
    unread = [block for block, _ in broken]
    if unit.file is not None and top_folder(folder := os.path.dirname(unit.file)) != folder:
        unread += [block for index, block in enumerate(unit.blocks) if index in analysis.not_run]
    for unused in suppressions.unused():
        if not unused.whole_file and any(block.holds(unused.line) for block in unread):
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
