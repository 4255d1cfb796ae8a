"""Workflow commands: GitHub shows each finding on its line of a pull request."""

from __future__ import annotations

from preflight_analyzers.findings import Finding, Severity
from preflight_server.cli.results import Results, View, place

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(results: Results, view: View) -> str:
    return "".join(_command(finding) for finding in results.findings)


def _command(finding: Finding) -> str:
    start, end = finding.range
    properties: dict[str, object] = {
        "title": f"{finding.code} {finding.name}",
        "file": finding.path,
    }
    # Cells have lines of their own, which the file on GitHub does not have.
    if finding.cell is None:
        properties |= {"line": start.line, "endLine": end.line}
        if start.line == end.line:
            properties |= {"col": start.column, "endColumn": end.column}
    shown = ",".join(f"{key}={_escape(str(value), property=True)}" for key, value in properties.items())
    message = _escape(f"{place(finding)}: {finding.code} {finding.message}")
    return f"::{_COMMANDS[finding.severity]} {shown}::{message}\n"


def _escape(text: str, property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property else text
