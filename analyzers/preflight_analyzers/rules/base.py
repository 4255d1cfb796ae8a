"""What a rule is: its claim, its proof and its check, together in one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from preflight_analyzers.findings import Consequence, Fix, Severity
from preflight_analyzers.meaning import ir

if TYPE_CHECKING:
    from preflight_analyzers.knowledge.reader import Knowledge


class Context(NamedTuple):
    """What a check may ask besides the event itself."""

    knowledge: Knowledge
    frontend: str
    #: Operators that the code being read registers converters for.
    registered_ops: frozenset[str] = frozenset()


class Problem(NamedTuple):
    """What a check found, at a node of the event's block."""

    at: int
    message: str
    help: str | None = None
    api: str | None = None
    op: str | None = None
    #: Makes the fix; called only for what is reported.
    fix: Callable[[], Fix | None] | None = None
    severity: Severity | None = None
    consequence: Consequence | None = None


class Rule(NamedTuple):
    code: str
    name: str
    consequence: Consequence
    #: One line: what the code does wrong.
    summary: str
    #: Markdown: what happens, why, and the way out.
    explanation: str
    #: Complete programs. In the bad one, each line that is found ends with ``# CODE``.
    bad: str
    good: str
    #: The kinds of events it judges; None for a rule that the front door applies itself.
    event: type[Any] | tuple[type[Any], ...] | None = None
    check: Callable[[Any, Context], Iterable[Problem]] | None = None
    #: Of calls: whether it may find something in one of this API, asked once for each. None: in any.
    judges: Callable[[str, Context], bool] | None = None
    opt_in: bool = False
    fixable: bool = False

    @property
    def events(self) -> tuple[type[Any], ...]:
        if self.event is None:
            return ()
        return self.event if isinstance(self.event, tuple) else (self.event,)


def written_here(node: ir.Expr) -> bool:
    """Whether an argument says its value itself, so that every run of the call passes the same."""
    if isinstance(node, ir.Attribute):
        return isinstance(node.object, ir.Name) or written_here(node.object)
    return isinstance(node, ir.Const)
