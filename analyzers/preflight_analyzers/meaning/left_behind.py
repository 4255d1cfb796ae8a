"""What one call of a model leaves in its attributes for the next one: a hidden state, a count, a longer list.

While a model runs, each attribute that it sets or changes in place is noted. What it depends on isn't asked
then; the model is run once more with one of them marked as varying (``Source.VARYING``), as the call before
would have left it. Where the mark reaches what the model returns, or decides something, the next call depends
on it. An attribute that is set before it is read, or that nobody reads, never shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from preflight_analyzers.meaning import ir, module_methods
from preflight_analyzers.meaning.events import ApiCall, Branch, Event, LeftBehind, Site
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.machine import Machine, OutOfBudget
from preflight_analyzers.meaning.uses import Origin, Uses, mark_used
from preflight_analyzers.meaning.values import (
    NONE,
    Instance,
    Known,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    holds_varying,
    is_varying,
    kind_of,
    options,
    same,
    source_of,
)

#: More attributes of one model are not looked at.
_MOST = 6
#: Under this name the mark of a tensor stands for the call that left it.
_BEFORE = "the call before"
#: Methods that leave nothing of what a tensor was.
OVERWRITING = frozenset(
    "copy_ fill_ zero_ normal_ uniform_ random_ bernoulli_ exponential_ set_ resize_".split()
)


class Change(NamedTuple):
    """An attribute of an object that a running model changed."""

    owner: Instance
    name: str
    #: What it was before the model ran; None where there was nothing of its own.
    before: Value | None
    #: What it was given last, and where.
    value: Value
    site: Site


def note(frame: Frame, target: ir.Expr, owner: Value, value: Value) -> None:
    """Note that ``target``, an attribute of ``owner``, is about to be given ``value``."""
    if frame.phase != FORWARD or not isinstance(owner, Instance) or not isinstance(target, ir.Attribute):
        return
    noted = frame.machine.left_behind
    key = (id(owner), target.name)
    before = noted[key].before if key in noted else _kept(owner.attributes.get(target.name))
    noted[key] = Change(owner, target.name, before, value, frame.site(target.at))


def note_growth(frame: Frame, node: ir.Expr, grown: Sequence) -> None:
    """Note that a method of ``self.attribute`` is about to let a list grow."""
    if isinstance(node, ir.Call) and isinstance(node.function, ir.Attribute):
        target = node.function.object
        if isinstance(target, ir.Attribute) and isinstance(target.object, ir.Name):
            note(frame, target, frame.lookup(target.object.id), grown)


def overwritten(tensor: Tensor) -> Tensor:
    """A tensor that is about to get other values: nothing is left of those of the call before."""
    marked = tensor.origin is not None and tensor.origin.uses.api == _BEFORE
    return tensor.coming_from(None) if marked else tensor


def _kept(value: Value | None) -> Value | None:
    """A value as it is now, whatever happens to it."""
    if isinstance(value, Sequence):
        items = None if value.items is None else list(value.items)
        return Sequence(value.kind, items, value.element, value.branch, value.fields)
    return value


def told(frame: Frame, model: Instance, run: Callable[[], Value]) -> Iterator[LeftBehind]:
    """After ``run`` of a model: of what it changed, that on which its next call depends."""
    machine = frame.machine
    noted = machine.left_behind
    if not noted:
        return
    inside = {id(one) for one in module_methods.tree_of(frame, model)}
    found = [change for change in noted.values() if id(change.owner) in inside]
    marks = [(change, uses, _mark(change, uses)) for change in found for uses in [Uses(_BEFORE, ())]]
    places = set(_decided(machine.events))
    for change, uses, mark in [one for one in marks if one[2] is not None][:_MOST]:
        assert mark is not None
        for one in noted.values():
            _restore(one)
        change.owner.attributes[change.name] = mark
        machine.changes += 1
        machine.start_entry()
        with suppress(OutOfBudget, RecursionError):
            mark_used(run())
            if uses.reached or (isinstance(mark, Plain) and _counts(machine, change, places)):
                buffer = isinstance(change.before, Tensor) and change.before.source is Source.STATE
                yield LeftBehind(change.site, change.name, buffer, _in_place(change.value))


def decided_next(frame: Frame, run: Callable[[], Value]) -> list[Branch]:
    """After ``run`` of a model: where its next call decides, which finds filled what was None before.

    The call before wasn't traced, most likely: the sizes that it left are numbers.
    """
    machine = frame.machine
    noted, events = machine.left_behind, machine.events
    found: list[Branch] = []
    if any(change.before is None or same(change.before, NONE) for change in noted.values()):
        left = [(change.owner.attributes, dict(change.owner.attributes)) for change in noted.values()]
        for change in noted.values():
            change.owner.attributes[change.name] = _untraced(change.value)
        machine.changes += 1
        machine.start_entry()
        with suppress(OutOfBudget, RecursionError):
            run()
        found = [event for event in machine.events if isinstance(event, Branch)]
        for attributes, as_they_were in left:
            attributes.update(as_they_were)
    machine.left_behind, machine.events = noted, events
    return found


def _untraced(value: Value) -> Value:
    if isinstance(value, Tensor):
        return Tensor(min(value.source, Source.STATE), value.dtype, value.shape)
    if isinstance(value, Plain):
        return Plain(value.kind, min(value.source, Source.STATE), value.value)
    if isinstance(value, Sequence):
        items = None if value.items is None else [_untraced(one) for one in value.items]
        return Sequence(value.kind, items, _untraced(value.element), value.branch, value.fields)
    return value


def _restore(change: Change) -> None:
    if change.before is None:
        change.owner.attributes.pop(change.name, None)
    else:
        change.owner.attributes[change.name] = _kept(change.before) or change.before


def _mark(change: Change, uses: Uses) -> Value | None:
    """What the call before may have left, where that can be another thing each time."""
    now = change.owner.attributes.get(change.name)
    left = change.value if _in_place(change.value) or now is None else now
    origin = Origin(uses, 0)
    for option in options(left):
        if isinstance(option, Tensor) and (option.source is Source.INPUT or _in_place(option)):
            return Tensor(Source.VARYING, option.dtype, option.shape, origin=origin)
    if isinstance(left, Sequence):
        element = left.element
        if isinstance(element, Tensor) and element.source is Source.INPUT and _is_longer(left, change.before):
            return Sequence("list", [Tensor(Source.VARYING, element.dtype, element.shape, origin=origin)])
        return None
    if _is_number(change.before) and _is_number(left) and not same(left, change.before or left):
        assert isinstance(left, Known | Plain)
        return Plain(kind_of(left), Source.VARYING)
    return None


def _in_place(value: Value) -> bool:
    """Whether this is what an operation in place gave."""
    if not isinstance(value, Tensor) or value.origin is None:
        return False
    name = value.origin.uses.api.rpartition(".")[2]
    return name.startswith("__i") or name == "__setitem__" or (name.endswith("_") and name[:2] != "__")


def _is_longer(now: Sequence, before: Value | None) -> bool:
    old = before.items if isinstance(before, Sequence) else None
    return now.kind == "list" and not (
        old is not None and now.items is not None and len(old) == len(now.items)
    )


def _is_number(value: Value | None) -> bool:
    return isinstance(value, Known | Plain) and kind_of(value) in ("int", "float")


def _counts(machine: Machine, change: Change, places: set[object]) -> bool:
    """Whether a number goes on from what it was, and matters; one that is set to the same again doesn't."""
    left = change.owner.attributes.get(change.name)
    goes_on = left is not None and source_of(left) is Source.VARYING
    return goes_on and any(place not in places for place in _decided(machine.events))


def _decided(events: Iterable[Event]) -> Iterator[object]:
    """The places at which something that varies stays in the graph, or decides."""
    for event in events:
        if isinstance(event, ApiCall):
            stays = bool(event.uses.results) and any(map(holds_varying, event.arguments.values()))
        else:
            stays = isinstance(event, Branch) and event.decides and is_varying(event.value)
        if stays:
            yield event.site[:3]
