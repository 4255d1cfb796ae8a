"""Methods of lists, tuples, sets and iterators."""

from __future__ import annotations

from preflight_analyzers.meaning import calls, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import first
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Known,
    Plain,
    Sequence,
    Value,
    join,
    join_all,
    same,
    source_of,
)

#: Longer lists are known by what their elements may be.
_LONGEST = 256


def sequence_method(
    frame: Frame, node: ir.Expr, receiver: Sequence, name: str, arguments: Arguments
) -> Value:
    value = first(arguments)
    if value is receiver:
        receiver.weaken(UNKNOWN)  # a list in itself
        return UNKNOWN
    items = receiver.items
    certain = items if items is not None and receiver.branch is frame.branch else None
    if name == "append":
        _change(receiver, None if certain is None else [*certain, value], value)
        return NONE
    if name == "add":
        _add(receiver, certain, value)
        return NONE
    if name in ("extend", "update"):
        given, element = iterate(frame, node, value)
        wanted = [*certain, *given] if certain is not None and given is not None else None
        _change(receiver, wanted, join_all(given) if given else element)
        return NONE
    if name == "insert" and len(arguments.positional) == 2:
        place, inserted = arguments.positional
        after: list[Value] | None = None
        if certain is not None and isinstance(place, Known) and isinstance(place.value, int):
            after = [*certain]
            after.insert(place.value, inserted)
        _change(receiver, after, inserted)
        return NONE
    if name in ("pop", "popleft"):
        return _pop(receiver, certain, name, arguments)
    if name == "clear":
        _change(receiver, [] if certain is not None else None, receiver.element)
        return NONE
    if name == "reverse":
        _change(receiver, None if certain is None else certain[::-1], receiver.element)
        return NONE
    if name == "sort":
        _change(receiver, None if certain is None else ordered(frame, node, certain, arguments))
        return NONE
    if name in ("remove", "discard", "rotate"):
        receiver.weaken()
        return NONE
    if name == "copy":
        return Sequence(receiver.kind, None if items is None else list(items), receiver.element, frame.branch)
    if name in ("index", "count"):
        return _counted(name, items, value)
    if name == "numel":
        return Plain("int", source_of(receiver))
    if name in ("union", "intersection", "difference"):
        return Sequence("set", None, join(receiver.element, UNKNOWN), frame.branch)
    if name == "__len__" and items is not None:
        return Known(len(items))
    return UNKNOWN


def _change(receiver: Sequence, items: list[Value] | None, element: Value | None = None) -> None:
    """Give a list other items; where they aren't known, ``element`` is among what they may be."""
    if items is not None and len(items) <= _LONGEST:
        grown = receiver.items is not None and len(items) == len(receiver.items) + 1
        if grown and receiver.items and element is not None:
            receiver.element = join(receiver.element, element)  # joining all again takes too long
        else:
            receiver.element = join_all(items)
        receiver.items = items
        return
    was_empty = receiver.items == []
    receiver.items = None
    if element is not None:
        receiver.element = element if was_empty else join(receiver.element, element)


def _add(receiver: Sequence, certain: list[Value] | None, value: Value) -> None:
    if certain is not None and any(same(item, value) for item in certain):
        return
    known = certain is not None and all(isinstance(item, Known) for item in (*certain, value))
    _change(receiver, [*certain, value] if certain is not None and known else None, value)


def _pop(receiver: Sequence, certain: list[Value] | None, name: str, arguments: Arguments) -> Value:
    place: object = -1 if name == "pop" else 0
    if arguments.positional:
        given = arguments.positional[0]
        place = given.value if isinstance(given, Known) else None
    element = receiver.element
    if certain and isinstance(place, int) and -len(certain) <= place < len(certain):
        rest = list(certain)
        element = rest.pop(place)
        receiver.items = rest
        return element
    receiver.weaken()
    return element


def _counted(name: str, items: list[Value] | None, value: Value) -> Value:
    if items is not None and isinstance(value, Known) and all(isinstance(item, Known) for item in items):
        found = [item.value for item in items if isinstance(item, Known)]
        if name == "count":
            return Known(found.count(value.value))
        if value.value in found:
            return Known(found.index(value.value))
    return Plain("int")


def ordered(frame: Frame, node: ir.Expr, items: list[Value], arguments: Arguments) -> list[Value] | None:
    """The items sorted; None where their order isn't known."""
    key, backwards = arguments.keywords.get("key"), arguments.keywords.get("reverse", Known(False))
    if not isinstance(backwards, Known):
        return None
    keys = items
    if key is not None and not (isinstance(key, Known) and key.value is None):
        keys = [calls.call(frame, node, key, Arguments([item])) for item in items]
    if not all(isinstance(one, Known) for one in keys):
        return None
    by_key = [(one.value, item) for one, item in zip(keys, items, strict=True) if isinstance(one, Known)]
    try:
        by_key.sort(key=lambda pair: pair[0], reverse=bool(backwards.value))  # type: ignore[arg-type,return-value]
    except TypeError:
        return None
    return [item for _, item in by_key]
