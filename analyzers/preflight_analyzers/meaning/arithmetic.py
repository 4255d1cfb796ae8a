"""Arithmetic: numbers worked out where they are known, and the operators of tensors, lists, dicts, texts."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import partial
from typing import Any

from preflight_analyzers.meaning import (
    calls,
    containers,
    dict_methods,
    ir,
    sequence_methods,
    special_methods,
    text_values,
)
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.shapes import with_shape
from preflight_analyzers.meaning.uses import Origin, Uses, results_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Array,
    Choice,
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
    is_tensor,
    is_whole,
    join,
    join_all,
    kind_of,
    options,
    strongest,
    surely_traced,
    without_none,
)

_BINARY: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "+": (operator.add, "__add__"),
    "-": (operator.sub, "__sub__"),
    "*": (operator.mul, "__mul__"),
    "/": (operator.truediv, "__truediv__"),
    "//": (operator.floordiv, "__floordiv__"),
    "%": (operator.mod, "__mod__"),
    "**": (operator.pow, "__pow__"),
    "@": (operator.matmul, "__matmul__"),
    "&": (operator.and_, "__and__"),
    "|": (operator.or_, "__or__"),
    "^": (operator.xor, "__xor__"),
    "<<": (operator.lshift, "__lshift__"),
    ">>": (operator.rshift, "__rshift__"),
}
_UNARY: dict[str, tuple[Callable[[Any], Any], str]] = {
    "-": (operator.neg, "__neg__"),
    "+": (operator.pos, "__pos__"),
    "~": (operator.invert, "__invert__"),
}
#: Operators of whole numbers that give such to Core ML as well.
_KEEPING_WHOLE = ("+", "-", "*", "%", "**")
#: Larger results of constant arithmetic are not computed.
_LARGEST_OPERAND = 10**9
#: Longer lists and texts are not kept item by item.
LONGEST_SEQUENCE = 256
LONGEST_TEXT = 4096


def binary(
    frame: Frame, node: ir.Binary | ir.AugmentedAssign, symbol: str, left: Value, right: Value
) -> Value:
    """``left symbol right``; for an augmented assignment, the value assigned."""
    function, method = _BINARY.get(symbol, (None, ""))
    left, right = without_none(left), without_none(right)
    if isinstance(left, Known) and isinstance(right, Known) and function is not None:
        return _compute(function, left.value, right.value)
    if isinstance(left, Instance) or isinstance(right, Instance):
        result = special_methods.operate(frame, node, method, left, right)
        if result is None and isinstance(left, Instance) and symbol == "+":
            result = containers.concatenated(frame, left, right)
        if result is not None:
            return result
    if is_tensor(left) or is_tensor(right):
        if is_tensor(left):
            if isinstance(node, ir.AugmentedAssign):
                method = "__i" + method[2:]
            return operator_call(frame, node, method, (left, right))
        return operator_call(frame, node, "__r" + method[2:], (right, left))
    if isinstance(left, Array) or isinstance(right, Array):
        has_axes = any(isinstance(v, Array) and v.has_axes for v in (left, right))
        return Array(strongest((left, right)), has_axes)
    if isinstance(left, Mapped) and isinstance(right, Mapped) and symbol == "|":
        return dict_methods.merged(frame, left, right)
    if isinstance(left, Sequence) and left.kind == "set":
        place = node.target if isinstance(node, ir.AugmentedAssign) else node
        return sequence_methods.combine_sets(frame, place, left, symbol, right)
    if isinstance(right, Sequence) and symbol == "*" and isinstance(left, (Known, Plain)):
        left, right = right, left
    if isinstance(left, Known) and isinstance(left.value, str) and symbol == "%":
        inside = right.items if isinstance(right, Sequence) and right.items is not None else [right]
        calls.tell_shown(frame, node, inside)
        return _filled(left.value, right)
    if isinstance(left, Sequence) and symbol == "+":
        if not isinstance(right, Sequence):
            return Sequence(left.kind, None, join(left.element, right))
        if (
            left.items is not None
            and right.items is not None
            and len(left.items) + len(right.items) <= LONGEST_SEQUENCE
        ):
            return Sequence(left.kind, [*left.items, *right.items], branch=frame.branch)
        return Sequence(left.kind, None, join(left.element, right.element))
    if isinstance(left, Sequence) and symbol == "*":
        count = right.value if isinstance(right, Known) else None
        if (
            left.items is not None
            and isinstance(count, int)
            and len(left.items) * max(count, 0) <= LONGEST_SEQUENCE
        ):
            return Sequence(left.kind, left.items * count, branch=frame.branch)
        return Sequence(left.kind, None, left.element)
    several = of_several(left, right, partial(_plain_binary, symbol))
    if several is not None:
        return several
    if any_traced((left, right)) and any(isinstance(one, (Unknown, Choice)) for one in (left, right)):
        return Plain(None, strongest((left, right)), traced=True, surely=surely_traced(left))
    if isinstance(left, (Known, Plain)) and isinstance(right, (Known, Plain)):
        result = _plain_binary(symbol, left, right)
        if isinstance(result, Plain) and function is not None:
            if left.value is not None and right.value is not None:
                result = _with_number(result, function, left.value, right.value)
            if result.surely and frame.phase == FORWARD:
                result.origin = _origin_of_number(frame, node, method, left, right)
        return result
    return UNKNOWN


def of_several(
    left: Value, right: Value, of_numbers: Callable[[Known | Plain, Known | Plain], Value]
) -> Value | None:
    """What an operator gives of numbers that may be tensors, whichever runs; None for anything else."""
    if not isinstance(left, Choice) and not isinstance(right, Choice):
        return None
    results: list[Value] = []
    for one in options(left):
        for other in options(right):
            if isinstance(one, Known | Plain) and isinstance(other, Known | Plain):
                results.append(of_numbers(one, other))
            elif all(isinstance(value, Known | Plain | Tensor) for value in (one, other)):
                results.append(Tensor(strongest((one, other))))
            else:
                return None
    return join_all(results)


def _origin_of_number(
    frame: Frame, node: ir.Binary | ir.AugmentedAssign, method: str, left: Known | Plain, right: Known | Plain
) -> Origin:
    """The operator that a number comes from which the tracer follows; told where it may be refused."""
    if method == "__truediv__" and isinstance(left, Known):
        return Origin(calls.tell(frame, node, "torch.Tensor.__rtruediv__", Arguments((right, left))), 0)
    return Origin(Uses(f"torch.Tensor.{method}", (left, right)), 0)


def _filled(text: str, right: Value) -> Value:
    """``"layer%d" % i``."""
    items = right.items if isinstance(right, Sequence) and right.kind == "tuple" else [right]
    if items is None or not all(
        isinstance(i, Known) and isinstance(i.value, int | float | str) for i in items
    ):
        return Plain("str", value=_PLACEHOLDER.sub(text_values.BLANK, text))
    try:
        return Known(text % tuple(item.value for item in items if isinstance(item, Known)))
    except (TypeError, ValueError):
        return UNKNOWN


def _with_number(result: Plain, function: Callable[..., Any], *operands: object) -> Plain:
    """The result with the number that it is for sizes at hand."""
    computed = _compute(function, *operands)
    number = computed.value if isinstance(computed, Known) else None
    number = number if isinstance(number, int | float | str) else None
    return Plain(result.kind, result.source, number, result.traced, result.surely, result.whole)


def _compute(function: Callable[..., Any], *operands: Any) -> Value:
    """Constant arithmetic, where it can't run away."""
    for value in operands:
        if isinstance(value, int | float) and abs(value) > _LARGEST_OPERAND:
            return Plain(type(value).__name__)
        if not isinstance(value, int | float | str | complex | bytes | type(None)):
            return UNKNOWN
        if isinstance(value, str) and function is operator.mod and value is operands[0]:
            return _filled(value, Known(operands[1]))
        if isinstance(value, str | bytes) and function not in (operator.add, operator.mul):
            return UNKNOWN
    of_text = any(isinstance(v, str | bytes) for v in operands)
    if of_text and any(isinstance(v, int) and v > LONGEST_TEXT for v in operands):
        return Plain("str")
    if function in (operator.pow, operator.lshift) and any(
        isinstance(v, int | float) and abs(v) > 64 for v in operands[1:]
    ):
        return Plain(None)
    try:
        result = function(*operands)
    except Exception:
        return UNKNOWN
    return Plain("str") if isinstance(result, str | bytes) and len(result) > LONGEST_TEXT else Known(result)


_PLACEHOLDER = re.compile(r"%[-+ #0-9.]*[a-zA-Z]")


def _plain_binary(symbol: str, left: Known | Plain, right: Known | Plain) -> Value:
    kinds = {kind_of(left), kind_of(right)}
    source = strongest((left, right))
    traced, surely = any_traced((left, right)), surely_traced(left) or surely_traced(right)
    if kinds <= {"int", "bool"}:
        whole = symbol in _KEEPING_WHOLE and is_whole(left) and is_whole(right)
        kind = "float" if symbol == "/" else "int"
        return Plain(kind, source, traced=traced, surely=surely, whole=whole)
    if kinds <= {"int", "float", "bool"}:
        return Plain("float", source, traced=traced, surely=surely)
    if "str" in kinds:
        return Plain("str", source)
    if None in kinds and source not in (Source.CONSTANT, Source.UNSURE):
        # One of them is a size; the other some number.
        return Plain(None, source, traced=traced, surely=surely)
    return Plain(None, source) if kinds <= {"int", "float", "bool", None} else UNKNOWN


def operator_call(
    frame: Frame, node: ir.Expr | ir.AugmentedAssign, method: str, operands: tuple[Value, ...]
) -> Value:
    """Tell that an operator of Tensor runs; what it gives."""
    api, arguments = f"torch.Tensor.{method}", Arguments(operands)
    result = with_shape(frame, Tensor(strongest(operands)), api, arguments)
    if frame.phase != FORWARD:
        return result
    return results_of(calls.tell(frame, node, api, arguments), result)


def unary(frame: Frame, node: ir.Unary, value: Value) -> Value:
    """``-value``, ``~value``."""
    function, method = _UNARY[node.operator]
    value = without_none(value)
    if isinstance(value, Instance):
        result = special_methods.run(frame, node, value, method)
        return UNKNOWN if result is None else result
    if isinstance(value, Known):
        return _compute(function, value.value)
    if is_tensor(value):
        return operator_call(frame, node, method, (value,))
    if isinstance(value, Plain):
        return value if value.value is None else _with_number(value, function, value.value)
    if isinstance(value, Array):
        return value
    return UNKNOWN
