"""Reports as text for the store, and back."""

from __future__ import annotations

import json
from typing import Any

from preflight_analyzers.findings import (
    Consequence,
    Edit,
    FileReport,
    Finding,
    Fix,
    Frame,
    ModuleVerdict,
    Position,
    Range,
    Severity,
    Silenced,
)


def written(report: FileReport) -> str:
    """What the report says; empty if that is nothing. What it depends on isn't part of it."""
    if not report.findings and not report.modules and not report.silenced:
        return ""
    # Named tuples become lists, enumerations their values.
    return json.dumps([report.findings, report.modules, report.silenced])


def read(path: str, text: str) -> FileReport:
    """Raises ValueError, TypeError or KeyError for what is no report."""
    if not text:
        return FileReport(path, ())
    findings, modules, silenced = json.loads(text)
    return FileReport(
        path,
        tuple(_finding(dict(zip(Finding._fields, row, strict=True))) for row in findings),
        tuple(_verdict(dict(zip(ModuleVerdict._fields, row, strict=True))) for row in modules),
        silenced=tuple(Silenced(*one) for one in silenced),
    )


def _verdict(fields: dict[str, Any]) -> ModuleVerdict:
    fields |= {"blockers": tuple(fields["blockers"]), "unclear": tuple(fields["unclear"])}
    return ModuleVerdict(**fields)


def _finding(fields: dict[str, Any]) -> Finding:
    fix = fields["fix"]
    fields |= {
        "severity": Severity(fields["severity"]),
        "consequence": Consequence(fields["consequence"]),
        "range": _range(fields["range"]),
        "reached_from": tuple(Frame(*frame) for frame in fields["reached_from"]),
        "leads_to": tuple(Frame(*frame) for frame in fields["leads_to"]),
        "fix": fix and Fix(fix[0], tuple(Edit(_range(span), text) for span, text in fix[1]), fix[2]),
    }
    return Finding(**fields)


def _range(data: Any) -> Range:
    start, end = data
    return Range(Position(*start), Position(*end))
