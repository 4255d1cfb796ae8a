"""Methods of lists, tuples, sets and iterators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import calls, comparison, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import first
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Class,
    External,
    Function,
    Known,
    Mapped,
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
        if receiver.kind == "set":
            after = make_set(None if certain is None or given is None else [*certain, *given], element, None)
            _change(receiver, after.items, join_all(given) if given else element)
            return NONE
        wanted = [*certain, *given] if certain is not None and given is not None else None
        _change(receiver, wanted, join_all(given) if given else element)
        return NONE
    if name == "insert" and len(arguments.positional) == 2:
        place, inserted = arguments.positional
        grown: list[Value] | None = None
        if certain is not None and isinstance(place, Known) and isinstance(place.value, int):
            grown = [*certain]
            grown.insert(place.value, inserted)
        _change(receiver, grown, inserted)
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
    if name in ("remove", "discard"):
        _remove(receiver, certain, value)
        return NONE
    if name == "rotate":
        receiver.weaken()
        return NONE
    if name == "copy":
        return Sequence(receiver.kind, None if items is None else list(items), receiver.element, frame.branch)
    if name in ("index", "count"):
        comparison.tell_looked_for(frame, node.at, value, receiver)
        return _counted(name, items, value)
    if name == "numel":
        return Plain("int", source_of(receiver))
    if name in _SET_OPERATORS:
        return combine_sets(frame, node, receiver, _SET_OPERATORS[name], value)
    if name == "_replace" and receiver.fields and items is not None:
        named = zip(receiver.fields, items, strict=True)
        replaced = [arguments.keywords.get(field, item) for field, item in named]
        return Sequence("tuple", replaced, branch=frame.branch, fields=receiver.fields)
    if name == "_asdict" and receiver.fields and items is not None:
        return Mapped(dict(zip(receiver.fields, items, strict=True)), branch=frame.branch)
    if name == "__len__" and items is not None:
        return Known(len(items))
    return UNKNOWN


def make_set(items: list[Value] | None, element: Value, branch: object) -> Sequence:
    """A set of these: each once, where it can be told which are equal."""
    made = Sequence("set", [], branch=branch)
    if items is None:
        made.items, made.element = None, element
    else:
        for item in items:
            _add(made, made.items, item)
    return made


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
    if certain is not None and any(_equal(item, value) for item in certain):
        return
    told_apart = certain is not None and all(isinstance(item, _DISTINCT) for item in (*certain, value))
    _change(receiver, [*certain, value] if certain is not None and told_apart else None, value)


#: Of these it is known which are equal.
_DISTINCT = (Known, External, Class, Function)


def _equal(a: Value, b: Value) -> bool:
    return bool(a.value == b.value) if isinstance(a, Known) and isinstance(b, Known) else same(a, b)


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


def _remove(receiver: Sequence, certain: list[Value] | None, value: Value) -> None:
    if certain is not None and all(isinstance(item, _DISTINCT) for item in (*certain, value)):
        place = next((i for i, item in enumerate(certain) if _equal(item, value)), None)
        if place is not None:
            receiver.items = certain[:place] + certain[place + 1 :]
    else:
        receiver.weaken()


def compared(function: Callable[[Any, Any], Any], left: Sequence, right: Sequence) -> bool | None:
    """``[1, 2] == other``, where both are known to the last item."""
    try:
        return bool(function(_in_python(left), _in_python(right)))
    except (ValueError, TypeError):
        return None


def _in_python(value: Value) -> Any:
    if isinstance(value, Known):
        return value.value
    if isinstance(value, Sequence) and value.items is not None:
        items = [_in_python(item) for item in value.items]
        if value.kind in ("list", "tuple", "set"):
            return {"list": list, "tuple": tuple, "set": set}[value.kind](items)
    raise ValueError


_SET_OPERATORS = {"union": "|", "intersection": "&", "difference": "-"}


def combine_sets(frame: Frame, node: ir.Expr, left: Sequence, symbol: str, other: Value) -> Value:
    """``left | other``, ``left & other``, ``left - other``."""
    items, element = iterate(frame, node, other)
    both = None if left.items is None or items is None else [*left.items, *items]
    if symbol == "|":
        return make_set(both, join(left.element, element), frame.branch)
    if (
        symbol not in ("&", "-")
        or both is None
        or items is None
        or not all(isinstance(item, _DISTINCT) for item in both)
    ):
        return make_set(None, left.element, frame.branch)
    kept = [one for one in left.items or () if any(_equal(one, item) for item in items) == (symbol == "&")]
    return make_set(kept, UNKNOWN, frame.branch)


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
