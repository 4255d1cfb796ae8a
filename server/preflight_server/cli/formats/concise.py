"""One line a finding: ``path:line:col: CODE message``."""

from __future__ import annotations

from preflight_server.cli.formats import modules, statistics, summary
from preflight_server.cli.results import Results, View, place
from preflight_server.cli.style import Style, harmless, one_line


def render(results: Results, view: View) -> str:
    style = Style(view.colour)
    if view.statistics:
        findings = statistics.render(results, view)
    else:
        findings = "".join(
            f"{style.bold(harmless(place(finding)))}: {style.severity(finding.severity, finding.code)} "
            f"{one_line(finding.message)}\n"
            for finding in results.findings
        )
    table = modules.render(results, view) if view.modules else ""
    return findings + table + summary.render(results, view)
