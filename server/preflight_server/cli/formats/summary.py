"""The lines after the findings: how many there are, and what --fix would do about them."""

from __future__ import annotations

from collections import Counter

from preflight_analyzers.findings import Severity
from preflight_server.cli.results import Results, View
from preflight_server.cli.style import Style


def render(results: Results, view: View) -> str:
    """One or two lines, each with its newline."""
    style = Style(view.colour)
    if not results.findings:
        return _nothing_found(results, style)
    counts = Counter(finding.severity for finding in results.findings)
    parts = [
        style.severity(severity, count_of(counts[severity], severity.value))
        for severity in Severity
        if counts[severity]
    ]
    files = len({finding.path for finding in results.findings})
    fixed = f"Fixed {count_of(results.fixed, 'finding')}. " if results.fixed else ""
    where = f"in {count_of(files, 'file')}" if results.checked > 1 else ""
    lines = [f"{fixed}Found {', '.join(parts)} {where}".rstrip() + "."]
    safe, unsafe = fixable(results)
    if safe and unsafe:
        lines.append(f"{safe} fixable with --fix, {unsafe} more with --fix --unsafe-fixes.")
    elif safe:
        lines.append(f"{safe} fixable with --fix.")
    elif unsafe:
        lines.append(f"{unsafe} fixable with --fix --unsafe-fixes.")
    return "".join(f"{line}\n" for line in lines)


def fixable(results: Results) -> tuple[int, int]:
    """How many findings have a safe fix, and how many an unsafe one."""
    kinds = Counter(finding.fix.applicability for finding in results.findings if finding.fix)
    return kinds["safe"], kinds["unsafe"]


def count_of(count: int, thing: str) -> str:
    """``1 error``, ``2 errors``; info stays info."""
    return f"{count} {thing}" if count == 1 or thing == "info" else f"{count} {thing}s"


def _nothing_found(results: Results, style: Style) -> str:
    if results.fixed:
        return style.good(f"Fixed {count_of(results.fixed, 'finding')}; nothing is left.") + "\n"
    if not results.checked:
        return ""
    return style.good("All checks passed") + f" ({count_of(results.checked, 'file')}).\n"
