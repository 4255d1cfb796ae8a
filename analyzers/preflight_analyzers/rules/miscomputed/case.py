"""What an operator that converts to something else looks like: one entry of the table, with its own proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from preflight_analyzers.findings import Severity
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Arguments, Known, Tensor, Value

BOTH = ("trace", "export")


class Case(NamedTuple):
    """An operator, with arguments, that converts without a word and computes something else."""

    name: str
    #: Qualified names, as in ``ApiCall``.
    apis: tuple[str, ...]
    applies: Callable[[ApiCall], bool]
    #: What the converted model does, how large the effect is, and when it doesn't matter.
    happens: str
    way_out: str
    #: Expressions of ``x`` (and of ``self.layer``), the second with the way out; the proofs run both.
    bad: str
    good: str
    inputs: str = "torch.rand(4, 6) * 4 - 2"
    bad_layer: str = "None"
    good_layer: str = "None"
    frontends: tuple[str, ...] = BOTH
    #: Error where ordinary inputs come out different, info where only extreme ones do.
    severity: Severity = Severity.ERROR

    @property
    def summary(self) -> str:
        """A line of Markdown."""
        kind = "" if self.severity is Severity.ERROR else f" ({self.severity.value})"
        only = "" if self.frontends == BOTH else f", by {self.frontends[0]}"
        return f"**{self.name}**{only}{kind}: {self.happens}. Instead: {self.way_out}."


def everywhere(name: str) -> tuple[str, ...]:
    """A function of torch and the method of the same name; their arguments have the same positions."""
    return (f"torch.{name}", f"torch.Tensor.{name}")


def options(event: ApiCall) -> Arguments | None:
    """The arguments that say how: those a module was made with, or those of the call."""
    return event.arguments if event.module is None else event.module.arguments


def option(event: ApiCall, position: int, keyword: str) -> Value | None:
    """An argument of a function, by its position there; a module takes it one earlier."""
    given = options(event)
    return None if given is None else given.get(position - (event.module is not None), keyword)


def number(value: Value | None) -> float | None:
    """The value where it is a number known now."""
    known = value.value if isinstance(value, Known) else None
    return known if isinstance(known, int | float) and not isinstance(known, bool) else None


def is_true(value: Value | None) -> bool:
    return isinstance(value, Known) and value.value is True


def is_false(value: Value | None) -> bool:
    return isinstance(value, Known) and value.value is False


def subject(event: ApiCall) -> Tensor | None:
    """The first operand, where it is surely a tensor."""
    first = event.arguments.get(0, "input")
    return first if isinstance(first, Tensor) else None


def always(event: ApiCall) -> bool:
    return True
