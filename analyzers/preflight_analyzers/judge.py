"""What the rules make of what the interpretation saw."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from preflight_analyzers.findings import (
    Consequence,
    Finding,
    Frame,
    ModuleVerdict,
    Position,
    Range,
    Severity,
)
from preflight_analyzers.meaning.analysis import Outcome, Run
from preflight_analyzers.meaning.events import ApiCall, Event, Site, Step
from preflight_analyzers.meaning.places import range_of, statement_line
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.rules.base import Context, Problem, Rule
from preflight_analyzers.rules.registry import RULES
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.modules import is_library

#: Of what isn't clear about a module.
_MOST_REASONS = 20

_PAGES = Path(__file__).parent / "rules" / "pages"


class Found(NamedTuple):
    """A problem at its place; ``inside`` is where it happens, in an installed package perhaps."""

    rule: Rule
    problem: Problem
    site: Site
    inside: Site

    @property
    def key(self) -> tuple[object, ...]:
        place = (self.rule.code, id(self.site.unit), self.site.block, self.site.at)
        return place if self.site is self.inside else (*place, self.problem.message)

    @property
    def severity(self) -> Severity:
        return self.problem.severity or self.consequence.default_severity

    @property
    def consequence(self) -> Consequence:
        return self.problem.consequence or self.rule.consequence

    @property
    def line(self) -> int:
        return place_of(self.site).start.line


class JudgedRun(NamedTuple):
    """What was found when a model was run."""

    found: tuple[Found, ...]
    #: What wasn't understood.
    gaps: tuple[tuple[Site, str], ...]
    complete: bool


class Judgement(NamedTuple):
    """What was found at one entry point."""

    block: int | None
    found: tuple[Found, ...]
    alone: JudgedRun | None
    traced: tuple[tuple[tuple[Unit, int] | None, JudgedRun], ...]


class Reported(NamedTuple):
    """A finding, the file it stands in, and the first line of the statement it is about."""

    finding: Finding
    unit: Unit
    statement_line: int


class Judge:
    """Applies the selected rules to what was seen."""

    def __init__(self, home: Unit, context: Context, selection: Selection) -> None:
        self._home = home
        self._context = context
        self._rules: dict[type, list[Rule]] = defaultdict(list)
        #: Those for calls, by API.
        self._of_calls: dict[str, list[Rule]] = {}
        for rule in RULES:
            if rule.events and selection.keeps(rule.code):
                for kind in rule.events:
                    self._rules[kind].append(rule)

    def judge(self, outcome: Outcome) -> Judgement:
        """Each place is judged once, by the shortest way that leads there."""
        known: dict[int, tuple[Found, ...]] = {}
        by_place: dict[tuple[object, ...], Found] = {}
        runs = [run for _, run in outcome.traced] + ([outcome.alone] if outcome.alone is not None else [])
        events = [*outcome.events, *(event for run in runs for event in run.events)]
        for event in sorted(events, key=lambda event: len(event.site.chain)):
            if id(event) not in known:
                known[id(event)] = found = self._of_event(event)
                for one in found:
                    by_place.setdefault(one.key, one)
        return Judgement(
            outcome.block,
            tuple(by_place.values()),
            None if outcome.alone is None else self._of_run(outcome.alone, known),
            tuple((one.model, self._of_run(one.run, known)) for one in outcome.traced),
        )

    def _of_event(self, event: Event) -> tuple[Found, ...]:
        rules = self._rules_of_call(event.api) if isinstance(event, ApiCall) else self._rules[type(event)]
        found: list[Found] = []
        for rule in rules:
            assert rule.check is not None
            for problem in rule.check(event, self._context):
                inside = event.site._replace(at=problem.at)
                found.append(Found(rule, problem, own_site(inside, self._home), inside))
        return tuple(found)

    def _rules_of_call(self, api: str) -> list[Rule]:
        rules = self._of_calls.get(api)
        if rules is None:
            context = self._context
            rules = [r for r in self._rules[ApiCall] if r.judges is None or r.judges(api, context)]
            self._of_calls[api] = rules
        return rules

    def _of_run(self, run: Run, known: Mapping[int, tuple[Found, ...]]) -> JudgedRun:
        found = dict.fromkeys(one for event in run.events for one in known[id(event)])
        gaps: dict[tuple[object, ...], tuple[Site, str]] = {}
        for gap in run.gaps:
            site = own_site(gap.site, self._home)
            gaps.setdefault((id(site.unit), site.block, site.at), (site, gap.reason))
        return JudgedRun(tuple(found), tuple(gaps.values()), run.complete)


def findings_of(judgements: Iterable[Judgement]) -> list[Reported]:
    """Everything found in the file, each place once, by the shortest way that leads there."""
    by_place: dict[tuple[object, ...], Found] = {}
    for judgement in judgements:
        for found in judgement.found:
            known = by_place.get(found.key)
            if known is None or len(found.site.chain) < len(known.site.chain):
                by_place[found.key] = found
    return [_reported(found) for found in by_place.values()]


def verdicts_of(unit: Unit, judgements: Sequence[Judgement]) -> tuple[ModuleVerdict, ...]:
    """What each module class of the file has against being converted."""
    traced: dict[int, list[JudgedRun]] = defaultdict(list)
    for judgement in judgements:
        for model, run in judgement.traced:
            if model is not None and model[0] is unit:
                traced[model[1]].append(run)
    return tuple(
        _verdict(unit, one.block, traced.get(one.block) or [one.alone])
        for one in judgements
        if one.block is not None and one.alone is not None
    )


def _verdict(unit: Unit, number: int, runs: Iterable[JudgedRun]) -> ModuleVerdict:
    runs = list(runs)
    blockers = sorted(
        {
            f"{one.rule.code}@{one.site.unit.path}:{one.line}"
            for run in runs
            for one in run.found
            if one.severity is Severity.ERROR and one.inside.certain
        }
    )
    if blockers:
        verdict = "blocked"
    elif any(_matters(run.found) or run.gaps or not run.complete for run in runs):
        verdict = "unsure"
    else:
        verdict = "ready"
    block = unit.blocks[number]
    return ModuleVerdict(
        unit.path,
        block.name or "",
        block.statement_line,
        verdict,
        tuple(blockers),
        unclear=tuple(dict.fromkeys(reason for run in runs for reason in _unclear(run)))[:_MOST_REASONS],
    )


def _matters(found: Iterable[Found]) -> bool:
    """Whether more was found than remarks."""
    return any(one.severity is not Severity.INFO for one in found)


def _unclear(run: JudgedRun) -> Iterator[str]:
    for site, reason in run.gaps:
        yield f"{reason} ({site.unit.path}:{place_of(site).start.line})"


def _reported(found: Found) -> Reported:
    rule, problem, site, inside = found
    message, leads_to = problem.message, tuple[Frame, ...]()
    if site is not inside:
        leads_to = _leads_to(site, inside)
        message = f"{message} (in {leads_to[-1].symbol}, {leads_to[-1].path}:{leads_to[-1].line})"
    finding = Finding(
        code=rule.code,
        name=rule.name,
        severity=found.severity,
        consequence=found.consequence,
        message=message,
        path=site.unit.path,
        range=place_of(site),
        symbol=None if site.symbol == "<module>" else site.symbol,
        api=problem.api,
        op=problem.op,
        reached_from=(*(_frame(step) for step in reversed(site.chain[1:])), *_run_for(site)),
        help=problem.help,
        fix=problem.fix() if problem.fix is not None and site is inside else None,
        url=page_of(rule.code),
        leads_to=leads_to,
    )
    line = finding.range.start.line if site.at < 0 else statement_line(site.unit, site.block, site.at)
    return Reported(finding, site.unit, line)


def _run_for(site: Site) -> tuple[Frame, ...]:
    """The class that was run, where what happens stands in a method that it inherits."""
    if not site.chain:
        return ()
    start = site.chain[0]  # the call that nobody wrote
    block = start.unit.blocks[start.block]
    outermost = site.chain[1] if len(site.chain) > 1 else site
    owner, _, method = outermost.symbol.rpartition(".")
    if block.keyword != "class" or block.name is None or not method or owner in ("", block.name):
        return ()
    return (Frame(start.unit.path, block.statement_line, block.name),)


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
