"""What the rules make of what the interpretation saw."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from preflight_analyzers.findings import Finding, Frame, ModuleVerdict, Range, Severity
from preflight_analyzers.meaning.analysis import Analysis, ModuleResult
from preflight_analyzers.meaning.events import Event, Site
from preflight_analyzers.meaning.places import range_of, statement_line
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.registry import RULES
from preflight_analyzers.selection import Selection

_PAGES = Path(__file__).parent / "rules" / "pages"


class Judged(NamedTuple):
    """A finding, and the first line of the statement it is about."""

    finding: Finding
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
        #: By code, block and node; the first of several ways to a place wins.
        self._places: dict[tuple[str, int, int], Judged] = {}
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
                key = (rule.code, event.site.block, problem.at)
                if key not in self._places:
                    self._places[key] = _judged(rule, problem, event.site)
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
        return ModuleVerdict(path, module.name, module.line, verdict, tuple(blockers))


def _judged(rule: Rule, problem: Problem, site: Site) -> Judged:
    place = range_of(site.unit, site.block, problem.at)
    consequence = problem.consequence or rule.consequence
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=problem.severity or consequence.default_severity,
        consequence=consequence,
        message=problem.message,
        path=site.unit.path,
        range=place,
        symbol=None if site.symbol == "<module>" else site.symbol,
        api=problem.api,
        op=problem.op,
        reached_from=_reached_from(site),
        help=problem.help,
        fix=problem.fix() if problem.fix is not None else None,
        url=page_of(rule.code),
    )
    return Judged(finding, statement_line(site.unit, site.block, problem.at))


def _reached_from(site: Site) -> tuple[Frame, ...]:
    """The calls of the running model that lead here, the nearest first."""
    frames = []
    for step in reversed(site.chain[1:]):  # the first one starts the entry point
        line = range_of(step.unit, step.block, step.at).start.line
        frames.append(Frame(step.unit.path, line, step.symbol))
    return tuple(frames)


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
