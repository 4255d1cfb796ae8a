"""Numbers: Python's builtins and ``math``, worked out where the numbers are known.

A number that follows from the sizes of a tensor keeps what it is for the sizes at hand (``Plain.value``).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate, tell_iteration
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.shapes import with_shape
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Known,
    Plain,
    Sequence,
    Tensor,
    Value,
    any_traced,
    is_tensor,
    join_all,
    kind_of,
    source_of,
    strongest,
    surely_traced,
)

_LARGEST = 10**9


def worked_out(function: Callable[..., Any], values: list[Value], kind: str | None = None) -> Value | None:
    """``function`` of numbers; None where one of the values isn't a number."""
    if not all(isinstance(v, Known | Plain) for v in values):
        return None
    source, traced, surely = strongest(values), any_traced(values), any(map(surely_traced, values))
    numbers = [v.value for v in values if isinstance(v, Known | Plain)]
    if not all(isinstance(n, int | float) and abs(n) <= _LARGEST for n in numbers):
        return Plain(kind, source, traced=traced, surely=surely)
    try:
        result = function(*numbers)
    except Exception:
        return UNKNOWN
    if all(isinstance(v, Known) for v in values):
        return Known(result)
    if isinstance(result, tuple):
        return Sequence("tuple", [Plain(type(one).__name__, source, one) for one in result])
    return Plain(kind or type(result).__name__, source, result, traced, surely)


def _cast(kind: str, function: Callable[[Any], object]) -> Run:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        if not arguments.positional:
            return Known(function(0)) if kind != "str" else Known("")
        value = first(arguments)
        truth = decide(value) if kind == "bool" else None
        if truth is not None:
            return Known(truth)
        if isinstance(value, Known) and isinstance(value.value, int | float | str | bool | type(None)):
            if len(arguments.positional) > 1:
                return Plain(kind)
            try:
                return Known(function(value.value))
            except Exception:
                return UNKNOWN
        number = value.value if isinstance(value, Plain) and kind == "int" else None
        return Plain(kind, source_of(value), int(number) if isinstance(number, int | float) else None)

    return run


def _elements(frame: Frame, node: ir.Expr, arguments: Arguments) -> list[Value] | None:
    """What ``max(a, b)`` and ``max([a, b])`` compare; None where it isn't known."""
    if len(arguments.positional) != 1:
        return list(arguments.positional) if arguments.positional else None
    return iterate(frame, node, arguments.positional[0])[0]


def _extreme(function: Callable[..., Any]) -> Run:
    """``max`` and ``min``; of tensors one comes out, it isn't known which."""

    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        values = _elements(frame, node, arguments)
        if values is None:
            inside = first(arguments)
            element = inside.element if isinstance(inside, Sequence) else UNKNOWN
            if is_tensor(element):
                return Tensor(strongest([element]))
            default = arguments.keywords.get("default")
            if isinstance(element, Known | Plain) and default is None:
                return Plain(kind_of(element), source_of(element), traced=any_traced([element]))
            return join_all([element, *([default] if default is not None else [])])
        if any(is_tensor(v) for v in values):
            return Tensor(strongest(values))
        if "key" in arguments.keywords:
            return join_all(values)
        if not values:
            return arguments.keywords.get("default", UNKNOWN)
        if len(values) == 1:
            return values[0]
        found = worked_out(function, values)
        if isinstance(found, Plain):  # one of them comes out as it is
            surely = all(map(surely_traced, values))
            return Plain(found.kind, found.source, found.value, found.traced, surely)
        return UNKNOWN if found is None else found

    return run


def _sum(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    over = first(arguments)
    if isinstance(over, Tensor):
        tell_iteration(frame, node, over)
    items, element = iterate(frame, node, over) if not isinstance(over, Tensor) else (None, over)
    values = items if items is not None else [element]
    start = arguments.get(1, "start")
    if any(is_tensor(v) for v in (*values, start or UNKNOWN)):
        return Tensor(strongest(values))
    if isinstance(start, Sequence) and all(isinstance(v, Sequence) for v in values):
        return _concatenated(start, items, element)
    if items is None:
        known = isinstance(element, Known | Plain)
        return Plain(None, source_of(element), traced=any_traced([element])) if known else UNKNOWN
    found = worked_out(lambda *numbers: sum(numbers), [*values, start or Known(0)])
    return UNKNOWN if found is None else found


def _concatenated(start: Sequence, items: list[Value] | None, element: Value) -> Value:
    parts = [start, *(items or ())]
    inside: list[Value] = []
    for part in parts:
        if items is None or not isinstance(part, Sequence) or part.items is None:
            return Sequence(start.kind, None, element.element if isinstance(element, Sequence) else UNKNOWN)
        inside.extend(part.items)
    return Sequence(start.kind, inside)


def _abs(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if is_tensor(value):
        return with_shape(frame, Tensor(source_of(value)), "torch.abs", arguments)
    found = worked_out(abs, [value], kind_of(value) if isinstance(value, Known | Plain) else None)
    return UNKNOWN if found is None else found


def _round(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if is_tensor(value):
        return with_shape(frame, Tensor(source_of(value)), "torch.round", arguments)
    kind = "int" if len(arguments.positional) == 1 else "float"
    found = worked_out(round, list(arguments.positional), kind)
    return Plain(kind, source_of(value)) if found is None else found


def _power(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if any(is_tensor(v) for v in arguments.positional):
        return Tensor(strongest(arguments.positional))
    found = worked_out(_small_power, list(arguments.positional))
    return UNKNOWN if found is None else found


def _small_power(base: float, exponent: float) -> Any:
    if abs(exponent) > 64:
        raise OverflowError
    return base**exponent


def _divmod(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if any(is_tensor(v) for v in arguments.positional):
        return UNKNOWN
    found = worked_out(divmod, list(arguments.positional))
    if isinstance(found, Known) and isinstance(found.value, tuple):
        return Sequence("tuple", [Known(one) for one in found.value])
    if isinstance(found, Plain):
        return Sequence("tuple", [Plain(None, found.source)] * 2)
    return UNKNOWN if found is None else found


def call_math(name: str, arguments: Arguments) -> Value:
    """A function of ``math``."""
    values = list(arguments.positional)
    if name == "prod" and len(values) == 1 and isinstance(values[0], Sequence):
        items = values[0].items
        found = None if items is None else worked_out(lambda *numbers: math.prod(numbers), items)
        return Plain(None, source_of(values[0])) if found is None else found
    kind = "int" if name in ("ceil", "floor", "trunc", "gcd", "isqrt") else "float"
    if name.startswith("is") and name != "isqrt":
        kind = "bool"
    function = getattr(math, name, None)
    if callable(function):
        found = worked_out(function, values, kind)
        if isinstance(found, Plain):
            return Plain(found.kind, found.source, found.value)
        if found is not None:
            return found
    return Plain(kind, strongest(values))


def call_operator(name: str, arguments: Arguments) -> Value | None:
    """A function of ``operator`` for numbers; None for anything else."""
    function = getattr(operator, name, None)
    names = ("add", "sub", "mul", "truediv", "floordiv", "mod", "neg", "pos", "abs", "eq", "ne", "lt", "le")
    if function is None or name not in (*names, "gt", "ge"):
        return None
    return worked_out(function, list(arguments.positional))


_NUMPY: dict[str, Callable[..., Any]] = {
    "prod": lambda *numbers: math.prod(numbers),
    "sum": lambda *numbers: sum(numbers),
    "mean": lambda *numbers: sum(numbers) / len(numbers),
    "max": max,
    "min": min,
    "sqrt": math.sqrt,
    "log2": math.log2,
    "log": math.log,
    "exp": math.exp,
    "ceil": math.ceil,
    "floor": math.floor,
    "abs": abs,
    "power": _small_power,
    "gcd": math.gcd,
}


def call_numpy(name: str, arguments: Arguments) -> Value | None:
    """A function of numpy for numbers that are known or at hand, or a list of them; None for others."""
    if arguments.keywords or not arguments.complete:
        return None
    values = list(arguments.positional)
    if len(values) == 1 and isinstance(values[0], Sequence) and name in ("prod", "sum", "mean", "max", "min"):
        values = values[0].items or [UNKNOWN]
    known = all(isinstance(v, Known | Plain) and isinstance(v.value, int | float) for v in values)
    return worked_out(_NUMPY[name], values) if name in _NUMPY and known else None


def constant(name: str) -> Value | None:
    """``math.pi``, ``np.inf``, ``sys.maxsize`` ..."""
    home, _, last = name.rpartition(".")
    if home in ("math", "numpy", "torch") and last in ("pi", "e", "tau", "inf", "nan"):
        return Known(getattr(math, last))
    return None


FUNCTIONS: dict[str, Run] = {
    "int": _cast("int", int),
    "float": _cast("float", float),
    "bool": _cast("bool", bool),
    "str": _cast("str", str),
    "abs": _abs,
    "sum": _sum,
    "max": _extreme(max),
    "min": _extreme(min),
    "pow": _power,
    "divmod": _divmod,
    "round": _round,
}
