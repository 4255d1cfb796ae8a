"""``collections``: dicts, lists and named tuples by other names."""

from __future__ import annotations

from preflight_analyzers.meaning import classes, dict_methods, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import Run
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    External,
    Known,
    Mapped,
    Partial,
    Sequence,
    Value,
)


def _default_dict(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    # A key that is asked for comes to be: which there are isn't followed.
    return Mapped(None, UNKNOWN, frame.branch)


def _deque(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if not arguments.positional:
        return Sequence("list", [], branch=frame.branch)
    items, element = iterate(frame, node, arguments.positional[0])
    return Sequence("list", items if "maxlen" not in arguments.keywords else None, element, frame.branch)


def _named_tuple(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    given = arguments.get(1, "field_names") or UNKNOWN
    if isinstance(given, Known) and isinstance(given.value, str):
        return Partial(_MAKE, Arguments([Known(tuple(given.value.replace(",", " ").split()))]))
    items = given.items if isinstance(given, Sequence) else None
    if items is None or not all(isinstance(item, Known) for item in items) or arguments.keywords:
        return UNKNOWN
    return Partial(_MAKE, Arguments([Known(tuple(str(i.value) for i in items if isinstance(i, Known)))]))


_MAKE = External("collections.namedtuple.make")


def _make(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """Call a class that ``namedtuple`` made: its fields come first."""
    fields, *values = arguments.positional
    assert isinstance(fields, Known)
    assert isinstance(fields.value, tuple)
    given = Arguments(values, arguments.keywords, arguments.complete)
    return classes.named_tuple(fields.value, [None] * len(fields.value), given)


FUNCTIONS: dict[str, Run] = {
    "collections.OrderedDict": dict_methods.make_dict,
    "typing.OrderedDict": dict_methods.make_dict,
    "collections.defaultdict": _default_dict,
    "collections.deque": _deque,
    "collections.namedtuple": _named_tuple,
    _MAKE.name: _make,
}
