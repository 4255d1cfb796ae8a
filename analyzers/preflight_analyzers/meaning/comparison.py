"""Comparisons: what is equal, identical or in something, as far as it is certain."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import (
    arithmetic,
    expressions,
    ir,
    sequence_methods,
    special_methods,
)
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import (
    CHILDREN,
    NONE,
    UNKNOWN,
    Array,
    Assumed,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Source,
    Tensor,
    Unknown,
    Value,
    any_traced,
    holds_tensor,
    is_tensor,
    is_varying,
    same,
    strongest,
    surely_traced,
    without_none,
)

_COMPARE: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "==": (operator.eq, "__eq__"),
    "!=": (operator.ne, "__ne__"),
    "<": (operator.lt, "__lt__"),
    "<=": (operator.le, "__le__"),
    ">": (operator.gt, "__gt__"),
    ">=": (operator.ge, "__ge__"),
}


#: What may be a number.
_NUMBERS = (Known, Plain, Unknown, Choice)


def compare(frame: Frame, node: ir.Expr, symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right``."""
    if symbol in ("is", "is not"):
        verdict = _identical(left, right)
        if verdict is None:
            return Plain("bool")
        return Known(verdict == (symbol == "is"))
    if symbol in ("in", "not in"):
        found = special_methods.run(frame, node, right, "__contains__", left)
        if found is not None:
            truth = decide(found)
            return Plain("bool") if truth is None else Known(truth == (symbol == "in"))
        tell_looked_for(frame, node.at, left, right)
        return _contains(symbol, left, right)
    function, method = _COMPARE[symbol]
    if symbol in ("==", "!="):
        if _is_number_beside_none(left, right):
            return Known(symbol == "!=")
    else:
        left, right = without_none(left), without_none(right)
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            return Known(bool(function(left.value, right.value)))
        except Exception:
            return UNKNOWN
    if is_tensor(left) or is_tensor(right):
        return arithmetic.operator_call(frame, node, method, (left, right))
    if isinstance(left, Array) or isinstance(right, Array):
        return Array(strongest((left, right)))
    if isinstance(left, Sequence) and isinstance(right, Sequence):
        verdict = sequence_methods.compared(function, left, right)
        if verdict is not None:
            return Known(verdict)
    plain = (Known, Plain, Sequence)
    several = arithmetic.of_several(left, right, _of_numbers)
    if several is not None:
        return several
    if any_traced((left, right)) and all(isinstance(v, _NUMBERS) for v in (left, right)):
        return Plain("bool", strongest((left, right)), traced=True)
    if (is_varying(left) and right is UNKNOWN) or (left is UNKNOWN and is_varying(right)):
        return Plain("bool", Source.VARYING)
    if isinstance(left, plain) and isinstance(right, plain):
        _compared(frame, node.at, symbol, left, right)
        return Plain("bool", strongest((left, right)))
    if isinstance(left, External) and isinstance(right, External):
        return Known((left.name == right.name) == (symbol == "=="))
    if isinstance(left, Instance) or isinstance(right, Instance):
        result = special_methods.run(frame, node, left, method, right)
        if result is not None:
            return result
        identical = _identical(left, right) if symbol in ("==", "!=") else None
        return Plain("bool") if identical is None else Known(identical == (symbol == "=="))
    if isinstance(left, Class | Function) and isinstance(right, Class | Function | External):
        return Known((left is right) == (symbol == "==")) if symbol in ("==", "!=") else UNKNOWN
    return UNKNOWN


def _is_number_beside_none(left: Value, right: Value) -> bool:
    """Whether a size or a tensor is compared with None, which asks nothing of the tracer."""
    beside = right if same(left, NONE) else left if same(right, NONE) else NONE
    return is_tensor(beside) or surely_traced(beside)


def _of_numbers(left: Known | Plain, right: Known | Plain) -> Value:
    return Plain("bool", strongest((left, right)), traced=any_traced((left, right)))


def _compared(frame: Frame, at: int, symbol: str, left: Value, right: Value) -> None:
    """Tell that Python compares two containers: element by element, and decides by each."""
    inside = [v.element for v in (left, right) if isinstance(v, Sequence)]
    if len(inside) == 2 and any_traced(inside):
        expressions.decided(frame, at, symbol, Plain("bool", strongest(inside), traced=True))


def tell_looked_for(frame: Frame, at: int, left: Value, right: Value) -> None:
    """Tell that Python compares a value with those in a container, and decides by each."""
    if isinstance(left, Tensor) and isinstance(right, Sequence) and not holds_tensor(right):
        expressions.decided(frame, at, "in", left)
    elif isinstance(right, Tensor):
        expressions.decided(frame, at, "in", right)
    elif isinstance(right, Sequence) and any_traced((left, right.element)):
        expressions.decided(frame, at, "in", Plain("bool", strongest((left, right.element)), traced=True))


def _contains(symbol: str, left: Value, right: Value) -> Value:
    candidates: list[Value] | None = None
    if isinstance(right, Instance):
        right = right.attributes.get(CHILDREN, UNKNOWN)
    if isinstance(right, Sequence) and right.items is not None:
        candidates = right.items
    elif isinstance(right, Mapped) and right.items is not None:
        candidates = [Known(key) for key in right.items]
    elif isinstance(right, Known) and isinstance(left, Known):
        try:
            return Known((left.value in right.value) == (symbol == "in"))  # type: ignore[operator]
        except Exception:
            return UNKNOWN
    if candidates is not None and isinstance(left, Known) and all(isinstance(c, Known) for c in candidates):
        found = any(c.value == left.value for c in candidates if isinstance(c, Known))
        return Known(found == (symbol == "in"))
    return Plain("bool") if isinstance(right, Sequence | Mapped | Plain | Known) else UNKNOWN


def _identical(left: Value, right: Value) -> bool | None:
    """Whether ``left is right``, where that is certain."""
    if isinstance(left, Known) and isinstance(right, Known):
        singletons = (None, True, False)
        if any(left.value is s or right.value is s for s in singletons):
            return left.value is right.value
        return None
    for value, other in ((left, right), (right, left)):
        if isinstance(other, Known) and other.value is None:
            if isinstance(value, Choice):
                verdicts = {_identical(option, other) for option in value.options}
                return verdicts.pop() if len(verdicts) == 1 else None
            if isinstance(value, Plain):
                return False if value.kind is not None else None
            return None if isinstance(value, Unknown | Assumed) else False
    if isinstance(left, External) and isinstance(right, External):
        return left.name == right.name
    if isinstance(left, Instance) and isinstance(right, Instance):
        # Of an enumeration there is one object a name.
        members = "_value_" in left.attributes and "_value_" in right.attributes
        return left is right if members or left is right else None
    if isinstance(left, Class) and isinstance(right, Class | External):
        return left is right
    return None
