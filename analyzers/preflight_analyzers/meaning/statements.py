"""Running statements: paths part at branches and meet again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import assignment, expressions, imports, ir, scope, writes
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import UNKNOWN, Tensor, Value

_LOOP_ROUNDS = 2


def run(frame: Frame, body: ir.Body) -> bool:
    """Run statements in order; False when the end is never reached."""
    for statement in body:
        frame.machine.step()
        if not _RUN[type(statement)](frame, statement):
            return False
    return True


def _assign(frame: Frame, node: ir.Assign) -> bool:
    if all(isinstance(target, ir.Name) and target.id in frame.unused for target in node.targets):
        with frame.machine.leaving_nothing():
            value = expressions.evaluate(frame, node.value)
    else:
        value = expressions.evaluate(frame, node.value)
    for target in node.targets:
        assignment.assign(frame, target, value)
        if isinstance(target, ir.Display):
            assignment.learn_rank(frame, node.value, target)
    return True


def _augmented(frame: Frame, node: ir.AugmentedAssign) -> bool:
    left = expressions.evaluate(frame, node.target)
    right = expressions.evaluate(frame, node.value)
    value = expressions.binary(frame, node, node.operator, left, right)
    if isinstance(left, Tensor) and node.operator != "@":
        value = writes.augment(frame, node, left, value)
    assignment.assign(frame, node.target, value)
    return True


def _annotated(frame: Frame, node: ir.AnnotatedAssign) -> bool:
    if node.value is not None:
        assignment.assign(frame, node.target, expressions.evaluate(frame, node.value))
    return True


def _evaluate(frame: Frame, node: ir.Evaluate) -> bool:
    expressions.evaluate(frame, node.value)
    return True


def _return(frame: Frame, node: ir.Return) -> bool:
    if node.value is not None:
        frame.returned.append(expressions.evaluate(frame, node.value))
    return False


def _if(frame: Frame, node: ir.If) -> bool:
    truth = decide(expressions.evaluate_test(frame, node.test, "if"))
    if truth is not None:
        return run(frame, node.body if truth else node.orelse)
    return _alternatives(frame, [node.body, node.orelse])


def _alternatives(frame: Frame, bodies: list[ir.Body]) -> bool:
    """Run each body from here; go on with what they leave behind."""
    before, outer = dict(frame.names), frame.branch
    ends: list[dict[str, Value]] = []
    for body in bodies:
        frame.set_names(before)
        frame.branch = object()
        if run(frame, body):
            ends.append(dict(frame.names))
    frame.branch = outer
    frame.set_names(before)
    frame.join_names(ends)
    return bool(ends)


def _loop(frame: Frame, body: ir.Body, before_round: Callable[[], object]) -> None:
    """Run a loop body of unknown length: not at all, once, and again."""
    outer = frame.branch
    ends = [dict(frame.names)]
    frame.loop_exits.append([])
    for _ in range(_LOOP_ROUNDS):
        frame.branch = object()
        before_round()
        if run(frame, body):
            ends.append(dict(frame.names))
        ends.extend(frame.loop_exits[-1])
        frame.loop_exits[-1] = []
        frame.join_names(ends)
        ends = [dict(frame.names)]
    frame.loop_exits.pop()
    frame.branch = outer


def _while(frame: Frame, node: ir.While) -> bool:
    truth = decide(expressions.evaluate_test(frame, node.test, "while"))
    if truth is False:
        return run(frame, node.orelse)
    _loop(frame, node.body, lambda: expressions.evaluate_test(frame, node.test, "while"))
    return run(frame, node.orelse)


def _for(frame: Frame, node: ir.For) -> bool:
    iterable = expressions.evaluate(frame, node.iterable)
    items, element = iterate(frame, node.iterable, iterable)
    if items is None:
        _loop(frame, node.body, lambda: assignment.assign(frame, node.target, element))
        return run(frame, node.orelse)
    frame.loop_exits.append([])
    finished = True
    for item in items:
        assignment.assign(frame, node.target, item)
        finished = run(frame, node.body)
        exits = frame.loop_exits[-1]
        if exits:
            frame.join_names([*exits, frame.names] if finished else exits)
            frame.loop_exits[-1] = []
            finished = True
        if not finished:
            break
    frame.loop_exits.pop()
    return run(frame, node.orelse) if finished else False


def _with(frame: Frame, node: ir.With) -> bool:
    for item, target in node.items:
        value = expressions.evaluate(frame, item)
        if target is not None:
            assignment.assign(frame, target, value if isinstance(value, type(UNKNOWN)) else UNKNOWN)
    return run(frame, node.body)


def _try(frame: Frame, node: ir.Try) -> bool:
    """What the body leaves behind and what the handlers do; the handlers' own events don't count.

    They run only when something raises, which is not how a model is traced.
    """
    before, outer = dict(frame.names), frame.branch
    finished = run(frame, node.body) and run(frame, node.orelse)
    ends = [dict(frame.names)] if finished else []
    events, frame.machine.events = frame.machine.events, []
    for handler in node.handlers:
        frame.set_names(before)
        frame.branch = object()
        if run(frame, handler):
            ends.append(dict(frame.names))
    frame.machine.events = events
    frame.branch = outer
    frame.set_names(ends[0] if ends else before)
    frame.join_names(ends)
    return run(frame, node.final) and bool(ends)


def _assert(frame: Frame, node: ir.Assert) -> bool:
    return decide(expressions.evaluate_test(frame, node.test, "assert")) is not False


def _raise(frame: Frame, node: ir.Raise) -> bool:
    return False


def _jump(frame: Frame, node: ir.Jump) -> bool:
    if frame.loop_exits:
        frame.loop_exits[-1].append(dict(frame.names))
    return False


def _delete(frame: Frame, node: ir.Delete) -> bool:
    for target in node.targets:
        assignment.delete(frame, target)
    return True


def _import(frame: Frame, node: ir.Import) -> bool:
    imports.run_import(frame, node)
    return True


def _import_from(frame: Frame, node: ir.ImportFrom) -> bool:
    imports.run_import_from(frame, node)
    return True


def _function(frame: Frame, node: ir.FunctionDef) -> bool:
    frame.names[node.name] = scope.make_function(frame, node)
    return True


def _class(frame: Frame, node: ir.ClassDef) -> bool:
    frame.names[node.name] = scope.make_class(frame, node)
    return True


def _match(frame: Frame, node: ir.Match) -> bool:
    expressions.evaluate(frame, node.subject)
    for case in node.cases:
        for name in case.captures:
            frame.unbind(name)
    return _alternatives(frame, [*(case.body for case in node.cases), ()])


_RUN: dict[type, Callable[[Frame, Any], bool]] = {
    ir.Assign: _assign,
    ir.AugmentedAssign: _augmented,
    ir.AnnotatedAssign: _annotated,
    ir.Evaluate: _evaluate,
    ir.Return: _return,
    ir.If: _if,
    ir.While: _while,
    ir.For: _for,
    ir.With: _with,
    ir.Try: _try,
    ir.Assert: _assert,
    ir.Raise: _raise,
    ir.Jump: _jump,
    ir.Delete: _delete,
    ir.Import: _import,
    ir.ImportFrom: _import_from,
    ir.FunctionDef: _function,
    ir.ClassDef: _class,
    ir.Match: _match,
}
