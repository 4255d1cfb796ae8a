"""How often each rule was found, for ``--statistics``."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from preflight_server.cli.results import Results, View
from preflight_server.cli.style import Style


class RuleCount(NamedTuple):
    findings: int
    code: str
    name: str
    #: How many of them have a fix of any kind.
    fixable: int


def counts(results: Results) -> list[RuleCount]:
    """The commonest rule first."""
    found = Counter((finding.code, finding.name) for finding in results.findings)
    fixable = Counter(finding.code for finding in results.findings if finding.fix)
    rows = [RuleCount(number, code, name, fixable[code]) for (code, name), number in found.items()]
    return sorted(rows, key=lambda row: (-row.findings, row.code))


def render(results: Results, view: View) -> str:
    """One line a rule."""
    rows = counts(results)
    style = Style(view.colour)
    width = max((len(str(row.findings)) for row in rows), default=0)
    return "".join(
        f"{row.findings:>{width}}  {style.bold(row.code)} {row.name}"
        + (f" ({row.fixable} fixable)" if row.fixable else "")
        + "\n"
        for row in rows
    )
