"""The verdict on each nn.Module class, for ``--modules``."""

from __future__ import annotations

from preflight_analyzers.findings import Severity
from preflight_server.cli.results import Results, View, in_cell
from preflight_server.cli.style import Style, harmless

#: In a line; all of them are in the JSON.
_MOST_REASONS = 3


def render(results: Results, view: View) -> str:
    """One line a class: verdict, name, place, what blocks it or wasn't understood."""
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
        reasons = module.blockers if module.verdict == "blocked" else module.unclear
        shown = [*map(harmless, reasons[:_MOST_REASONS])]
        if len(reasons) > _MOST_REASONS:
            shown.append(f"and {len(reasons) - _MOST_REASONS} more")
        because = ", ".join(shown)
        lines.append(f"{verdict}  {module.class_name:<{names}}  {place:<{places}}  {because}".rstrip() + "\n")
    return "".join(lines) or "No nn.Module class found.\n"
