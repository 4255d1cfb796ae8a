"""What a run of ``check`` has found; every output format shows one of these."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from preflight_analyzers.findings import FileReport, Finding, ModuleVerdict
from preflight_analyzers.selection import Selection

#: The rule of suppressions that silence nothing, as far as the file itself tells.
UNUSED_SUPPRESSION = "CML902"


class Results(NamedTuple):
    """Findings and verdicts of all files, sorted and without repetitions."""

    findings: tuple[Finding, ...]
    modules: tuple[ModuleVerdict, ...]
    #: The coremltools version checked against.
    coremltools: str
    frontend: str
    #: How many files were checked, and how many could not be.
    checked: int
    failed: int = 0
    #: How many findings --fix has done away with.
    fixed: int = 0


class View(NamedTuple):
    """How and how much to show."""

    colour: bool
    #: Columns that a source line may take.
    width: int
    #: The lines of a file (or of a notebook's cell, from 1); empty if it can't be read any more.
    lines_of: Callable[[str, int | None], list[str]]
    #: Ask for the verdict on each module in the text formats.
    modules: bool = False
    #: Counts by rule instead of findings.
    statistics: bool = False


def together(reports: Sequence[FileReport], selection_of: Callable[[str], Selection]) -> tuple[Finding, ...]:
    """What all reports say, each place once. The settings of the file that it stands in decide what counts.

    A suppression in one file that another needs is not unused.
    """
    elsewhere = [finding for report in reports for finding in report.findings if finding.path != report.path]
    silenced = [one for report in reports for one in report.silenced]
    findings = (finding for report in reports for finding in report.findings if finding.path == report.path)
    if not elsewhere and not silenced:
        return sorted_findings(findings)
    # A file that was named another way than it is found by an import goes by the name that was given.
    names = {os.path.abspath(report.path): report.path for report in reports}

    def name_of(path: str) -> str:
        return names.get(os.path.abspath(path), path)

    needed = {(name_of(one.path), one.line) for one in silenced}
    own = (
        finding
        for finding in findings
        if finding.code != UNUSED_SUPPRESSION or (finding.path, finding.range.start.line) not in needed
    )
    renamed = (finding._replace(path=name_of(finding.path)) for finding in elsewhere)
    # A file's own word on a place comes first.
    return sorted_findings([*own, *_weighed(renamed, selection_of)])


def _weighed(findings: Iterable[Finding], selection_of: Callable[[str], Selection]) -> Iterator[Finding]:
    for finding in findings:
        selection = selection_of(finding.path)
        if selection.keeps(finding.code):
            yield finding._replace(severity=selection.severity_of(finding))


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, then code. What is said twice of a place, since it is reached in two ways, is there once.

    Of a call into an installed package several things may be said: what is wrong stands in the package.
    """
    first: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        start, end = finding.range
        inside = finding.message if finding.leads_to else ""
        key = (finding.path, finding.cell or 0, start, finding.code, end, inside)
        first.setdefault(key, finding)
    return tuple(first[key] for key in sorted(first))


def place(finding: Finding) -> str:
    """``net.py:12:13``; in a notebook ``net.ipynb:cell 3:12:13``."""
    line, column = finding.range.start
    return f"{in_cell(finding.path, finding.cell)}:{line}:{column}"


def in_cell(path: str, cell: int | None) -> str:
    return path if cell is None else f"{path}:cell {cell}"
