"""Python's builtins, and methods of lists, dicts, strings and numbers."""

from __future__ import annotations

import operator
from collections.abc import Callable

from preflight_analyzers.meaning import attributes, calls, ir
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.iteration import CHILDREN, iterate
from preflight_analyzers.meaning.shapes import with_shape
from preflight_analyzers.meaning.uses import Uses, results_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Array,
    Choice,
    Class,
    External,
    Instance,
    Known,
    Mapped,
    Method,
    Partial,
    Plain,
    Sequence,
    Source,
    Super,
    Tensor,
    Value,
    any_traced,
    is_tensor,
    join,
    join_all,
    source_of,
    strongest,
)

#: What computes with tensors; of ``max`` it isn't known which of them comes out.
_COMPUTE = ("abs", "sum", "pow", "round")
_TYPES: dict[str, Callable[[object], object]] = {"int": int, "float": float, "bool": bool, "str": str}  # type: ignore[dict-item]


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


def _first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN


def _len(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = _first(arguments)
    if isinstance(value, Instance):
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


def _cast(kind: str) -> Callable[[Frame, ir.Expr, Arguments], Value]:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        value = _first(arguments)
        if isinstance(value, Known):
            try:
                return Known(_TYPES[kind](value.value))
            except Exception:
                return UNKNOWN
        number = value.value if isinstance(value, Plain) and kind == "int" else None
        return Plain(kind, source_of(value), int(number) if isinstance(number, int | float) else None)

    return run


def _number(name: str) -> Callable[[Frame, ir.Expr, Arguments], Value]:
    """Builtins of numbers, which keep tensors tensors (``abs``, ``sum``, ``max`` ...)."""

    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        values: list[Value] = list(arguments.positional)
        if len(values) == 1 and isinstance(values[0], Sequence):
            inside = values[0]
            values = inside.items if inside.items is not None else [inside.element]
        if any(is_tensor(v) for v in values):
            made = Tensor(strongest(values))
            return with_shape(frame, made, f"torch.{name}", arguments) if name == "abs" else made
        if values and all(isinstance(v, Known | Plain) for v in values):
            return Plain(None, strongest(values), traced=any_traced(values))
        return UNKNOWN

    return run


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


def _collect(kind: str) -> Callable[[Frame, ir.Expr, Arguments], Value]:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        if not arguments.positional:
            return Sequence(kind, [], branch=frame.branch)
        items, element = iterate(frame, node, arguments.positional[0])
        return Sequence(kind, items, element, frame.branch)

    return run


def _reversed(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, _first(arguments))
    return Sequence("iterator", items[::-1] if items is not None else None, element)


def _sorted(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Sequence("list", None, iterate(frame, node, _first(arguments))[1])


def _enumerate(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    items, element = iterate(frame, node, _first(arguments))
    start = arguments.get(1, "start")
    first = start.value if isinstance(start, Known) and isinstance(start.value, int) else 0
    if items is None:
        return Sequence("iterator", None, Sequence("tuple", [Plain("int"), element]))
    pairs: list[Value] = [Sequence("tuple", [Known(first + i), v]) for i, v in enumerate(items)]
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


def _map(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    function, over = arguments.positional
    items, element = iterate(frame, node, over)
    if items is None:
        return Sequence("iterator", None, calls.call(frame, node, function, Arguments([element])))
    return Sequence("iterator", [calls.call(frame, node, function, Arguments([i])) for i in items])


def _dict(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if not arguments.positional and arguments.complete:
        return Mapped(dict(arguments.keywords), branch=frame.branch)
    first = _first(arguments)
    if isinstance(first, Mapped) and first.items is not None and arguments.complete:
        return Mapped({**first.items, **arguments.keywords}, branch=frame.branch)
    return Mapped(None, UNKNOWN, frame.branch)


def _isinstance(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    value, classes = arguments.positional
    wanted = classes.items if isinstance(classes, Sequence) else [classes]
    if wanted is None:
        return Plain("bool")
    verdicts = [_is_instance_of(value, cls) for cls in wanted]
    if True in verdicts:
        return Known(True)
    return Plain("bool") if None in verdicts else Known(False)


_ABSTRACT_BASES = ("typing.", "collections.abc.", "numbers.", "collections.")


def _is_instance_of(value: Value, cls: Value) -> bool | None:
    if isinstance(value, Choice):
        verdicts = {_is_instance_of(option, cls) for option in value.options}
        return verdicts.pop() if len(verdicts) == 1 else None
    name = cls.name if isinstance(cls, External) else None
    if isinstance(value, Instance):
        if value.open:
            return True if cls in attributes.ancestry(value.cls) else None
        for base in attributes.ancestry(value.cls):
            if base is cls or (isinstance(base, External) and base.name == name):
                return True
        if name == "torch.nn.Module":
            return attributes.is_module(value.cls)
        # A class of torch.nn may be a subclass of another one of torch.nn.
        return False if isinstance(value.cls, Class) and isinstance(cls, Class) else None
    if name is None or name.startswith(_ABSTRACT_BASES):
        return None
    if isinstance(value, Tensor):
        # Parameters and tensor subclasses aside, a tensor is a Tensor and nothing of Python's.
        if name in ("torch.Tensor", "torch.autograd.Variable"):
            return True
        return False if name.startswith("builtins.") and name != "builtins.object" else None
    kind = None
    if isinstance(value, Known):
        kind = type(value.value).__name__
    elif isinstance(value, Plain) and value.traced:
        return None  # a size: a tensor while tracing, a number otherwise
    elif isinstance(value, Plain):
        kind = value.kind
    elif isinstance(value, Sequence):
        kind = {"size": "tuple", "iterator": None}.get(value.kind, value.kind)
    elif isinstance(value, Mapped):
        kind = "dict"
    if kind is None:
        return None
    if name == "torch.Tensor":
        return False
    if name == f"builtins.{kind}" or (kind == "bool" and name == "builtins.int"):
        return True
    if name == "torch.Size":
        return None
    return False if name.startswith("builtins.") and name != "builtins.object" else None


def _getattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) < 2 or not isinstance(arguments.positional[1], Known):
        return UNKNOWN
    owner, name = arguments.positional[:2]
    assert isinstance(name, Known)
    found = attributes.attribute(frame, node, owner, str(name.value))
    if len(arguments.positional) == 3 and isinstance(owner, Instance):
        if found is UNKNOWN and not owner.open and isinstance(owner.cls, Class):
            return arguments.positional[2]
        return found
    return found


def _setattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) == 3:
        owner, name, value = arguments.positional
        if isinstance(owner, Instance):
            if isinstance(name, Known):
                owner.attributes[str(name.value)] = value
            else:
                owner.open = True
    return Known(None)


def _hasattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    found = _getattr(frame, node, arguments)
    return Plain("bool") if found is UNKNOWN else Known(True)


def _super(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    receiver = frame.receiver
    owner = frame.owner
    if arguments.positional and isinstance(arguments.positional[0], Class):
        owner = arguments.positional[0]
    if len(arguments.positional) == 2:
        receiver = arguments.positional[1]
    if owner is None or receiver is None:
        return UNKNOWN
    return Super(owner, receiver)


def _any_all(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Plain("bool", strongest(arguments.positional))


def _type(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = _first(arguments)
    return value.cls if isinstance(value, Instance) else UNKNOWN


def _nothing(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Known(None)


def _plain(kind: str) -> Callable[[Frame, ir.Expr, Arguments], Value]:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        return Plain(kind)

    return run


def _slice(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    values = arguments.positional
    if all(isinstance(v, Known) and isinstance(v.value, int | None) for v in values) and values:
        return Known(slice(*(v.value for v in values if isinstance(v, Known))))
    return Plain("slice", strongest(values))


def _filter(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    return Sequence("iterator", None, iterate(frame, node, arguments.positional[1])[1])


def _next(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = _first(arguments)
    return value.element if isinstance(value, Sequence) else UNKNOWN


def _round(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = _first(arguments)
    if isinstance(value, Known) and isinstance(value.value, int | float) and len(arguments.positional) == 1:
        try:
            return Known(round(value.value))
        except (OverflowError, ValueError):
            return UNKNOWN
    if is_tensor(value):
        return with_shape(frame, Tensor(source_of(value)), "torch.round", arguments)
    return Plain("int" if len(arguments.positional) == 1 else "float", source_of(value))


_BUILTINS: dict[str, Callable[[Frame, ir.Expr, Arguments], Value]] = {
    "len": _len,
    "int": _cast("int"),
    "float": _cast("float"),
    "bool": _cast("bool"),
    "str": _cast("str"),
    "repr": _plain("str"),
    "abs": _number("abs"),
    "sum": _number("sum"),
    "max": _number("max"),
    "min": _number("min"),
    "pow": _number("pow"),
    "divmod": _number("divmod"),
    "round": _round,
    "range": _range,
    "list": _collect("list"),
    "tuple": _collect("tuple"),
    "set": _collect("set"),
    "iter": _collect("iterator"),
    "reversed": _reversed,
    "sorted": _sorted,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "filter": _filter,
    "next": _next,
    "dict": _dict,
    "isinstance": _isinstance,
    "issubclass": _plain("bool"),
    "callable": _plain("bool"),
    "getattr": _getattr,
    "setattr": _setattr,
    "hasattr": _hasattr,
    "super": _super,
    "any": _any_all,
    "all": _any_all,
    "type": _type,
    "slice": _slice,
    "print": _nothing,
    "id": _plain("int"),
    "hash": _plain("int"),
}


def call_value_method(frame: Frame, node: ir.Expr, receiver: Value, name: str, arguments: Arguments) -> Value:
    """A method of a list, dict, string, number, array or size."""
    if isinstance(receiver, Sequence):
        return _sequence_method(frame, receiver, name, arguments)
    if isinstance(receiver, Mapped):
        return _dict_method(frame, receiver, name, arguments)
    if isinstance(receiver, Array):
        return Array(max(receiver.source, strongest(arguments.values())))
    if isinstance(receiver, Known) and isinstance(receiver.value, str):
        return _text_method(receiver.value, name, arguments)
    if isinstance(receiver, Plain) and receiver.kind == "str":
        return Plain(None if name in ("split", "partition") else "str")
    if isinstance(receiver, Partial | Method):
        return UNKNOWN
    calls.escape(frame, arguments)
    return UNKNOWN


def _text_method(text: str, name: str, arguments: Arguments) -> Value:
    operands = [v.value for v in arguments.positional if isinstance(v, Known)]
    if name in ("lower", "upper", "strip", "startswith", "endswith", "replace", "title") and len(
        operands
    ) == len(arguments.positional):
        try:
            return Known(operator.methodcaller(name, *operands)(text))
        except Exception:
            return UNKNOWN
    return Plain("str") if name in ("format", "join") else UNKNOWN


def _sequence_method(frame: Frame, receiver: Sequence, name: str, arguments: Arguments) -> Value:
    value = _first(arguments)
    if value is receiver:
        receiver.weaken(UNKNOWN)  # a list in itself
        return UNKNOWN
    certain = receiver.items is not None and receiver.branch is frame.branch
    if name in ("append", "add"):
        if certain and receiver.items is not None and len(receiver.items) < 256:
            receiver.items.append(value)
            receiver.element = value if len(receiver.items) == 1 else join(receiver.element, value)
        else:
            was_empty = receiver.items == []
            receiver.weaken()
            receiver.element = value if was_empty else join(receiver.element, value)
        return Known(None)
    if name in ("extend", "update"):
        items, element = iterate(frame, ir.Const(0, None), value)
        was_empty = receiver.items == []
        if certain and items is not None and receiver.items is not None:
            receiver.items.extend(items)
            receiver.element = join_all(receiver.items)
        else:
            joined = join_all(items) if items is not None else element
            receiver.weaken()
            receiver.element = joined if was_empty else join(receiver.element, joined)
        return Known(None)
    if name == "insert" and len(arguments.positional) == 2:
        was_empty = receiver.items == []
        receiver.weaken()
        inserted = arguments.positional[1]
        receiver.element = inserted if was_empty else join(receiver.element, inserted)
        return Known(None)
    if name == "pop":
        element = receiver.element
        if certain and receiver.items:
            place = value.value if isinstance(value, Known) else None if arguments.positional else -1
            if isinstance(place, int) and -len(receiver.items) <= place < len(receiver.items):
                return receiver.items.pop(place)
        receiver.weaken()
        return element
    if name in ("reverse", "sort", "clear", "remove"):
        if name == "reverse" and certain and receiver.items is not None:
            receiver.items.reverse()
        else:
            receiver.weaken()
        return Known(None)
    if name == "copy":
        items = list(receiver.items) if receiver.items is not None else None
        return Sequence(receiver.kind, items, receiver.element, frame.branch)
    if name in ("index", "count", "numel"):
        return Plain("int", source_of(receiver))
    return UNKNOWN


def _dict_method(frame: Frame, receiver: Mapped, name: str, arguments: Arguments) -> Value:
    items = receiver.items
    if name in ("get", "pop", "setdefault"):
        key = _first(arguments)
        default = arguments.positional[1] if len(arguments.positional) > 1 else Known(None)
        if name != "get" and not (items is not None and isinstance(key, Known)):
            receiver.weaken()
        if items is not None and isinstance(key, Known):
            try:
                found = items.get(key.value)
            except TypeError:
                return UNKNOWN
            return found if found is not None else default
        return join(receiver.element, default)
    if name == "items":
        if items is not None:
            return Sequence("list", [Sequence("tuple", [Known(k), v]) for k, v in items.items()])
        return Sequence("list", None, Sequence("tuple", [UNKNOWN, receiver.element]))
    if name == "values":
        return Sequence("list", list(items.values()) if items is not None else None, receiver.element)
    if name == "keys":
        return Sequence("list", [Known(k) for k in items] if items is not None else None)
    if name == "update":
        receiver.weaken(UNKNOWN)
        return Known(None)
    if name == "copy":
        return Mapped(dict(items) if items is not None else None, receiver.element, frame.branch)
    return UNKNOWN
