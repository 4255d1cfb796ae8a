"""The state of one function being interpreted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from preflight_analyzers.meaning.events import Event, Site, Step
from preflight_analyzers.meaning.values import UNKNOWN, Class, Deferred, Tensor, Value, join_paths, named

if TYPE_CHECKING:
    from preflight_analyzers.meaning.loops import Exits
    from preflight_analyzers.meaning.machine import Machine
    from preflight_analyzers.meaning.scope import ModuleScope

#: What the code being run is for: a script's own statements, building a module, or running one.
SCRIPT, INIT, FORWARD = "script", "init", "forward"


class Frame:
    """Names and place of one running function; ``names`` is replaced when paths meet."""

    def __init__(
        self,
        machine: Machine,
        scope: ModuleScope,
        block: int,
        symbol: str,
        phase: str,
        *,
        names: dict[str, Value] | None = None,
        closure: Mapping[str, Value] | None = None,
        owner: Class | None = None,
        receiver: Value | None = None,
        chain: tuple[Step, ...] = (),
    ) -> None:
        self.machine = machine
        self.scope = scope
        self.block = block
        self.symbol = symbol
        self.phase = phase
        self.names: dict[str, Value] = names if names is not None else {}
        self.closure = closure
        self.owner = owner
        self.receiver = receiver
        self.chain = chain
        #: What the function got first: the object, where it is a method called some other way.
        self.first: Value | None = None
        self.returned: list[Value] = []
        self.yielded: list[Value] = []
        #: Which path is being run; objects made on another one change only maybe.
        self.branch: object = None
        #: Local names whose values leave nothing in the graph (see ``liveness.py``).
        self.unused: frozenset[str] = frozenset()
        #: Where the loops around the statement being run are left.
        self.loops: list[Exits] = []

    def site(self, at: int) -> Site:
        return Site(self.scope.unit, self.block, at, self.symbol, self.chain, self.branch is None)

    @property
    def follows_sizes(self) -> bool:
        """Whether sizes are tensors here, as they are for ``torch.jit.trace``."""
        return self.phase == FORWARD and self.machine.frontend == "trace"

    def emit(self, event: Event) -> None:
        self.machine.emit(event)

    def lookup(self, name: str) -> Value:
        value = self.names.get(name)
        if value is None and self.closure is not None:
            value = self.closure.get(name)
        if value is None:
            return self.scope.lookup(name)
        return value.force() if isinstance(value, Deferred) else value

    def enclosing(self) -> dict[str, Value]:
        """The names that a function defined here closes over."""
        if self.names is self.scope.names:
            return {}
        return {**(self.closure or {}), **self.names}

    def set_names(self, names: dict[str, Value]) -> None:
        """Go back to earlier names; a file's own namespace stays the same object."""
        if self.names is self.scope.names:
            self.names.clear()
            self.names.update(names)
        else:
            self.names = dict(names)

    def join_names(self, paths: list[dict[str, Value]]) -> None:
        """Go on from where several paths meet."""
        if not paths:
            return
        merged = dict(paths[0])
        for path in paths[1:]:
            for name, value in path.items():
                known = merged.get(name)
                if known is None:
                    merged[name] = value
                elif known is not value or isinstance(value, Deferred):
                    merged[name] = join_paths(known, value)
        for name, value in merged.items():
            if isinstance(value, Tensor):
                merged[name] = named(value)
        if self.names is self.scope.names:
            self.scope.names.update(merged)
        else:
            self.names = merged

    def unbind(self, name: str) -> None:
        self.names[name] = UNKNOWN
