"""Applies fixes to a file until none is left, and writes it back as it was encoded."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from typing import NamedTuple

from preflight_analyzers.findings import FileReport, Finding, Fix
from preflight_analyzers.fixes import apply_fixes, compatible_fixes
from preflight_analyzers.source.syntax import parse
from preflight_server.cli.document import LINE_BREAK, Parts
from preflight_server.cli.errors import BrokenFix
from preflight_server.cli.results import UNUSED_SUPPRESSION, sorted_findings

#: Fixes that keep making new findings are given up on.
_MOST_ROUNDS = 20


class Fixed(NamedTuple):
    text: str
    #: Of the text as it is now.
    report: FileReport
    #: How many findings were fixed.
    findings: int


def fix_all(text: str, check: Callable[[str], FileReport], unsafe: bool) -> Fixed:
    """Check and fix in turn until nothing more can be fixed. Raises BrokenFix."""
    report = check(text)
    done = 0
    seen = {text}
    for _ in range(_MOST_ROUNDS):
        findings = fixable_findings(report, unsafe)
        fixes = compatible_fixes(finding.fix for finding in findings if finding.fix)
        fixed = _apply(text, fixes)
        if fixed in seen:
            break
        seen.add(fixed)
        text, report = fixed, check(fixed)
        done += sum(finding.fix in fixes for finding in findings)
    return Fixed(text, report, done)


def fixable_findings(report: FileReport, unsafe: bool) -> list[Finding]:
    """Findings that can be fixed in the file itself; one in another file is fixed when that is checked."""
    return [
        finding
        for finding in sorted_findings(report.findings)
        if finding.fix and (unsafe or finding.fix.applicability == "safe") and finding.path == report.path
    ]


def lines_at(text: str, numbers: Collection[int]) -> frozenset[str]:
    """The text of some lines, since fixes above them change their numbers."""
    if not numbers:
        return frozenset()
    lines = LINE_BREAK.split(text)
    return frozenset(lines[number - 1] for number in numbers if number <= len(lines))


def without_unused(report: FileReport, text: str, needed: frozenset[str]) -> FileReport:
    """The report but for suppressions in lines that are needed."""
    if not needed:
        return report
    lines = LINE_BREAK.split(text)
    return report._replace(
        findings=tuple(
            finding
            for finding in report.findings
            if finding.code != UNUSED_SUPPRESSION or lines[finding.range.start.line - 1] not in needed
        )
    )


def _apply(text: str, fixes: list[Fix]) -> str:
    fixed = apply_fixes(text, fixes)
    if parse(text) is not None and parse(fixed) is None:
        titles = "; ".join(fix.title for fix in fixes)
        raise BrokenFix(f"a fix makes a syntax error ({titles})")
    return fixed


def unified_diff(path: str, before: Parts, after: Parts) -> str:
    """What changed, as ``patch`` reads it (of a notebook: one patch for each cell)."""
    import difflib

    patches: list[str] = []
    for cell, text in before.items():
        name = path if cell is None else f"{path}:cell {cell}"
        patches += difflib.unified_diff(_lines(text), _lines(after[cell]), name, name)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in patches
    )


def _lines(text: str) -> list[str]:
    # Not str.splitlines: to a patch, only \n ends a line.
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + [last] * bool(last)


def write_back(path: str, content: bytes) -> None:
    """Replace a file's content at once, keeping its permissions; a link stays a link. Raises OSError."""
    import shutil
    import tempfile

    target = os.path.realpath(path)
    if not os.access(target, os.W_OK):
        raise PermissionError(13, "is read-only", path)
    handle, temporary = tempfile.mkstemp(prefix=".coreml-preflight-", dir=os.path.dirname(target))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
