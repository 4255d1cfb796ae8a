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
    Plain,
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
        given = Sequence("list", [Known(name) for name in given.value.replace(",", " ").split()])
    names = given.items if isinstance(given, Sequence) else None
    if names is None or not all(isinstance(name, Known) for name in names):
        return UNKNOWN
    defaults = arguments.keywords.get("defaults", Sequence("tuple", []))
    return Partial(_MAKE, Arguments([Sequence("tuple", names), defaults]))


_MAKE = External("collections.namedtuple.make")


def _make(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """Call a class that ``namedtuple`` made: its fields and their defaults come first."""
    names, given, *values = arguments.positional
    assert isinstance(names, Sequence)
    fields = tuple(str(name.value) for name in names.items or () if isinstance(name, Known))
    last, _ = iterate(frame, node, given)
    if last is None:
        last = [UNKNOWN] * len(fields)
    defaults: list[Value | None] = [*[None] * (len(fields) - len(last)), *last]
    return classes.named_tuple(fields, defaults, Arguments(values, arguments.keywords, arguments.complete))


def _counter(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Mapped(None, Plain("int"), frame.branch)


FUNCTIONS: dict[str, Run] = {
    "collections.OrderedDict": dict_methods.make_dict,
    "typing.OrderedDict": dict_methods.make_dict,
    "collections.defaultdict": _default_dict,
    "collections.Counter": _counter,
    "collections.deque": _deque,
    "collections.namedtuple": _named_tuple,
    _MAKE.name: _make,
}
