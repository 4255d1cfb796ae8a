"""GitLab's code quality report."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from preflight_analyzers.findings import Finding, Severity
from preflight_server.cli.results import Results, View

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(results: Results, view: View) -> str:
    seen: dict[str, int] = {}
    return json.dumps([_issue(finding, seen) for finding in results.findings], indent=2) + "\n"


def _issue(finding: Finding, seen: dict[str, int]) -> dict[str, Any]:
    # Without the line, so that a finding stays the same one when code above it moves.
    identity = "\0".join((finding.path, finding.code, finding.symbol or "", finding.message))
    repetition = seen.setdefault(identity, 0)
    seen[identity] += 1
    fingerprint = hashlib.sha256(f"{identity}\0{repetition}".encode("utf-8", "surrogateescape")).hexdigest()
    start, end = finding.range
    return {
        "description": f"{finding.code}: {finding.message}",
        "check_name": finding.name,
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": fingerprint,
        "location": {
            "path": finding.path.replace("\\", "/"),
            "positions": {
                "begin": {"line": start.line, "column": start.column},
                "end": {"line": end.line, "column": end.column},
            },
        },
    }
