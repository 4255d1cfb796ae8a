"""Evaluating expressions to abstract values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import (
    arithmetic,
    assignment,
    attributes,
    calls,
    comparison,
    ir,
    sequence_methods,
    subscripts,
    text_values,
)
from preflight_analyzers.meaning.events import Branch
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.liveness import takes_out
from preflight_analyzers.meaning.machine import OutOfBudget
from preflight_analyzers.meaning.narrowing import Narrowed, narrow
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Deferred,
    Function,
    Known,
    Mapped,
    Method,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    is_followed,
    is_varying,
    join,
    join_all,
    options,
    strongest,
)
from preflight_analyzers.meaning.views import gives_itself


def evaluate(frame: Frame, node: ir.Expr) -> Value:
    machine = frame.machine  # machine.step(), written out: nothing is called as often
    machine.steps += 1
    if machine.steps > machine.most_steps:
        raise OutOfBudget
    return _EVALUATE[type(node)](frame, node)


def _const(frame: Frame, node: ir.Const) -> Value:
    return Known(node.value)


def _name(frame: Frame, node: ir.Name) -> Value:
    value = frame.names.get(node.id)  # frame.lookup(), as far as most names need it
    return frame.lookup(node.id) if value is None or type(value) is Deferred else value


def _attribute(frame: Frame, node: ir.Attribute) -> Value:
    owner = evaluate(frame, node.object)
    return attributes.attribute(frame, node, owner, node.name)


def _call(frame: Frame, node: ir.Call) -> Value:
    if takes_out(node):
        frame.machine.unused += 1
        try:
            function = evaluate(frame, node.function)
            arguments = arguments_of(frame, node)
        finally:
            frame.machine.unused -= 1
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
    rest: list[Value] | None = None  # once it isn't known how many there are
    for argument in node.arguments:
        value = evaluate(frame, argument.value)
        if argument.star == "*":
            items, element = iterate(frame, argument.value, value)
            if items is None:
                rest = [*(rest or ()), element]
            else:
                (positional if rest is None else rest).extend(items)
        elif argument.star == "**":
            if isinstance(value, Mapped) and value.items is not None:
                keywords.update({str(k): v for k, v in value.items.items()})
            else:
                complete = False
        elif argument.keyword is not None:
            keywords[argument.keyword] = value
        else:
            (positional if rest is None else rest).append(value)
    if rest is None:
        return Arguments(positional, keywords, complete)
    return Arguments(positional, keywords, complete=False, rest=join_all(rest))


def _subscript(frame: Frame, node: ir.Subscript) -> Value:
    owner = evaluate(frame, node.object)
    key = evaluate(frame, node.key)
    results = [
        subscripts.element(frame, node, option, key)
        for option in options(owner)
        if not subscripts.is_none(option)
    ]
    return join_all(results)


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
    # Its bounds are in the graph where one is a tensor that is computed there.
    computed = any(isinstance(part, Tensor) and part.source is Source.INPUT for part in parts)
    return Plain("slice", strongest(parts), slice(*bounds) if known else None, computed, computed)


def _binary(frame: Frame, node: ir.Binary) -> Value:
    left, right = evaluate(frame, node.left), evaluate(frame, node.right)
    return arithmetic.binary(frame, node, node.operator, left, right)


def _unary(frame: Frame, node: ir.Unary) -> Value:
    if node.operator == "not":
        value = evaluate_test(frame, node.operand, "not")
        truth = decide(value)
        if truth is not None:
            return Known(not truth)
        return Plain("bool", strongest([value]))
    return arithmetic.unary(frame, node, evaluate(frame, node.operand))


def _compare(frame: Frame, node: ir.Compare) -> Value:
    left = evaluate(frame, node.left)
    results: list[Value] = []
    for symbol, comparator in zip(node.operators, node.comparators, strict=True):
        right = evaluate(frame, comparator)
        results.append(comparison.compare(frame, node, symbol, left, right))
        left = right
    if len(results) == 1:
        return results[0]
    for value in results[:-1]:
        decided(frame, node.at, "chained comparison", value)
    if all(isinstance(r, Known) for r in results):
        return Known(all(r.value for r in results if isinstance(r, Known)))
    return join_all(results) if any(map(is_followed, results)) else Plain("bool", strongest(results))


def evaluate_test(
    frame: Frame, node: ir.Expr, kind: str, at: int | None = None, *, part: bool = False
) -> Value:
    """Evaluate what Python decides by, at ``at`` or there; each part of ``a and b`` is told on its own."""
    if isinstance(node, ir.Boolean):
        frame.machine.step()
        value = _boolean(frame, node, kind)
        if not part and is_varying(value):
            decided(frame, node.at, kind, value)
        return value
    value = evaluate_unused(frame, node)
    if isinstance(node, ir.Unary) and node.operator == "not":
        return value
    if not (part and is_varying(value)):  # the other part may decide alone
        decided(frame, node.at if at is None else at, kind, value)
    return value


def evaluate_unused(frame: Frame, node: ir.Expr) -> Value:
    """Evaluate what is only looked at by Python, so that it leaves nothing in the graph."""
    machine = frame.machine
    machine.unused += 1
    try:
        return evaluate(frame, node)
    finally:
        machine.unused -= 1


def decided(frame: Frame, at: int, kind: str, value: Value) -> None:
    """Tell that Python decides by ``value`` here."""
    if frame.phase == FORWARD:
        frame.emit(Branch(frame.site(at), kind, value))
        if value is UNKNOWN:
            frame.machine.gap(frame.site(at), "a condition that isn't known")


def _boolean(frame: Frame, node: ir.Boolean, kind: str | None = None) -> Value:
    # Outside of a test, CPython decides at the place of the whole ``a and b``.
    left = evaluate_test(frame, node.left, kind or node.operator, None if kind else node.at, part=True)
    truth = decide(left)
    if truth is not None and truth != (node.operator == "and"):
        return left
    outer = frame.branch
    if truth is None:
        frame.branch = object()
    with Narrowed(frame, node.left, node.operator == "and"):
        right = evaluate_test(frame, node.right, kind, part=True) if kind else evaluate(frame, node.right)
    frame.branch = outer
    if truth is not None or (kind is not None and decide(right) is (node.operator == "or")):
        return right  # it decides alone
    if kind and is_varying(left) is not is_varying(right):
        return Plain("bool")  # what doesn't vary may decide alone
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
    with Narrowed(frame, node.test, True):
        value = evaluate(frame, node.body)
    with Narrowed(frame, node.test, False):
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
    if node.kind == "set":
        known = items if length_known else None
        return sequence_methods.make_set(known, join_all(items), frame.branch)
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
    if kind == "set":
        return sequence_methods.make_set(values if certain else None, join_all(values), frame.branch)
    if certain:
        return Sequence(kind, values, branch=frame.branch)
    return Sequence(kind, None, join_all(values), frame.branch)


def _generate(frame: Frame, node: ir.Comprehension, depth: int) -> tuple[list[tuple[Value, Value]], bool]:
    if depth == len(node.generators):
        element = evaluate(frame, node.element)
        value = evaluate(frame, node.value) if node.value is not None else element
        return [(element, value)], True
    generator = node.generators[depth]
    # Python asks the first iterable for its elements where the comprehension stands.
    place = node if depth == 0 else generator.iterable
    items, element = iterate(frame, place, evaluate(frame, generator.iterable))
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
        if len(found) > arithmetic.LONGEST_SEQUENCE:
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
        calls.tell_shown(frame, node, [value])
        shown = text_values.formatted(value, part.conversion, part.specification)
        known = known and shown is not None
        text += text_values.BLANK if shown is None else shown
    return Known(text) if known and len(text) <= arithmetic.LONGEST_TEXT else Plain("str", value=text)


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
