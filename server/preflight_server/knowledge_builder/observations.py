"""What the linter sees in the programs that were run: the facts of each call, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from preflight_analyzers.knowledge.conditions import CallConditions
from preflight_analyzers.meaning.analysis import analyze
from preflight_analyzers.meaning.call_facts import Fact, facts_of
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.unit import Unit

from .rows import CONVERTS, CONVERTS_TARGET, NEWER_TARGET, Row
from .writing import TRACED

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


def observations_of(
    api: str, rows: Iterable[Row], known: CallConditions, blameless: frozenset[str]
) -> list[Observation]:
    """One observation a call of ``api`` in the rows' programs.

    A failure counts only if the call is the only one of its program that could be to blame: the others are of
    ``blameless`` APIs.
    """
    found: list[Observation] = []
    for row in rows:
        if row.source is None or row.sample.endswith(NEWER_TARGET):
            continue
        calls = calls_in(row.source)
        own = [call for call in calls if call.api == api]
        fails = row.outcome != CONVERTS
        if fails and (row.error or "").startswith(_TOO_MANY_AXES):
            continue  # what uses the result decides; another rule judges it
        if fails and (len(own) != 1 or any(c.api != api and c.api not in blameless for c in calls)):
            continue
        for call in own:
            found.append(
                Observation(
                    facts_of(call, known.signature, known.forward),
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
