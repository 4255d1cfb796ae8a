"""For people: each finding with its source line, what leads to it, and the way out."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.findings import Finding, Fix
from preflight_server.cli.formats import modules, statistics, summary
from preflight_server.cli.formats.snippet import snippet
from preflight_server.cli.results import Results, View, in_cell, place
from preflight_server.cli.style import Style, harmless


def render(results: Results, view: View) -> str:
    if view.statistics:
        findings = statistics.render(results, view)
    else:
        findings = "".join("\n".join(_finding(finding, view)) + "\n\n" for finding in results.findings)
    table = modules.render(results, view) + "\n" if view.modules else ""
    return findings + table + summary.render(results, view)


def _finding(finding: Finding, view: View) -> Iterator[str]:
    style = Style(view.colour)
    severity = style.severity(finding.severity, finding.severity.value)
    code = style.severity(finding.severity, finding.code)
    where = style.bold(harmless(place(finding)))
    yield f"{where}: {severity} {code} {finding.name} ({finding.consequence.value})"
    yield from harmless(finding.message, keep="\n").splitlines()
    lines = view.lines_of(finding.path, finding.cell)
    gutter = " " * len(str(finding.range.end.line))
    source = snippet(lines, finding.range, view.width)
    if source:
        yield style.dim(f"{gutter} |")
        for row in source:
            number = f"{row.number or '':>{len(gutter)}}"
            text = style.severity(finding.severity, row.text) if row.is_mark else row.text
            yield f"{style.dim(f'{number} |')} {text}".rstrip()
        yield style.dim(f"{gutter} |")
    for label, text in _notes(finding):
        first, *more = harmless(text, keep="\n").splitlines() or [""]
        yield f"{gutter} {style.dim('=')} {style.bold(label + ':')} {first}"
        indent = " " * (len(gutter) + len(label) + 5)
        yield from (indent + line for line in more)


def _notes(finding: Finding) -> Iterator[tuple[str, str]]:
    for frame in finding.reached_from:
        yield "reached from", f"{frame.symbol} ({in_cell(frame.path, frame.cell)}:{frame.line})"
    for frame in finding.leads_to:
        yield "leads to", f"{frame.symbol} ({in_cell(frame.path, frame.cell)}:{frame.line})"
    if finding.help:
        yield "help", finding.help
    if finding.fix:
        yield "fix", f"{finding.fix.title} ({_option(finding.fix)})"


def _option(fix: Fix) -> str:
    return "--fix" if fix.applicability == "safe" else "--fix --unsafe-fixes"
