"""What the rules make of what the interpretation saw."""

from __future__ import annotations

import os
from collections import defaultdict
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from preflight_analyzers.findings import Finding, Frame, ModuleVerdict, Position, Range, Severity
from preflight_analyzers.meaning.analysis import Analysis, ModuleResult
from preflight_analyzers.meaning.events import Event, Site, Step
from preflight_analyzers.meaning.places import range_of, statement_line
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.registry import RULES
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.modules import is_library

#: Of what isn't clear about a module.
_MOST_REASONS = 20

_PAGES = Path(__file__).parent / "rules" / "pages"


class Judged(NamedTuple):
    """A finding, the file it stands in, and the first line of the statement it is about."""

    finding: Finding
    unit: Unit
    statement_line: int


class Judge:
    """Applies the selected rules to the events of one analysis; each place is judged once."""

    def __init__(self, analysis: Analysis, context: Context, selection: Selection) -> None:
        self._analysis = analysis
        self._context = context
        self._rules: dict[type, list[Rule]] = defaultdict(list)
        for rule in RULES:
            if rule.event is not None and selection.keeps(rule.code):
                self._rules[rule.event].append(rule)
        #: By rule and place; the first of several ways to a place wins.
        self._places: dict[tuple[object, ...], Judged] = {}
        #: By the identity of the event, which the analysis keeps alive.
        self._events: dict[int, list[Judged]] = {}

    def findings(self) -> list[Judged]:
        """Everything found in the file, each place once, by the shortest way that leads there."""
        events = sorted(self._analysis.events, key=lambda event: len(event.site.chain))
        for event in events:
            self._judge(event)
        return list(self._places.values())

    def verdicts(self) -> tuple[ModuleVerdict, ...]:
        """What each module class of the file has against being converted."""
        return tuple(self._verdict(module) for module in self._analysis.modules)

    def _judge(self, event: Event) -> list[Judged]:
        known = self._events.get(id(event))
        if known is not None:
            return known
        found: list[Judged] = []
        for rule in self._rules.get(type(event), ()):
            assert rule.check is not None
            for problem in rule.check(event, self._context):
                inside = event.site._replace(at=problem.at)
                site = own_site(inside, self._analysis.unit)
                key: tuple[object, ...] = (rule.code, id(site.unit), site.block, site.at)
                if site is not inside:
                    key += (problem.message,)
                if key not in self._places:
                    self._places[key] = _judged(rule, problem, site, inside)
                found.append(self._places[key])
        self._events[id(event)] = found
        return found

    def _verdict(self, module: ModuleResult) -> ModuleVerdict:
        path = self._analysis.unit.path
        judged = [
            (event, one.finding) for run in module.runs for event in run.events for one in self._judge(event)
        ]
        blockers = sorted(
            {
                f"{finding.code}@{finding.path}:{finding.range.start.line}"
                for event, finding in judged
                if finding.severity is Severity.ERROR and event.site.certain
            }
        )
        if blockers:
            verdict = "blocked"
        elif judged or any(run.gaps or not run.complete for run in module.runs):
            verdict = "unsure"
        else:
            verdict = "ready"
        return ModuleVerdict(
            path, module.name, module.line, verdict, tuple(blockers), unclear=self._unclear(module)
        )

    def _unclear(self, module: ModuleResult) -> tuple[str, ...]:
        """What wasn't understood where: places in the user's code, each with the first reason."""
        found: dict[tuple[str, int], str] = {}
        for run in module.runs:
            for gap in run.gaps:
                place = _frame(own_site(gap.site, self._analysis.unit))
                found.setdefault((place.path, place.line), gap.reason)
        return tuple(
            f"{reason} ({path}:{line})" for (path, line), reason in islice(found.items(), _MOST_REASONS)
        )


def _judged(rule: Rule, problem: Problem, site: Site, inside: Site) -> Judged:
    """The finding at ``site``; ``inside`` is where it happens, in an installed package perhaps."""
    consequence = problem.consequence or rule.consequence
    message, leads_to = problem.message, tuple[Frame, ...]()
    if site is not inside:
        leads_to = _leads_to(site, inside)
        message = f"{message} (in {leads_to[-1].symbol}, {leads_to[-1].path}:{leads_to[-1].line})"
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=problem.severity or consequence.default_severity,
        consequence=consequence,
        message=message,
        path=site.unit.path,
        range=place_of(site),
        symbol=None if site.symbol == "<module>" else site.symbol,
        api=problem.api,
        op=problem.op,
        reached_from=tuple(_frame(step) for step in reversed(site.chain[1:])),  # the first starts the entry
        help=problem.help,
        fix=problem.fix() if problem.fix is not None and site is inside else None,
        url=page_of(rule.code),
        leads_to=leads_to,
    )
    return Judged(finding, site.unit, finding.range.start.line if site.at < 0 else statement_line(*site[:3]))


def own_site(site: Site, home: Unit) -> Site:
    """Where to report what happens at ``site``: of an installed package, the user's call into it."""
    if not _is_foreign(site.unit, home):
        return site
    for index in range(len(site.chain) - 1, -1, -1):
        step = site.chain[index]
        if not _is_foreign(step.unit, home):
            return Site(*step, site.chain[:index], site.certain)
    return site


def place_of(site: Site | Step) -> Range:
    if site.at >= 0:
        return range_of(site.unit, site.block, site.at)
    # Nobody wrote the call that starts an entry point.
    line = site.unit.blocks[site.block].statement_line
    return Range(Position(line, 1), Position(line, 1))


def _is_foreign(unit: Unit, home: Unit) -> bool:
    if unit is home or unit.file is None or home.file is None:
        return False
    return is_library(unit.file, os.path.dirname(home.file))


def _leads_to(site: Site, inside: Site) -> tuple[Frame, ...]:
    steps: list[Site | Step] = [*inside.chain[len(site.chain) + 1 :], inside]
    return tuple(_frame(step) for step in steps)


def _frame(step: Site | Step) -> Frame:
    return Frame(step.unit.path, place_of(step).start.line, step.symbol)


@cache
def page_of(code: str) -> str | None:
    """Where the rule is explained: the page that ships with the package."""
    page = _PAGES / f"{code}.md"
    return page.as_uri() if page.exists() else None


def finding_of(rule: Rule, path: str, place: Range, message: str, help_: str | None = None) -> Finding:
    """A finding of a rule that isn't about an event."""
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.consequence.default_severity,
        consequence=rule.consequence,
        message=message,
        path=path,
        range=place,
        help=help_,
        url=page_of(rule.code),
    )
