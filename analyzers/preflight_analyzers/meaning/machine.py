"""What all frames of one analysis share: events, the budget, and results of calls already run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from preflight_analyzers.meaning.values import Value

if TYPE_CHECKING:
    from preflight_analyzers.meaning.events import Event, Site
    from preflight_analyzers.meaning.traced_runs import NotedTrace


class OutOfBudget(Exception):
    """The code is too large or too deep to follow further; what was found stands."""


class Gap:
    """A place where the meaning was lost: what runs there isn't known."""

    __slots__ = ("reason", "site")

    def __init__(self, site: Site, reason: str) -> None:
        self.site = site
        self.reason = reason


class CallResult:
    """A call already run: what it returned and what was seen in it."""

    __slots__ = ("arguments", "events", "gaps", "value")

    def __init__(self, value: Value, events: list[Event], gaps: list[Gap], arguments: object) -> None:
        self.value = value
        self.events = events
        self.gaps = gaps
        self.arguments = arguments  # kept alive: the key holds their identities


class Machine:
    #: Statements and expressions run for one entry point at most.
    STEPS = 120_000
    #: And for one file.
    ALL_STEPS = 600_000
    #: Calls within calls at most.
    DEPTH = 24

    def __init__(self, frontend: str = "trace") -> None:
        self.frontend = frontend
        self.events: list[Event] = []
        self.gaps: list[Gap] = []
        #: The traces that scripts make, and the number of the entry point being run.
        self.traces: list[NotedTrace] = []
        self.entry = 0
        self.results: dict[object, CallResult] = {}
        self.running: list[int] = []
        self.steps = 0
        self.all_steps = 0
        #: How many of the expressions being evaluated leave nothing in the graph.
        self.unused = 0
        self.unused_names: dict[int, frozenset[str]] = {}

    def emit(self, event: Event) -> None:
        self.events.append(event)

    @contextmanager
    def leaving_nothing(self) -> Iterator[None]:
        """While what is evaluated is only looked at by Python."""
        self.unused += 1
        try:
            yield
        finally:
            self.unused -= 1

    def gap(self, site: Site, reason: str) -> None:
        self.gaps.append(Gap(site, reason))

    def step(self) -> None:
        self.steps += 1
        if self.steps > self.STEPS or self.all_steps + self.steps > self.ALL_STEPS:
            raise OutOfBudget

    def start_entry(self) -> None:
        """Begin a new entry point with a fresh budget."""
        self.entry += 1
        self.all_steps += self.steps
        self.steps = self.unused = 0
        self.running = []
        self.events = []
        self.gaps = []
