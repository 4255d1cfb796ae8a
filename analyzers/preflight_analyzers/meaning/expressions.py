"""Evaluating expressions to abstract values."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import (
    assignment,
    attributes,
    calls,
    classes,
    dict_methods,
    ir,
    special_methods,
    text_values,
    writes,
)
from preflight_analyzers.meaning.events import Branch
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.liveness import takes_out
from preflight_analyzers.meaning.machine import OutOfBudget
from preflight_analyzers.meaning.narrowing import narrow, narrowed
from preflight_analyzers.meaning.shapes import with_shape
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.uses import results_of
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Arguments,
    Array,
    Assumed,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Method,
    Plain,
    Sequence,
    Source,
    Tensor,
    Unknown,
    Value,
    any_traced,
    holds_tensor,
    is_followed,
    is_tensor,
    join,
    join_all,
    kind_of,
    options,
    strongest,
    surely_traced,
)
from preflight_analyzers.meaning.views import gives_itself

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
_COMPARE: dict[str, tuple[Callable[[Any, Any], Any], str]] = {
    "==": (operator.eq, "__eq__"),
    "!=": (operator.ne, "__ne__"),
    "<": (operator.lt, "__lt__"),
    "<=": (operator.le, "__le__"),
    ">": (operator.gt, "__gt__"),
    ">=": (operator.ge, "__ge__"),
}
#: Larger results of constant arithmetic are not computed.
_LARGEST_OPERAND = 10**9
_LONGEST_SEQUENCE = 256
_LONGEST_TEXT = 4096


def evaluate(frame: Frame, node: ir.Expr) -> Value:
    machine = frame.machine  # machine.step(), written out: nothing is called as often
    machine.steps += 1
    if machine.steps > machine.STEPS:
        raise OutOfBudget
    return _EVALUATE[type(node)](frame, node)


def _const(frame: Frame, node: ir.Const) -> Value:
    return Known(node.value)


def _name(frame: Frame, node: ir.Name) -> Value:
    return frame.lookup(node.id)


def _attribute(frame: Frame, node: ir.Attribute) -> Value:
    owner = evaluate(frame, node.object)
    return attributes.attribute(frame, node, owner, node.name)


def _call(frame: Frame, node: ir.Call) -> Value:
    if takes_out(node):
        with frame.machine.leaving_nothing():
            function = evaluate(frame, node.function)
            arguments = arguments_of(frame, node)
    else:
        function = evaluate(frame, node.function)
        arguments = arguments_of(frame, node)
    result = calls.call(frame, node, function, arguments)
    if (
        isinstance(function, Method)
        and isinstance(function.receiver, Tensor)
        and isinstance(node.function, ir.Attribute)
        and isinstance(result, Tensor)
        and gives_itself(function.name)
    ):
        assignment.write_into(frame, node.function.object, result)
    return result


def arguments_of(frame: Frame, node: ir.Call) -> Arguments:
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    complete = True
    for argument in node.arguments:
        value = evaluate(frame, argument.value)
        if argument.star == "*":
            items, _ = iterate(frame, argument.value, value)
            if items is not None:
                positional.extend(items)
            else:
                complete = False
        elif argument.star == "**":
            if isinstance(value, Mapped) and value.items is not None:
                keywords.update({str(k): v for k, v in value.items.items()})
            else:
                complete = False
        elif argument.keyword is not None:
            keywords[argument.keyword] = value
        elif complete:
            positional.append(value)
    return Arguments(positional, keywords, complete)


def _subscript(frame: Frame, node: ir.Subscript) -> Value:
    owner = evaluate(frame, node.object)
    key = evaluate(frame, node.key)
    results = [_element(frame, node, option, key) for option in options(owner) if not _is_none(option)]
    return join_all(results)


def _is_none(value: Value) -> bool:
    return isinstance(value, Known) and value.value is None


def _element(frame: Frame, node: ir.Subscript, owner: Value, key: Value) -> Value:
    if isinstance(owner, Tensor):
        result = operator_call(frame, node, "__getitem__", (owner, key))
        return writes.subscript(frame, owner, key, result) if isinstance(result, Tensor) else result
    if isinstance(owner, Array):
        return owner
    if isinstance(owner, Sequence):
        return _sequence_element(owner, key)
    if isinstance(owner, Mapped):
        return _mapped_element(owner, key)
    if isinstance(owner, Known) and isinstance(key, Known):
        try:
            return Known(owner.value[key.value])  # type: ignore[index]
        except Exception:
            return UNKNOWN
    if isinstance(owner, Class) and classes.is_enum(owner) and isinstance(key, Known):
        return attributes.attribute(frame, node, owner, str(key.value))
    if isinstance(owner, Instance):
        modules = owner.attributes.get(CHILDREN)
        if isinstance(modules, Sequence):
            found = _sequence_element(modules, key)
            if isinstance(found, Sequence):
                sliced = Instance(owner.cls, owner.arguments)
                sliced.attributes[CHILDREN] = found
                return sliced
            return found
        if isinstance(modules, Mapped):
            return _element(frame, node, modules, key)
        own = special_methods.run(frame, node, owner, "__getitem__", key)
        return UNKNOWN if own is None else own
    return UNKNOWN


def _mapped_element(owner: Mapped, key: Value) -> Value:
    if owner.items is None:
        return owner.element
    if isinstance(key, Known):
        try:
            return owner.items.get(key.value, UNKNOWN)
        except TypeError:
            return UNKNOWN
    if isinstance(key, External | Class | Instance):
        return UNKNOWN
    template = text_values.template_of(key)
    if template is None:
        return owner.element
    return join_all(v for name, v in owner.items.items() if text_values.matches(template, str(name)))


def _sequence_element(owner: Sequence, key: Value) -> Value:
    if isinstance(key, Known) and isinstance(key.value, int):
        if owner.items is not None:
            in_range = -len(owner.items) <= key.value < len(owner.items)
            return owner.items[key.value] if in_range else UNKNOWN
        return owner.element
    if isinstance(key, Known) and isinstance(key.value, slice):
        if owner.items is not None:
            return Sequence(owner.kind, owner.items[key.value])
        return Sequence(owner.kind, None, owner.element)
    if isinstance(key, Plain) and key.kind == "slice":
        return Sequence(owner.kind, None, owner.element)
    return owner.element if isinstance(key, Plain) and key.kind == "int" else UNKNOWN


def _slice(frame: Frame, node: ir.Slice) -> Value:
    parts = [
        Known(None) if part is None else evaluate(frame, part) for part in (node.lower, node.upper, node.step)
    ]
    if all(isinstance(p, Known) and (p.value is None or isinstance(p.value, int)) for p in parts):
        return Known(slice(*(p.value for p in parts if isinstance(p, Known))))
    bounds = [part.value if isinstance(part, Known | Plain) else None for part in parts]
    known = all(
        isinstance(b, int) or (isinstance(p, Known) and p.value is None)
        for b, p in zip(bounds, parts, strict=True)
    )
    return Plain("slice", strongest(parts), slice(*bounds) if known else None)


def _binary(frame: Frame, node: ir.Binary) -> Value:
    left, right = evaluate(frame, node.left), evaluate(frame, node.right)
    return binary(frame, node, node.operator, left, right)


def binary(
    frame: Frame, node: ir.Binary | ir.AugmentedAssign, symbol: str, left: Value, right: Value
) -> Value:
    """``left symbol right``; for an augmented assignment, the value assigned."""
    function, method = _BINARY.get(symbol, (None, ""))
    if isinstance(left, Known) and isinstance(right, Known) and function is not None:
        return _compute(function, left.value, right.value)
    if isinstance(left, Instance) or isinstance(right, Instance):
        result = special_methods.operate(frame, node, method, left, right)
        if result is not None:
            return result
    if is_tensor(left) or is_tensor(right):
        if is_tensor(left):
            if isinstance(node, ir.AugmentedAssign):
                method = "__i" + method[2:]
            return operator_call(frame, node, method, (left, right))
        return operator_call(frame, node, "__r" + method[2:], (right, left))
    if isinstance(left, Array) or isinstance(right, Array):
        return Array(strongest((left, right)))
    if isinstance(left, Mapped) and isinstance(right, Mapped) and symbol == "|":
        return dict_methods.merged(frame, left, right)
    if isinstance(left, Sequence) and left.kind == "set":
        return _set_operation(symbol, left, right)
    if isinstance(right, Sequence) and symbol == "*" and isinstance(left, Known | Plain):
        left, right = right, left
    if isinstance(left, Known) and isinstance(left.value, str) and symbol == "%":
        return _filled(left.value, right)
    if isinstance(left, Sequence) and symbol == "+":
        if not isinstance(right, Sequence):
            return Sequence(left.kind, None, join(left.element, right))
        if (
            left.items is not None
            and right.items is not None
            and len(left.items) + len(right.items) <= _LONGEST_SEQUENCE
        ):
            return Sequence(left.kind, [*left.items, *right.items], branch=frame.branch)
        return Sequence(left.kind, None, join(left.element, right.element))
    if isinstance(left, Sequence) and symbol == "*":
        count = right.value if isinstance(right, Known) else None
        if (
            left.items is not None
            and isinstance(count, int)
            and len(left.items) * max(count, 0) <= _LONGEST_SEQUENCE
        ):
            return Sequence(left.kind, left.items * count, branch=frame.branch)
        return Sequence(left.kind, None, left.element)
    if any_traced((left, right)) and (left is UNKNOWN or right is UNKNOWN):
        return Plain(None, strongest((left, right)), traced=True, surely=surely_traced(left))
    if isinstance(left, Known | Plain) and isinstance(right, Known | Plain):
        result = _plain_binary(symbol, left, right)
        if function is None or left.value is None or right.value is None or not isinstance(result, Plain):
            return result
        return _with_number(result, function, left.value, right.value)
    return UNKNOWN


def _set_operation(symbol: str, left: Sequence, right: Value) -> Value:
    """``a | b``, ``a - b`` of sets of known values."""
    found: list[set[object]] = []
    for side in (left, right):
        items = side.items if isinstance(side, Sequence) else None
        if items is None or not all(isinstance(i, Known) and isinstance(i.value, int | str) for i in items):
            return Sequence("set", None)
        found.append({item.value for item in items if isinstance(item, Known)})
    operation = _BINARY[symbol][0] if symbol in ("|", "&", "-", "^") else None
    if operation is None:
        return UNKNOWN
    result = operation(*found)
    # Several are in no order that is known.
    return Sequence("set", [Known(one) for one in result] if len(result) <= 1 else None)


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
    number = number if isinstance(number, int | float) else None
    return Plain(result.kind, result.source, number, result.traced, result.surely)


def _compute(function: Callable[..., Any], *operands: Any) -> Value:
    """Constant arithmetic, where it can't run away."""
    for value in operands:
        if isinstance(value, int | float) and abs(value) > _LARGEST_OPERAND:
            return Plain(type(value).__name__)
        if not isinstance(value, int | float | str | complex | bytes | type(None)):
            return UNKNOWN
        if isinstance(value, str) and function is operator.mod and value is operands[0]:
            return _filled(value, Known(operands[1]))
        if isinstance(value, str | bytes) and function is not operator.add:
            return Plain("str") if len(operands) == 2 and function in _TEXT_OPERATORS else UNKNOWN
    if function in (operator.pow, operator.lshift) and any(
        isinstance(v, int | float) and abs(v) > 64 for v in operands[1:]
    ):
        return Plain(None)
    try:
        result = function(*operands)
    except Exception:
        return UNKNOWN
    return Plain("str") if isinstance(result, str | bytes) and len(result) > _LONGEST_TEXT else Known(result)


_PLACEHOLDER = re.compile(r"%[-+ #0-9.]*[a-zA-Z]")
_TEXT_OPERATORS = (operator.mod, operator.mul)


def _plain_binary(symbol: str, left: Known | Plain, right: Known | Plain) -> Value:
    kinds = {kind_of(left), kind_of(right)}
    source = strongest((left, right))
    traced, surely = any_traced((left, right)), surely_traced(left) or surely_traced(right)
    if kinds <= {"int", "bool"}:
        return Plain("float" if symbol == "/" else "int", source, traced=traced, surely=surely)
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


def _unary(frame: Frame, node: ir.Unary) -> Value:
    if node.operator == "not":
        value = evaluate_test(frame, node.operand, "not")
        truth = decide(value)
        if truth is not None:
            return Known(not truth)
        return Plain("bool", strongest([value]))
    value = evaluate(frame, node.operand)
    function, method = _UNARY[node.operator]
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


def _compare(frame: Frame, node: ir.Compare) -> Value:
    left = evaluate(frame, node.left)
    results: list[Value] = []
    for symbol, comparator in zip(node.operators, node.comparators, strict=True):
        right = evaluate(frame, comparator)
        results.append(compare(frame, node, symbol, left, right))
        left = right
    if len(results) == 1:
        return results[0]
    for value in results[:-1]:
        _decided(frame, node.at, "chained comparison", value)
    if all(isinstance(r, Known) for r in results):
        return Known(all(r.value for r in results if isinstance(r, Known)))
    return join_all(results) if any(map(is_followed, results)) else Plain("bool", strongest(results))


def compare(frame: Frame, node: ir.Expr, symbol: str, left: Value, right: Value) -> Value:
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
        _looked_for(frame, node.at, left, right)
        return _contains(symbol, left, right)
    function, method = _COMPARE[symbol]
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            return Known(bool(function(left.value, right.value)))
        except Exception:
            return UNKNOWN
    if is_tensor(left) or is_tensor(right):
        return operator_call(frame, node, method, (left, right))
    if isinstance(left, Array) or isinstance(right, Array):
        return Array(strongest((left, right)))
    plain = (Known, Plain, Sequence)
    if any_traced((left, right)) and all(isinstance(v, (Known, Plain, Unknown)) for v in (left, right)):
        return Plain("bool", strongest((left, right)), traced=True)
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


def _compared(frame: Frame, at: int, symbol: str, left: Value, right: Value) -> None:
    """Tell that Python compares two containers: element by element, and decides by each."""
    inside = [v.element for v in (left, right) if isinstance(v, Sequence)]
    if len(inside) == 2 and any_traced(inside):
        _decided(frame, at, symbol, Plain("bool", strongest(inside), traced=True))


def _looked_for(frame: Frame, at: int, left: Value, right: Value) -> None:
    """Tell that Python compares a value with those in a container, and decides by each."""
    if isinstance(left, Tensor) and isinstance(right, Sequence) and not holds_tensor(right):
        _decided(frame, at, "in", left)
    elif isinstance(right, Tensor):
        _decided(frame, at, "in", right)
    elif isinstance(right, Sequence) and any_traced((left, right.element)):
        _decided(frame, at, "in", Plain("bool", strongest((left, right.element)), traced=True))


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


def evaluate_test(frame: Frame, node: ir.Expr, kind: str, at: int | None = None) -> Value:
    """Evaluate what Python decides by, at ``at`` or there; each part of ``a and b`` is told on its own."""
    if isinstance(node, ir.Boolean):
        frame.machine.step()
        return _boolean(frame, node, kind)
    with frame.machine.leaving_nothing():
        value = evaluate(frame, node)
    if not (isinstance(node, ir.Unary) and node.operator == "not"):
        _decided(frame, node.at if at is None else at, kind, value)
    return value


def _decided(frame: Frame, at: int, kind: str, value: Value) -> None:
    """Tell that Python decides by ``value`` here."""
    if frame.phase == FORWARD:
        frame.emit(Branch(frame.site(at), kind, value))
        if value is UNKNOWN:
            frame.machine.gap(frame.site(at), "a condition that isn't known")


def _boolean(frame: Frame, node: ir.Boolean, kind: str | None = None) -> Value:
    # Outside of a test, CPython decides at the place of the whole ``a and b``.
    left = evaluate_test(frame, node.left, kind or node.operator, None if kind else node.at)
    truth = decide(left)
    if truth is not None and truth != (node.operator == "and"):
        return left
    outer = frame.branch
    if truth is None:
        frame.branch = object()
    with narrowed(frame, node.left, node.operator == "and"):
        right = evaluate_test(frame, node.right, kind) if kind else evaluate(frame, node.right)
    frame.branch = outer
    if truth is not None:
        return right
    if isinstance(left, Tensor) and isinstance(right, Plain | Known):
        return left  # what follows depends on the tensor as well
    kept = [one for one in options(left) if decide(one) is not (node.operator == "and")]
    return join_all([*kept, right])


def _conditional(frame: Frame, node: ir.Conditional) -> Value:
    truth = decide(evaluate_test(frame, node.test, "conditional expression"))
    if truth is not None:
        return evaluate(frame, node.body if truth else node.orelse)
    outer = frame.branch
    frame.branch = object()
    with narrowed(frame, node.test, True):
        value = evaluate(frame, node.body)
    with narrowed(frame, node.test, False):
        value = join(value, evaluate(frame, node.orelse))
    frame.branch = outer
    return value


def _display(frame: Frame, node: ir.Display) -> Value:
    items: list[Value] = []
    length_known = True
    for item in node.items:
        if isinstance(item, ir.Starred):
            value = evaluate(frame, item.value)
            inner, element = iterate(frame, item.value, value)
            if inner is None:
                length_known = False
                items.append(element)
            else:
                items.extend(inner)
        else:
            items.append(evaluate(frame, item))
    if not length_known:
        return Sequence(node.kind, None, join_all(items), frame.branch)
    return Sequence(node.kind, items, branch=frame.branch)


def _starred(frame: Frame, node: ir.Starred) -> Value:
    evaluate(frame, node.value)
    return UNKNOWN


def _dict(frame: Frame, node: ir.DictDisplay) -> Value:
    items: dict[object, Value] = {}
    certain = True
    for key, value_node in zip(node.keys, node.values, strict=True):
        value = evaluate(frame, value_node)
        if key is None:
            if isinstance(value, Mapped) and value.items is not None:
                items.update(value.items)
            else:
                certain = False
            continue
        key_value = evaluate(frame, key)
        if isinstance(key_value, Known):
            try:
                items[key_value.value] = value
                continue
            except TypeError:
                pass
        certain = False
        items[object()] = value
    if certain:
        return Mapped(items, branch=frame.branch)
    return Mapped(None, join_all(items.values()), frame.branch)


def _comprehension(frame: Frame, node: ir.Comprehension) -> Value:
    """Comprehensions have names of their own; unrolled where the length is known."""
    saved = frame.names
    inner = dict(saved)
    if frame.names is frame.scope.names:
        frame = Frame(
            frame.machine,
            frame.scope,
            frame.block,
            frame.symbol,
            frame.phase,
            names=inner,
            chain=frame.chain,
        )
    frame.names = inner
    try:
        found, certain = _generate(frame, node, 0)
    finally:
        frame.names = saved
    if node.kind == "dict":
        pairs: dict[object, Value] = {}
        for key, value in found:
            if not isinstance(key, Known):
                certain = False
                break
            try:
                pairs[key.value] = value
            except TypeError:
                certain = False
                break
        if certain:
            return Mapped(pairs, branch=frame.branch)
        return Mapped(None, join_all(v for _, v in found), frame.branch)
    kind = "iterator" if node.kind == "generator" else node.kind
    values = [value for _, value in found]
    if certain:
        return Sequence(kind, values, branch=frame.branch)
    return Sequence(kind, None, join_all(values), frame.branch)


def _generate(frame: Frame, node: ir.Comprehension, depth: int) -> tuple[list[tuple[Value, Value]], bool]:
    if depth == len(node.generators):
        element = evaluate(frame, node.element)
        value = evaluate(frame, node.value) if node.value is not None else element
        return [(element, value)], True
    generator = node.generators[depth]
    items, element = iterate(frame, generator.iterable, evaluate(frame, generator.iterable))
    certain = items is not None
    found: list[tuple[Value, Value]] = []
    for item in items if items is not None else [element]:
        assignment.assign(frame, generator.target, item)
        keep: bool | None = True
        for test in generator.tests:
            truth = decide(evaluate_test(frame, test, "if"))
            if truth is False:
                keep = False
                break
            if truth is None:
                keep = None
                narrow(frame, test, True)
        if keep is False:
            continue
        certain = certain and keep is True
        more, inner_certain = _generate(frame, node, depth + 1)
        found.extend(more)
        certain = certain and inner_certain
        if len(found) > _LONGEST_SEQUENCE:
            return found, False
    return found, certain


def _lambda(frame: Frame, node: ir.Lambda) -> Value:
    return Function(node, frame.scope, frame.block, frame.enclosing(), owner=frame.owner)


def _formatted(frame: Frame, node: ir.FormattedText) -> Value:
    known = True
    text = ""
    for part in node.parts:
        if isinstance(part, str):
            text += part
            continue
        value = evaluate(frame, part.value)
        if frame.phase == FORWARD and is_followed(value):
            calls.tell(frame, node, "builtins.format", Arguments([value]))
        shown = text_values.formatted(value, part.conversion, part.specification)
        known = known and shown is not None
        text += text_values.BLANK if shown is None else shown
    return Known(text) if known and len(text) <= _LONGEST_TEXT else Plain("str", value=text)


def _walrus(frame: Frame, node: ir.Walrus) -> Value:
    value = evaluate(frame, node.value)
    assignment.assign(frame, node.target, value)
    return value


def _yield(frame: Frame, node: ir.Yield) -> Value:
    value = evaluate(frame, node.value) if node.value is not None else Known(None)
    if node.each and node.value is not None:
        value = iterate(frame, node.value, value)[1]
    frame.yielded.append(value)
    return UNKNOWN


def _opaque(frame: Frame, node: ir.Opaque) -> Value:
    for part in node.parts:
        evaluate(frame, part)
    return UNKNOWN


_EVALUATE: dict[type, Callable[[Frame, Any], Value]] = {
    ir.Const: _const,
    ir.Name: _name,
    ir.Attribute: _attribute,
    ir.Call: _call,
    ir.Subscript: _subscript,
    ir.Slice: _slice,
    ir.Binary: _binary,
    ir.Unary: _unary,
    ir.Compare: _compare,
    ir.Boolean: _boolean,
    ir.Conditional: _conditional,
    ir.Display: _display,
    ir.Starred: _starred,
    ir.DictDisplay: _dict,
    ir.Comprehension: _comprehension,
    ir.Lambda: _lambda,
    ir.FormattedText: _formatted,
    ir.Walrus: _walrus,
    ir.Yield: _yield,
    ir.Opaque: _opaque,
}
