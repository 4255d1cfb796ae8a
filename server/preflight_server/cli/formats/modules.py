"""The verdict on each nn.Module class, for ``--modules``."""

from __future__ import annotations

from preflight_analyzers.findings import Severity
from preflight_server.cli.results import Results, View, in_cell
from preflight_server.cli.style import Style, harmless


def render(results: Results, view: View) -> str:
    """One line a class: verdict, name, place, what blocks it."""
    style = Style(view.colour)
    levels = {"blocked": Severity.ERROR, "unsure": Severity.WARNING}
    rows = [
        (module, harmless(f"{in_cell(module.path, module.cell)}:{module.line}")) for module in results.modules
    ]
    names = max((len(module.class_name) for module, _ in rows), default=0)
    places = max((len(place) for _, place in rows), default=0)
    lines = []
    for module, place in rows:
        level = levels.get(module.verdict)
        verdict = f"{module.verdict:<7}"
        verdict = style.severity(level, verdict) if level else style.good(verdict)
        blockers = ", ".join(module.blockers)
        lines.append(
            f"{verdict}  {module.class_name:<{names}}  {place:<{places}}  {blockers}".rstrip() + "\n"
        )
    return "".join(lines) or "No nn.Module class found.\n"
