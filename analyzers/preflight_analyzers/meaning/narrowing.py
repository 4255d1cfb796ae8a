"""What a test says of the names in it, on the path where it holds and on the one where it doesn't."""

from __future__ import annotations

from preflight_analyzers.meaning import expressions, ir, object_calls
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    External,
    Function,
    Known,
    Mapped,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    join_all,
    options,
    source_of,
)


def narrow(frame: Frame, test: ir.Expr, truth: bool) -> None:
    """Keep of the names in ``test`` what lets it come out as ``truth``."""
    if isinstance(test, ir.Unary) and test.operator == "not":
        narrow(frame, test.operand, not truth)
    elif isinstance(test, ir.Boolean):
        if (test.operator == "and") == truth:
            narrow(frame, test.left, truth)
            narrow(frame, test.right, truth)
    elif isinstance(test, ir.Compare):
        _compared(frame, test, truth)
    elif isinstance(test, ir.Call):
        _called(frame, test, truth)
    else:
        name = _name_in(test)
        if name is not None:
            kept = [one for one in options(_value(frame, name)) if decide(one) != (not truth)]
            _rebind(frame, name, kept)


class Narrowed:
    """While a part of an expression runs for which ``test`` came out as ``truth``."""

    __slots__ = ("_before", "_changed", "_frame", "_test", "_truth")

    def __init__(self, frame: Frame, test: ir.Expr, truth: bool) -> None:
        self._frame = frame
        self._test = test
        self._truth = truth
        self._before: dict[str, Value] = {}
        self._changed: dict[str, Value] = {}

    def __enter__(self) -> None:
        before = dict(self._frame.names)
        narrow(self._frame, self._test, self._truth)
        now = self._frame.names
        self._changed = {name: value for name, value in now.items() if before.get(name) is not value}
        self._before = before

    def __exit__(self, *raised: object) -> None:
        names = self._frame.names
        for name, value in self._changed.items():
            if names.get(name) is value:
                names[name] = self._before[name]


def _name_in(node: ir.Expr) -> str | None:
    node = node.target if isinstance(node, ir.Walrus) else node
    return node.id if isinstance(node, ir.Name) else None


def _value(frame: Frame, name: str) -> Value:
    return frame.names.get(name, UNKNOWN)


def _rebind(frame: Frame, name: str, kept: list[Value]) -> None:
    """Only names of the function itself; where nothing is left, the path isn't one that runs."""
    if kept and name in frame.names:
        frame.names[name] = join_all(kept)


def _compared(frame: Frame, test: ir.Compare, truth: bool) -> None:
    if len(test.operators) != 1:
        return
    symbol, left, right = test.operators[0], test.left, test.comparators[0]
    if symbol in ("is not", "!="):
        symbol, truth = {"is not": "is", "!=": "=="}[symbol], not truth
    name, constant = _name_in(left), right
    if name is None:
        name, constant = _name_in(right), left
    if name is None or not isinstance(constant, ir.Const):
        return
    value = _value(frame, name)
    if symbol in ("is", "==") and constant.value is None:
        if truth and symbol == "is":
            _rebind(frame, name, [NONE])
        elif not truth:
            _rebind(frame, name, [one for one in options(value) if not _is_none(one)])
    elif symbol == "==" and truth and isinstance(constant.value, str) and _may_be_text(value):
        _rebind(frame, name, [Known(constant.value)])


def _is_none(value: Value) -> bool:
    return isinstance(value, Known) and value.value is None


def _may_be_text(value: Value) -> bool:
    return value is UNKNOWN or (isinstance(value, Plain) and value.kind in ("str", None))


def _called(frame: Frame, test: ir.Call, truth: bool) -> None:
    if not isinstance(test.function, ir.Name) or any(a.keyword or a.star for a in test.arguments):
        return
    name = _name_in(test.arguments[0].value) if test.arguments else None
    if name is None or name not in frame.names:
        return
    function = frame.lookup(test.function.id)
    if isinstance(function, External) and function.name == "builtins.isinstance":
        if len(test.arguments) == 2 and isinstance(
            test.arguments[1].value, ir.Name | ir.Attribute | ir.Display
        ):
            classes = expressions.evaluate(frame, test.arguments[1].value)
            _rebind(frame, name, _of_classes(_value(frame, name), classes, truth))
    elif isinstance(function, Function) and len(test.arguments) == 1:
        _by_predicate(frame, name, function, truth)


def _by_predicate(frame: Frame, name: str, function: Function, truth: bool) -> None:
    """``exists(x)``, where ``exists`` is ``return val is not None``."""
    definition = function.definition
    body = definition.body if isinstance(definition, ir.FunctionDef) else ()
    if function.receiver is not None or len(definition.parameters) != 1 or len(body) != 1:
        return
    returned = body[0]
    if isinstance(returned, ir.Return) and isinstance(returned.value, ir.Compare | ir.Call | ir.Unary):
        parameter = definition.parameters[0].name
        inner = Frame(
            frame.machine,
            function.scope,
            function.block,
            function.name,
            frame.phase,
            names={parameter: _value(frame, name)},
            closure=function.closure,
        )
        narrow(inner, returned.value, truth)
        frame.names[name] = inner.names[parameter]


def _of_classes(value: Value, classes: Value, truth: bool) -> list[Value]:
    kept = [one for one in options(value) if object_calls.is_instance_of_any(one, classes) in (truth, None)]
    return [_as_class(one, classes) for one in kept] if truth else kept


#: What an object of a builtin class is known as.
_KINDS = ("int", "float", "bool", "str")


def _as_class(value: Value, cls: Value) -> Value:
    """The value, known to be of a class."""
    if not isinstance(value, Plain) and value is not UNKNOWN:
        return value
    name = cls.name.rpartition(".")[2] if isinstance(cls, External) else ""
    source = source_of(value)
    if isinstance(value, Plain):
        if value.kind is None and name in _KINDS and name != "int":
            return Plain(name, source, value.value)
        return value
    if isinstance(cls, External) and cls.name == "torch.Tensor":
        return Tensor(Source.UNSURE)
    if isinstance(cls, External) and cls.name.startswith("builtins."):
        if name in ("list", "tuple"):
            return Sequence(name, None, UNKNOWN)
        if name == "dict":
            return Mapped(None)
        if name in ("float", "str"):
            return Plain(name, source)
    return value
