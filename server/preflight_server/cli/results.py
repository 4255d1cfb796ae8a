"""What a run of ``check`` has found; every output format shows one of these."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from preflight_analyzers.findings import Finding, ModuleVerdict


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


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, then code; what is said twice of a place (it is reached from two files) once."""
    first: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        start, end = finding.range
        key = (finding.path, finding.cell or 0, start, finding.code, end, finding.message)
        first.setdefault(key, finding)
    return tuple(first[key] for key in sorted(first))


def place(finding: Finding) -> str:
    """``net.py:12:13``; in a notebook ``net.ipynb:cell 3:12:13``."""
    line, column = finding.range.start
    return f"{in_cell(finding.path, finding.cell)}:{line}:{column}"


def in_cell(path: str, cell: int | None) -> str:
    return path if cell is None else f"{path}:cell {cell}"
