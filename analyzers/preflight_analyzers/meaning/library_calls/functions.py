"""``functools`` and ``operator``: functions made of functions, and of names."""

from __future__ import annotations

from preflight_analyzers.meaning import attributes, calls, ir, subscripts
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.values import UNKNOWN, Arguments, External, Known, Partial, Value


def _partial(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if not arguments.positional:
        return UNKNOWN
    rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.complete)
    return Partial(arguments.positional[0], rest)


def _wraps(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """A decorator that leaves the function what it is."""
    return External("functools.wraps.apply")


def _reduce(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    function, over, *start = arguments.positional
    items, _ = iterate(frame, node, over)
    if items is None or not (items or start):
        return UNKNOWN
    values = [*start, *items]
    value = values[0]
    for item in values[1:]:
        value = calls.call(frame, node, function, Arguments([value, item]))
    return value


def _itself(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return first(arguments)


def _cache(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return first(arguments) if arguments.positional else External("functools.wraps.apply")


def _getter(name: str) -> Run:
    """``operator.itemgetter(1)`` and ``operator.attrgetter("a")``, of one item or attribute."""

    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        return Partial(External(name), arguments) if len(arguments.positional) == 1 else UNKNOWN

    return run


def _get_item(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    key, owner = arguments.positional
    return subscripts.element(frame, ir.Subscript(node.at, node, node), owner, key)


def _get_attribute(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    name, owner = arguments.positional
    if not isinstance(name, Known) or not isinstance(name.value, str) or "." in name.value:
        return UNKNOWN
    return attributes.attribute(frame, node, owner, name.value)


FUNCTIONS: dict[str, Run] = {
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.wraps": _wraps,
    "functools.update_wrapper": _itself,
    "functools.wraps.apply": _itself,
    "functools.lru_cache": _cache,
    "functools.cache": _itself,
    "functools.reduce": _reduce,
    "operator.itemgetter": _getter("operator.itemgetter.call"),
    "operator.itemgetter.call": _get_item,
    "operator.attrgetter": _getter("operator.attrgetter.call"),
    "operator.attrgetter.call": _get_attribute,
}
