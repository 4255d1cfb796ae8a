"""SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from preflight_analyzers.findings import Finding, Fix, Range, Severity
from preflight_analyzers.rules.registry import RuleInfo, find_rule
from preflight_server import __version__
from preflight_server.cli.results import Results, View

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(results: Results, view: View) -> str:
    codes = sorted({finding.code for finding in results.findings})
    rules = [rule for rule in map(find_rule, codes) if rule]
    driver = {"name": "coreml-preflight", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        # SARIF counts in UTF-16 units unless told otherwise.
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in results.findings],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: RuleInfo) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "defaultConfiguration": {"level": _LEVELS[rule.consequence.default_severity]},
        "properties": {"consequence": rule.consequence.value},
    }


def _result(finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": _place(finding)}],
    }
    if finding.symbol:
        result["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.symbol}]
    if finding.fix and finding.cell is None:
        result["fixes"] = [_fix(finding.path, finding.fix)]
    return result


def _place(finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(finding.path)}
    # Cells have lines of their own, which the notebook's file does not have.
    if finding.cell is None:
        place["region"] = _region(finding.range)
    return place


def _fix(path: str, fix: Fix) -> dict[str, Any]:
    replacements = [
        {"deletedRegion": _region(edit.range), "insertedContent": {"text": edit.text}} for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(path), "replacements": replacements}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _artifact(path: str) -> dict[str, str]:
    pure = PurePath(path)
    return {"uri": pure.as_uri() if pure.is_absolute() else quote(pure.as_posix(), errors="replace")}


def _region(span: Range) -> dict[str, int]:
    return {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
