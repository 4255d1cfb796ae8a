"""The documented JSON, for scripts and editors."""

from __future__ import annotations

import json
from typing import Any

from preflight_analyzers.findings import Finding, Fix, Frame, ModuleVerdict, Range
from preflight_server.cli.formats import statistics
from preflight_server.cli.results import Results, View


def render(results: Results, view: View) -> str:
    document: dict[str, Any] = {
        "version": 1,
        "coremltools": results.coremltools,
        "frontend": results.frontend,
        "findings": [finding_as_dict(finding) for finding in results.findings],
        "modules": [_module(module) for module in results.modules],
    }
    if view.statistics:
        document["statistics"] = [count._asdict() for count in statistics.counts(results)]
    return json.dumps(document, indent=2) + "\n"


def finding_as_dict(finding: Finding) -> dict[str, Any]:
    """The finding as the documented JSON has it; ``cell`` and ``leads_to`` only where they apply."""
    reached_from = [_frame(frame) for frame in finding.reached_from]
    document: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "consequence": finding.consequence.value,
        "message": finding.message,
        "path": finding.path,
        "range": _range(finding.range),
        "symbol": finding.symbol,
        "api": finding.api,
        "op": finding.op,
        "reached_from": reached_from or None,
        "help": finding.help,
        "fix": _fix(finding.fix) if finding.fix else None,
        "url": finding.url,
    }
    if finding.leads_to:
        document["leads_to"] = [_frame(frame) for frame in finding.leads_to]
    if finding.cell is not None:
        document["cell"] = finding.cell
    return document


def _frame(frame: Frame) -> dict[str, Any]:
    document = {"path": frame.path, "line": frame.line, "symbol": frame.symbol}
    return document if frame.cell is None else {**document, "cell": frame.cell}


def _range(span: Range) -> dict[str, dict[str, int]]:
    return {"start": span.start._asdict(), "end": span.end._asdict()}


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "title": fix.title,
        "edits": [{"range": _range(edit.range), "text": edit.text} for edit in fix.edits],
    }


def _module(module: ModuleVerdict) -> dict[str, Any]:
    document: dict[str, Any] = {
        "path": module.path,
        "class": module.class_name,
        "line": module.line,
        "verdict": module.verdict,
        "blockers": list(module.blockers),
    }
    if module.unclear:
        document["unclear"] = list(module.unclear)
    if module.cell is not None:
        document["cell"] = module.cell
    return document
