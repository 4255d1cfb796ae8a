"""Loops: unrolled where their length is known, else run until another round changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from preflight_analyzers.meaning import assignment, attributes, expressions, ir, statements
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.narrowing import narrow
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Assumed,
    Choice,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Method,
    Partial,
    Plain,
    Sequence,
    Tensor,
    Value,
)

#: Rounds of a loop of unknown length; what still changes in the last one isn't known.
_MOST_ROUNDS = 4
#: Rounds of a ``while`` whose test is known each time.
_UNROLLED = 32


class Exits(NamedTuple):
    """The names at each ``break`` and ``continue`` of the loop being run."""

    breaks: list[dict[str, Value]]
    continues: list[dict[str, Value]]


def run_for(frame: Frame, node: ir.For) -> bool:
    iterable = expressions.evaluate(frame, node.iterable)
    items, element = iterate(frame, node.iterable, iterable)
    if isinstance(iterable, Sequence) and iterable.kind == "set" and len(items or ()) > 1:
        items = None  # which comes first isn't known
    exits = Exits([], [])
    frame.loops.append(exits)
    goes_on = True
    if items is None:
        begun = _holds_module(element)  # a list of modules is there to be gone over
        _repeat(frame, exits, node.body, lambda: assignment.assign(frame, node.target, element), begun)
    else:
        for item in items:
            assignment.assign(frame, node.target, item)
            goes_on = _round(frame, exits, node.body)
            if not goes_on:
                break
    frame.loops.pop()
    return _leave(frame, exits, node.orelse, goes_on)


def run_while(frame: Frame, node: ir.While) -> bool:
    exits = Exits([], [])
    frame.loops.append(exits)
    goes_on = True
    truth = decide(expressions.evaluate_test(frame, node.test, "while"))
    rounds = 0
    while truth is True and goes_on and not exits.breaks and rounds < _UNROLLED:
        before = _summary(frame)
        goes_on = _round(frame, exits, node.body)
        if goes_on:
            truth = decide(expressions.evaluate_test(frame, node.test, "while"))
        rounds += 1
        if _summary(frame) == before:
            break
    if goes_on and truth is not False:

        def test() -> None:
            nonlocal truth
            truth = decide(expressions.evaluate_test(frame, node.test, "while"))
            narrow(frame, node.test, True)

        _repeat(frame, exits, node.body, test)
        goes_on = truth is not True  # ``while True`` is left by a break only
    frame.loops.pop()
    if goes_on:
        narrow(frame, node.test, False)
    return _leave(frame, exits, node.orelse, goes_on)


def jump(frame: Frame, node: ir.Jump) -> bool:
    if frame.loops:
        exits = frame.loops[-1]
        (exits.breaks if node.kind == "break" else exits.continues).append(dict(frame.names))
    return False


def _leave(frame: Frame, exits: Exits, orelse: ir.Body, goes_on: bool) -> bool:
    """Go on after the loop: from where it ended, and from each ``break``."""
    ends = [dict(frame.names)] if goes_on and statements.run(frame, orelse) else []
    ends += exits.breaks
    if ends and exits.breaks:
        frame.set_names(ends[0])
        frame.join_names(ends)
    return bool(ends)


def _round(frame: Frame, exits: Exits, body: ir.Body) -> bool:
    """Run the body once; whether any path goes on to the next round."""
    ends = [dict(frame.names)] if statements.run(frame, body) else []
    ends += exits.continues
    if exits.continues:
        exits.continues.clear()
        frame.set_names(ends[0])
        frame.join_names(ends)
    return bool(ends)


def _holds_module(value: Value) -> bool:
    """Whether it is a module, or a tuple or list with one in it: of ``zip()``, or of lists of layers."""
    if isinstance(value, Sequence) and value.items is not None:
        return any(_holds_module(item) for item in value.items)
    if isinstance(value, Choice):
        return all(_holds_module(option) for option in value.options)
    if isinstance(value, Assumed):
        value = value.value
    return isinstance(value, Instance) and attributes.is_module(value.cls)


def _repeat(
    frame: Frame, exits: Exits, body: ir.Body, before_round: Callable[[], None], begun: bool = False
) -> None:
    """Run the body as often as it may be run: not at all (unless it surely is ``begun``), once, and again."""
    outer = frame.branch
    for number in range(_MOST_ROUNDS):
        before, start = _summary(frame), dict(frame.names)
        surely = begun and number == 0
        frame.branch = outer if surely else object()
        before_round()
        goes_on = _round(frame, exits, body)
        if not (surely and goes_on):
            frame.join_names([start, dict(frame.names)] if goes_on else [start])
        after = _summary(frame)
        if after == before:
            break
    else:
        for name, what in after.items():
            if before.get(name) != what:
                frame.names[name] = UNKNOWN
    frame.branch = outer


def _summary(frame: Frame) -> dict[str, object]:
    return {name: _summary_of(value, 4) for name, value in frame.names.items()}


def _summary_of(value: Value, depth: int) -> object:
    """Equal as long as nothing more is learned of what a name may be."""
    kind = type(value).__name__
    if isinstance(value, Tensor):
        return (kind, value.source, value.dtype, value.shape)
    if isinstance(value, Known):
        return (kind, repr(value.value))
    if isinstance(value, Plain):
        return (kind, value.kind, value.source, repr(value.value))
    if isinstance(value, External):
        return (kind, value.name)
    if isinstance(value, Function):
        return (kind, id(value.definition), id(value.receiver))
    if isinstance(value, Instance):
        return (kind, value.class_name)
    if depth == 0:
        return kind
    if isinstance(value, Sequence):
        items = [value.element] if value.items is None else value.items
        return (kind, value.items is None, *(_summary_of(item, depth - 1) for item in items))
    if isinstance(value, Mapped):
        held = [value.element] if value.items is None else value.items.values()
        return (kind, value.items is None, *(_summary_of(item, depth - 1) for item in held))
    if isinstance(value, Choice):
        return (kind, frozenset(_summary_of(option, depth - 1) for option in value.options))
    if isinstance(value, Method):
        return (kind, value.name, _summary_of(value.receiver, depth - 1))
    if isinstance(value, Partial):
        parts = (value.function, *value.arguments.values())
        return (kind, *(_summary_of(part, depth - 1) for part in parts))
    return (kind, id(value))
