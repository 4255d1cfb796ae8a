"""Dicts: making them, and their methods."""

from __future__ import annotations

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import first
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Known,
    Mapped,
    Sequence,
    Value,
    join,
)


def make_dict(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """``dict(...)``, ``OrderedDict(...)``."""
    made = Mapped({}, branch=frame.branch)
    _merge(frame, node, made, arguments, certain=True)
    return made


def merged(frame: Frame, left: Mapped, right: Mapped) -> Mapped:
    """``left | right``."""
    made = Mapped(None if left.items is None else dict(left.items), left.element, frame.branch)
    _take(made, right, certain=True)
    return made


def dict_method(frame: Frame, node: ir.Expr, receiver: Mapped, name: str, arguments: Arguments) -> Value:
    items = receiver.items
    certain = receiver.branch is frame.branch
    if name in ("get", "pop", "setdefault", "__getitem__"):
        return _looked_up(receiver, certain, name, arguments)
    if name == "items":
        if items is not None:
            return Sequence("list", [Sequence("tuple", [Known(k), v]) for k, v in items.items()])
        return Sequence("list", None, Sequence("tuple", [UNKNOWN, receiver.element]))
    if name == "values":
        return Sequence("list", list(items.values()) if items is not None else None, receiver.element)
    if name == "keys":
        return Sequence("list", [Known(k) for k in items] if items is not None else None)
    if name == "update":
        _merge(frame, node, receiver, arguments, certain)
        return NONE
    if name == "copy":
        return Mapped(dict(items) if items is not None else None, receiver.element, frame.branch)
    if name == "clear" and certain:
        receiver.items = {}
        return NONE
    if name == "popitem":
        receiver.weaken()
        return Sequence("tuple", [UNKNOWN, receiver.element])
    return UNKNOWN


def _looked_up(receiver: Mapped, certain: bool, name: str, arguments: Arguments) -> Value:
    key, items = first(arguments), receiver.items
    default = arguments.get(1, "default") or NONE
    if items is None or not isinstance(key, Known) or not isinstance(key.value, int | str | float | tuple):
        if name == "setdefault":
            receiver.weaken(default)
        elif name == "pop":
            receiver.weaken()
        return join(receiver.element, default)
    found = items.get(key.value)
    if found is None:
        if name == "setdefault":
            store(receiver, key, default, certain)
        return default
    if name == "pop":
        if certain:
            receiver.items = {k: v for k, v in items.items() if k != key.value}
        else:
            receiver.weaken()
    return found


def store(receiver: Mapped, key: Value, value: Value, certain: bool) -> None:
    """``receiver[key] = value``; ``certain``: on every path from where it was made."""
    if receiver.items is None or not isinstance(key, Known) or not certain:
        was_empty = receiver.items == {}
        receiver.items = None
        receiver.element = value if was_empty else join(receiver.element, value)
        return
    try:
        receiver.items[key.value] = value
    except TypeError:
        receiver.weaken(value)
        return
    receiver.element = join(receiver.element, value) if len(receiver.items) > 1 else value


def _take(receiver: Mapped, other: Mapped, certain: bool) -> None:
    if other.items is None:
        store(receiver, UNKNOWN, other.element, certain)
    else:
        for key, value in other.items.items():
            store(receiver, Known(key), value, certain)


def _merge(frame: Frame, node: ir.Expr, receiver: Mapped, arguments: Arguments, certain: bool) -> None:
    """What ``update`` and ``dict`` do with their arguments."""
    if arguments.positional:
        given = arguments.positional[0]
        if isinstance(given, Mapped):
            _take(receiver, given, certain)
        else:
            pairs, element = iterate(frame, node, given)
            for pair in pairs if pairs is not None else [element]:
                inside = pair.items if isinstance(pair, Sequence) else None
                key, value = inside if inside is not None and len(inside) == 2 else (UNKNOWN, UNKNOWN)
                store(receiver, key if pairs is not None else UNKNOWN, value, certain)
    for name, value in arguments.keywords.items():
        store(receiver, Known(name), value, certain)
    if not arguments.complete:
        receiver.weaken(UNKNOWN)


def from_keys(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """``dict.fromkeys(...)``."""
    keys, _ = iterate(frame, node, first(arguments))
    value = arguments.get(1, "value") or NONE
    if keys is None or not all(isinstance(key, Known) for key in keys):
        return Mapped(None, value, frame.branch)
    return Mapped({key.value: value for key in keys if isinstance(key, Known)}, branch=frame.branch)
