"""The front door: source text in, findings out."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from preflight_analyzers.findings import (
    FileReport,
    Finding,
    Position,
    Range,
    Severity,
    Silenced,
)
from preflight_analyzers.judge import Judge, Judgement, finding_of, findings_of, verdicts_of
from preflight_analyzers.knowledge import reader
from preflight_analyzers.meaning.analysis import Outcome, analyze, analyze_again, still_holds
from preflight_analyzers.meaning.facts import nodes_of_blocks
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.meaning.unit import Changes, Unit
from preflight_analyzers.rules import syntax_error, unused_suppression
from preflight_analyzers.rules.base import Context
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.blocks import Block, cut
from preflight_analyzers.source.cut_again import cut_again
from preflight_analyzers.source.layout import top_folder
from preflight_analyzers.source.parse import BrokenBlock
from preflight_analyzers.source.recut import recut
from preflight_analyzers.source.suppressions import Suppressions, find_suppressions
from preflight_analyzers.source.syntax import broken_blocks, parse, tree_if_cheaper


class CheckOptions(NamedTuple):
    """What to check against. ``coremltools`` None: the newest version that is known."""

    coremltools: str | None = None
    frontend: str = "trace"


def check_source(
    text: str,
    path: str = "<stdin>",
    options: CheckOptions = CheckOptions(),  # noqa: B008 (immutable)
    selection: Selection = Selection(),  # noqa: B008 (immutable)
    project: Project | None = None,
) -> FileReport:
    """Check the text of one file; nothing in it is run.

    ``project`` finds the files that it imports; without it, the text stands alone.
    Raises UnknownVersion where nothing is known about ``options.coremltools``.
    """
    if project is None:
        return _Checked(Unit(text, path)).check(text, options, selection, None)
    return _Checked(project.take(text, path)).check(text, options, selection, project)


class Checker:
    """Checks files again and again as they change, each time only what depends on the change."""

    def __init__(self, project: Project | None = None, most: int = 64) -> None:
        self._project = project
        self._most = most
        self._files: OrderedDict[str, _Checked] = OrderedDict()

    def check(self, text: str, path: str, options: CheckOptions, selection: Selection) -> FileReport:
        """As :func:`check_source`."""
        checked = self._files.get(path)
        if checked is None:
            file = os.path.abspath(path) if self._project is not None else None
            checked = self._files[path] = _Checked(Unit("", path, file=file), is_checked_again=True)
            if len(self._files) > self._most:
                self.forget(next(iter(self._files)))
        self._files.move_to_end(path)
        if self._project is not None:
            self._project.open(checked.unit)
        return checked.check(text, options, selection, self._project)

    def forget(self, path: str) -> None:
        """The file isn't open any more: what it says is what lies on the disk."""
        checked = self._files.pop(path, None)
        if checked is not None and self._project is not None:
            self._project.close(checked.unit)


class _Checked:
    """One file with what is known of its present text."""

    def __init__(self, unit: Unit, *, is_checked_again: bool = False) -> None:
        self.unit = unit
        self._is_checked_again = is_checked_again
        self._question: tuple[object, ...] = ()
        self._outcomes: dict[int | None, Outcome] = {}
        self._judgements: dict[int | None, Judgement] = {}
        #: Whether the blocks are as ``cut`` gives them, and which of them are no Python.
        self._is_cut = False
        self._broken: list[Block] = []
        self._registered_ops: frozenset[str] = frozenset()
        #: The other files looked at, each as it was.
        self._others: dict[str, object] = {}

    def check(
        self, text: str, options: CheckOptions, selection: Selection, project: Project | None
    ) -> FileReport:
        broken = self._update(text)
        unit = self.unit
        findings: list[Finding] = []
        if selection.keeps(syntax_error.RULE.code):
            findings.extend(_syntax_errors(unit, broken))
        if project is not None:
            project.start(again=self._is_checked_again)
        self._drop_what_is_outdated(options, selection, project)
        if self._is_checked_again:
            analysis = analyze_again(unit, self._outcomes, options.frontend, project)
        else:
            analysis = analyze(unit, options.frontend, project)
        unit.nodes = {}
        self._keep(analysis.outcomes, options, selection)
        if project is not None:
            self._others |= {path: project.stamp(path) for path in project.looked_at - {unit.file}}
        comments = {unit.path: find_suppressions(text)}
        judgements = [self._judgements[outcome.block] for outcome in analysis.outcomes]
        for finding, place, statement_line in findings_of(judgements):
            if finding.path not in comments:
                comments[finding.path] = find_suppressions(place.text)
            line = finding.range.start.line
            if not comments[finding.path].covers(finding.code, finding.name, line, statement_line):
                findings.append(finding)
        own = comments.pop(unit.path)
        if selection.keeps(unused_suppression.RULE.code):
            findings.extend(self._unused(own, broken, selection))
        findings.sort(key=lambda one: (one.path != unit.path, one.path, one.range, one.code, one.message))
        return FileReport(
            unit.path,
            tuple(
                # The settings of another file say how much what stands in it weighs.
                one if one.path != unit.path else one._replace(severity=selection.severity_of(one))
                for one in findings
            ),
            verdicts_of(unit, judgements),
            depends=tuple(sorted(self._others)),
            silenced=tuple(
                Silenced(other, line) for other, one in comments.items() for line in one.used_lines()
            ),
        )

    def _update(self, text: str) -> list[tuple[Block, BrokenBlock]]:
        """Take the text over; the blocks that are no Python."""
        unit = self.unit
        if text != unit.text or not unit.blocks:
            self._forget_changed(unit.update(text, self._cut(text)))
            self._is_cut = True
        tree = tree_if_cheaper(text, unit.blocks.values())
        broken = list(broken_blocks(tree, unit.blocks))
        if broken and (not self._is_checked_again or self._may_be_python(broken)):
            exact = recut(text)
            if exact is not None:  # Python after all, cut at a wrong place or more than libcst takes
                self._forget_changed(unit.update(text, exact))
                self._is_cut, broken = False, []
        if tree is not None:
            unit.nodes = nodes_of_blocks(tree, unit.blocks)
        self._broken = [block for block, _ in broken]
        return broken

    def _cut(self, text: str) -> list[Block]:
        if not self._is_cut:
            return cut(text)
        # Their owners are numbers of the unit, and places in the text for whoever cuts.
        places = {number: place for place, number in enumerate(self.unit.blocks)}
        blocks = [
            block if block.owner is None else block._replace(owner=places[block.owner])
            for block in self.unit.blocks.values()
        ]
        broken = [places[number] for number, b in self.unit.blocks.items() if b in self._broken]
        return cut_again(self.unit.text, blocks, text, broken)

    def _may_be_python(self, broken: list[tuple[Block, BrokenBlock]]) -> bool:
        """Whether the broken blocks are Python together with what stands around them.

        For want of time to read a whole large file between two keystrokes.
        """
        numbers = {block: number for number, block in self.unit.blocks.items()}
        return all(parse(self._around(numbers[block])) is not None for block, _ in broken)

    def _around(self, number: int) -> str:
        """The class that a block is part of, or the block and its neighbours."""
        blocks = self.unit.blocks
        owner = blocks[number].owner
        if owner is not None:
            return "".join(b.text for n, b in blocks.items() if n == owner or b.owner == owner)
        order = list(blocks)
        place = order.index(number)
        return "".join(blocks[n].text for n in order[max(place - 1, 0) : place + 2])

    def _forget_changed(self, changes: Changes) -> None:
        for block, outcome in list(self._outcomes.items()):
            if not still_holds(outcome, self.unit, changes):
                del self._outcomes[block], self._judgements[block]

    def _drop_what_is_outdated(
        self, options: CheckOptions, selection: Selection, project: Project | None
    ) -> None:
        """Forget everything if another question is asked, or another file has changed."""
        question = (*options, repr(selection), self.unit.traits)
        others_changed = project is not None and any(
            project.stamp(path) != stamp for path, stamp in self._others.items()
        )
        if question != self._question or others_changed:
            self._question = question
            self._outcomes, self._judgements, self._others = {}, {}, {}

    def _keep(self, outcomes: tuple[Outcome, ...], options: CheckOptions, selection: Selection) -> None:
        """Judge what is new, and forget what isn't part of the file any more."""
        self._judgements = {
            outcome.block: self._judgements[outcome.block]
            for outcome in outcomes
            if outcome.block in self._judgements and self._outcomes.get(outcome.block) is outcome
        }
        self._outcomes = {outcome.block: outcome for outcome in outcomes}
        ops = frozenset[str]().union(*(outcome.registered_ops for outcome in outcomes))
        if ops != self._registered_ops:
            self._registered_ops, self._judgements = ops, {}
        unjudged = [outcome for outcome in outcomes if outcome.block not in self._judgements]
        if unjudged:
            context = Context(reader.load(options.coremltools), options.frontend, ops)
            judge = Judge(self.unit, context, selection)
            self._judgements |= {outcome.block: judge.judge(outcome) for outcome in unjudged}

    def _unused(
        self, suppressions: Suppressions, broken: list[tuple[Block, BrokenBlock]], selection: Selection
    ) -> Iterator[Finding]:
        """Suppressions of rules that were applied, in code that was read."""
        unit = self.unit
        unread = [block for block, _ in broken]
        # What no model of this file runs may, in a package, be silenced for those of another.
        if unit.file is not None and top_folder(folder := os.path.dirname(unit.file)) != folder:
            ran = frozenset[int]().union(*(outcome.ran for outcome in self._outcomes.values()))
            unread += [b for number, b in unit.blocks.items() if b.keyword == "def" and number not in ran]
        for unused in suppressions.unused():
            if not unused.whole_file and any(block.holds(unused.line) for block in unread):
                continue
            if unused.codes:
                applied = tuple(c for c in unused.codes if selection.keeps(c.upper()) or selection.keeps(c))
                if not applied:
                    continue
                unused = unused._replace(codes=applied)
            elif selection.select:
                continue
            said = unused_suppression.message(unused)
            yield finding_of(unused_suppression.RULE, unit.path, unused.range, said)._replace(
                fix=unused_suppression.remove(unused, unit.text)
            )


def _syntax_errors(unit: Unit, broken: list[tuple[Block, BrokenBlock]]) -> Iterator[Finding]:
    for block, why in broken:
        line = block.line + why.line - 1
        place = Range(Position(line, why.column), Position(line, why.column + 1))
        # More than the environment's usual warning: such a file can't even be imported.
        yield finding_of(syntax_error.RULE, unit.path, place, why.message)._replace(severity=Severity.ERROR)
