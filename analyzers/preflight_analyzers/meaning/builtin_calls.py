"""Python's builtins, and methods of lists, dicts, strings and numbers."""

from __future__ import annotations

from preflight_analyzers.meaning import (
    calls,
    dict_methods,
    ir,
    left_behind,
    number_calls,
    object_calls,
    sequence_methods,
    special_methods,
)
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.text_values import BLANK, number_method, text_method
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.uses import Uses, results_of
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Arguments,
    Array,
    Choice,
    Instance,
    Known,
    Mapped,
    Method,
    Partial,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    join,
    join_all,
    strongest,
)

#: What computes with tensors; of ``max`` it isn't known which of them comes out.
_COMPUTE = ("abs", "sum", "pow", "round")


def call_builtin(frame: Frame, node: ir.Expr, name: str, arguments: Arguments) -> Value:
    uses: Uses | None = None
    if frame.phase == FORWARD and any(
        isinstance(v, Tensor | Array | Choice | Sequence) or (isinstance(v, Plain) and v.traced)
        for v in arguments.values()
    ):
        uses = calls.tell(frame, node, f"builtins.{name}", arguments)
    run = _BUILTINS.get(name)
    if run is not None:
        result = run(frame, node, arguments)
        return results_of(uses, result) if uses is not None and name in _COMPUTE else result
    calls.escape(frame, arguments)
    return UNKNOWN


def _len(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if isinstance(value, Instance):
        result = special_methods.run(frame, node, value, "__len__")
        if result is not None:
            return result
        value = value.attributes.get(CHILDREN, UNKNOWN)
    if isinstance(value, Sequence | Mapped) and value.items is not None:
        return Known(len(value.items))
    if isinstance(value, Known):
        try:
            return Known(len(value.value))  # type: ignore[arg-type]
        except TypeError:
            return UNKNOWN
    if isinstance(value, Tensor):
        return Plain("int", max(Source.SHAPE, value.source), value.shape[0] if value.shape else None)
    return Plain("int")


def _range(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    values = [v.value for v in arguments.positional if isinstance(v, Known)]
    if len(values) == len(arguments.positional) and all(isinstance(v, int) for v in values):
        try:
            numbers = range(*(v for v in values if isinstance(v, int)))
        except (TypeError, ValueError):
            return UNKNOWN
        if len(numbers) <= 64:
            return Sequence("range", [Known(n) for n in numbers])
    return Sequence("range", None, Plain("int", strongest(arguments.positional)))


def _collect(kind: str) -> Run:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        if not arguments.positional:
            return Sequence(kind, [], branch=frame.branch)
        items, element = iterate(frame, node, arguments.positional[0])
        if kind == "set":
            return sequence_methods.make_set(items, element, frame.branch)
        return Sequence(kind, items, element, frame.branch)

    return run


def _reversed(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    return Sequence("iterator", items[::-1] if items is not None else None, element)


def _enumerate(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    start = arguments.get(1, "start")
    count = start.value if isinstance(start, Known) and isinstance(start.value, int) else 0
    if items is None:
        return Sequence("iterator", None, Sequence("tuple", [Plain("int"), element]))
    pairs: list[Value] = [Sequence("tuple", [Known(count + i), v]) for i, v in enumerate(items)]
    return Sequence("iterator", pairs)


def _zip(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    columns = [iterate(frame, node, value) for value in arguments.positional]
    known = [items for items, _ in columns if items is not None]
    if columns and arguments.complete and len(known) == len(columns):
        rows: list[Value] = [Sequence("tuple", list(row)) for row in zip(*known, strict=False)]
        return Sequence("iterator", rows)
    # Elements of a column whose length is known are joined: which one is met isn't known.
    elements = [join_all(items) if items is not None else element for items, element in columns]
    return Sequence("iterator", None, Sequence("tuple", elements))


def _nothing(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Known(None)


def _plain(kind: str) -> Run:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        return Plain(kind)

    return run


def _slice(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    values = arguments.positional
    if all(isinstance(v, Known) and isinstance(v.value, int | None) for v in values) and values:
        return Known(slice(*(v.value for v in values if isinstance(v, Known))))
    return Plain("slice", strongest(values))


def _any_all(verdict: bool) -> Run:
    """``any`` looks for what is true, ``all`` for what isn't."""

    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        over = first(arguments)
        items = None if isinstance(over, Tensor) else iterate(frame, node, over)[0]
        decided = [decide(item) for item in items] if items is not None else [None]
        if verdict in decided:
            return Known(verdict)
        return Plain("bool", strongest(arguments.positional)) if None in decided else Known(not verdict)

    return run


def _sorted(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, first(arguments))
    found = None if items is None else sequence_methods.ordered(frame, node, items, arguments)
    return Sequence("list", found, element, frame.branch)


def _map(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2:
        return UNKNOWN
    rows = _zip(frame, node, Arguments(arguments.positional[1:], complete=arguments.complete))
    assert isinstance(rows, Sequence)

    def one(row: Value) -> Value:
        inside = row.items if isinstance(row, Sequence) else None
        return calls.call(frame, node, arguments.positional[0], Arguments(inside or ()))

    if rows.items is None:
        return Sequence("iterator", None, one(rows.element))
    return Sequence("iterator", [one(row) for row in rows.items])


def _filter(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    test, over = arguments.positional
    items, element = iterate(frame, node, over)
    if items is None:
        return Sequence("iterator", None, element)
    by_itself = isinstance(test, Known) and test.value is None
    verdicts = [
        decide(item if by_itself else calls.call(frame, node, test, Arguments([item]))) for item in items
    ]
    if None in verdicts:
        return Sequence("iterator", None, join_all(items))
    return Sequence("iterator", [item for item, keep in zip(items, verdicts, strict=True) if keep])


def _next(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if not isinstance(value, Sequence):
        return UNKNOWN
    default = arguments.get(1, "default")
    if value.items is not None and value.branch is frame.branch:
        if value.items:
            taken, value.items = value.items[0], value.items[1:]
            return taken
        return default or UNKNOWN
    return value.element if default is None else join(value.element, default)


def _iter(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if isinstance(value, Sequence) and value.kind == "iterator":
        return value
    return _collect("iterator")(frame, node, arguments)


_BUILTINS: dict[str, Run] = {
    **number_calls.FUNCTIONS,
    **object_calls.FUNCTIONS,
    "len": _len,
    "repr": _plain("str"),
    "range": _range,
    "list": _collect("list"),
    "tuple": _collect("tuple"),
    "set": _collect("set"),
    "frozenset": _collect("set"),
    "iter": _iter,
    "reversed": _reversed,
    "sorted": _sorted,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "next": _next,
    "dict": dict_methods.make_dict,
    "dict.fromkeys": dict_methods.from_keys,
    "any": _any_all(True),
    "all": _any_all(False),
    "slice": _slice,
    "print": _nothing,
    "id": _plain("int"),
    "hash": _plain("int"),
    "ord": _plain("int"),
    "chr": _plain("str"),
}


def call_value_method(frame: Frame, node: ir.Expr, receiver: Value, name: str, arguments: Arguments) -> Value:
    """A method of a list, dict, string, number, array or size."""
    if isinstance(receiver, Sequence):
        if name in ("append", "extend", "insert"):
            left_behind.note_growth(frame, node, receiver)
        return sequence_methods.sequence_method(frame, node, receiver, name, arguments)
    if isinstance(receiver, Mapped):
        return dict_methods.dict_method(frame, node, receiver, name, arguments)
    if isinstance(receiver, Array):
        has_axes = receiver.has_axes and name in ("astype", "copy", "reshape", "transpose", "flatten")
        return Array(max(receiver.source, strongest(arguments.values())), has_axes)
    if isinstance(receiver, Known) and isinstance(receiver.value, str):
        if name == "format":
            calls.tell_shown(frame, node, arguments.values())
        return text_method(receiver.value, name, arguments)
    if isinstance(receiver, Known) and isinstance(receiver.value, int | float):
        return number_method(receiver.value, name, arguments)
    if isinstance(receiver, Plain) and receiver.kind == "str":
        if isinstance(receiver.value, str) and BLANK not in receiver.value:
            changed = text_method(receiver.value, name, arguments)
            if isinstance(changed, Known) and isinstance(changed.value, str):
                return Plain("str", receiver.source, changed.value)  # of a default
        return Plain(None if name in ("split", "partition") else "str")
    if isinstance(receiver, Partial | Method):
        return UNKNOWN
    calls.escape(frame, arguments)
    return UNKNOWN
