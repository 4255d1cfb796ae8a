"""What the linter sees in the programs that were run: the facts of each call, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from preflight_analyzers.knowledge.conditions import CallConditions
from preflight_analyzers.meaning.analysis import analyze
from preflight_analyzers.meaning.call_facts import CallFacts, Fact
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.unit import Unit

from .rows import CONVERTS, CONVERTS_TARGET, NEWER_TARGET, Row
from .spelling import TRACED

_TOO_MANY_AXES = "ValueError: Core ML only supports tensors with rank <= 5"


class Observation(NamedTuple):
    """A call of one API in a program that was run."""

    facts: dict[str, Fact]
    fails: bool
    sample: str
    missing: tuple[str, ...] = ()
    error: str | None = None
    error_kind: str | None = None
    newer_target: bool = False


class Emitted(NamedTuple):
    """What is known of the APIs that stand in one program."""

    #: Those that never fail.
    blameless: frozenset[str]
    #: The op kinds of the others.
    kinds: Mapping[str, frozenset[str]]

    def blame(self, api: str, others: Iterable[str], row: Row) -> bool:
        """Whether the failure is surely ``api``'s: no other could fail, or not over this kind of op."""
        suspects = [other for other in others if other != api and other not in self.blameless]
        culprits = {*row.missing, *([row.error_kind] if row.error_kind and not row.missing else ())}
        own = self.kinds.get(api, frozenset())
        theirs = {kind for other in suspects for kind in self.kinds.get(other, ())}
        return not suspects or (bool(culprits) and culprits <= own and not culprits & theirs)


def observations_of(
    api: str, rows: Iterable[Row], known: CallConditions, emitted: Emitted
) -> list[Observation]:
    """One observation a call of ``api`` in the rows' programs; of a failing one only where it is to blame."""
    found: list[Observation] = []
    for row in rows:
        if row.source is None or row.sample.endswith(NEWER_TARGET):
            continue
        calls = calls_in(row.source)
        own = [call for call in calls if call.api == api]
        fails = row.outcome != CONVERTS
        if fails and (row.error or "").startswith(_TOO_MANY_AXES):
            continue  # what uses the result decides; another rule judges it
        if fails and (len(own) != 1 or not emitted.blame(api, (call.api for call in calls), row)):
            continue
        for call in own:
            found.append(
                Observation(
                    dict(CallFacts(call, known.signature, known.forward)),
                    fails,
                    row.sample,
                    row.missing,
                    row.error,
                    row.error_kind,
                    row.outcome == CONVERTS_TARGET,
                )
            )
    return found


def calls_in(source: str) -> list[ApiCall]:
    """The calls of torch that the running module makes, each place once."""
    events = analyze(Unit(source + TRACED, "sample.py")).events
    # What the traced module did comes first, and knows its inputs.
    places = {
        (event.site.block, event.node.at, event.api): event
        for event in reversed(events)
        if isinstance(event, ApiCall)
    }
    return list(places.values())
