"""What all frames of one analysis share: events, the budget, and results of calls already run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preflight_analyzers.meaning.blueprints import Blueprints
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.meaning.values import Value
from preflight_analyzers.source.modules import Module

if TYPE_CHECKING:
    from preflight_analyzers.meaning.events import Event, Site
    from preflight_analyzers.meaning.left_behind import Change
    from preflight_analyzers.meaning.scope import ModuleScope
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

    __slots__ = ("arguments", "events", "gaps", "steps", "value")

    def __init__(
        self, value: Value, events: list[Event], gaps: list[Gap], arguments: object, steps: int
    ) -> None:
        self.value = value
        self.events = events
        self.gaps = gaps
        self.arguments = arguments  # kept alive: the key holds their identities
        self.steps = steps


class Needs:
    """What of the analysed file an entry point looked at: the blocks that ran, and names, found or not."""

    def __init__(self) -> None:
        self.blocks: set[int] = set()
        self.names: set[str] = set()
        #: Of classes: the class's block and the name.
        self.members: set[tuple[int, str]] = set()


class Machine:
    """Runs one entry point, or several that share what they leave behind."""

    #: Statements and expressions run for one entry point at most.
    STEPS = 50_000
    #: And to build a module first. More, for most of it is copied: equal parts count as if each was run.
    STEPS_TO_BUILD = 150_000
    #: Calls within calls at most.
    DEPTH = 24

    def __init__(self, home: Unit, frontend: str = "trace", project: Project | None = None) -> None:
        #: The file that is analysed.
        self.home = home
        self.needs = Needs()
        self.frontend = frontend
        self.project = project or Project()
        #: The namespaces of the files read, by their paths.
        self._scopes: dict[str, ModuleScope | None] = {}
        self.scope = self._scope(home)
        if home.file is not None:
            self._scopes[home.file] = self.scope
        self.events: list[Event] = []
        self.gaps: list[Gap] = []
        #: The traces that scripts make, and the number of the entry point being run.
        self.traces: list[NotedTrace] = []
        self.entry = 0
        #: What the model that runs has changed, by the object and the attribute.
        self.left_behind: dict[tuple[int, str], Change] = {}
        #: Counts the attributes of objects that were set.
        self.changes = 0
        self.results: dict[object, CallResult] = {}
        self.blueprints = Blueprints()
        self.running: list[int] = []
        #: The definitions that ``torch.jit.script`` compiles.
        self.scripted: set[int] = set()
        self.steps = 0
        self.most_steps = self.STEPS
        self.all_steps = 0
        #: How many of the expressions being evaluated leave nothing in the graph.
        self.unused = 0
        #: The blocks of functions of the analysed file that ran.
        self.ran: set[int] = set()

    def scope_of(self, module: Module) -> ModuleScope | None:
        """The namespace of a module's file; None where it has none that can be read."""
        if module.path is None:
            return None
        if module.path not in self._scopes:
            unit = self.project.unit(module.path)
            self._scopes[module.path] = self._scope(unit) if unit is not None else None
        return self._scopes[module.path]

    def _scope(self, unit: Unit) -> ModuleScope:
        from preflight_analyzers.meaning.scope import ModuleScope

        return ModuleScope(self, unit)

    def registered_ops(self) -> frozenset[str]:
        """Operators that the files read so far register converters for."""
        scopes = (scope for scope in (self.scope, *self._scopes.values()) if scope is not None)
        return frozenset[str]().union(*(scope.unit.registered_ops for scope in scopes))

    def emit(self, event: Event) -> None:
        self.events.append(event)

    @property
    def in_script(self) -> bool:
        """Whether what runs is part of a function that ``torch.jit.script`` compiles."""
        return not self.scripted.isdisjoint(self.running)

    def gap(self, site: Site, reason: str) -> None:
        self.gaps.append(Gap(site, reason))

    def step(self) -> None:
        self.spend(1)

    def spend(self, steps: int) -> None:
        """Count steps; what is remembered counts as much as it took, so that the same code ends alike."""
        self.steps += steps
        if self.steps > self.most_steps:
            raise OutOfBudget

    def start_entry(self, most_steps: int | None = None) -> None:
        """Begin a new entry point with a fresh budget."""
        self.entry += 1
        self.most_steps = most_steps or self.STEPS
        self.all_steps += self.steps
        self.steps = self.unused = 0
        self.running = []
        self.events = []
        self.gaps = []
        self.left_behind = {}
