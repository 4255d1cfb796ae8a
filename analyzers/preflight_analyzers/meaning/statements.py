"""Running statements: paths part at branches and meet again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from preflight_analyzers.meaning import (
    arithmetic,
    assignment,
    comparison,
    containers,
    dict_methods,
    expressions,
    imports,
    ir,
    loops,
    scope,
    sequence_methods,
    special_methods,
    writes,
)
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.narrowing import narrow
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Arguments,
    Instance,
    Mapped,
    Sequence,
    Tensor,
    Value,
)


def run(frame: Frame, body: ir.Body) -> bool:
    """Run statements in order; False when the end is never reached."""
    for statement in body:
        frame.machine.step()
        if not _RUN[type(statement)](frame, statement):
            return False
    return True


def _assign(frame: Frame, node: ir.Assign) -> bool:
    unused = frame.unused
    if unused and all(isinstance(target, ir.Name) and target.id in unused for target in node.targets):
        value = expressions.evaluate_unused(frame, node.value)
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
    value = _grown(frame, node, left, right)
    if value is None:
        value = arithmetic.binary(frame, node, node.operator, left, right)
    if isinstance(left, Tensor) and node.operator != "@":
        value = writes.augment(frame, node, left, value)
    assignment.assign(frame, node.target, value)
    return True


def _grown(frame: Frame, node: ir.AugmentedAssign, left: Value, right: Value) -> Value | None:
    """A list, set or dict that others hold as well grows where it is; None for anything else."""
    given = Arguments([right])
    if isinstance(left, Sequence) and (left.kind, node.operator) in (("list", "+"), ("set", "|")):
        sequence_methods.sequence_method(frame, node.target, left, "extend", given)
    elif isinstance(left, Instance) and CHILDREN in left.attributes and node.operator in ("+", "|"):
        containers.grow(frame, node.target, left, "extend" if node.operator == "+" else "update", given)
    elif isinstance(left, Mapped) and node.operator == "|":
        dict_methods.dict_method(frame, node.target, left, "update", given)
    else:
        return None
    return left


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
    only_checks = not node.orelse and bool(node.body) and isinstance(node.body[-1], ir.Raise)
    truth = decide(expressions.evaluate_test(frame, node.test, "if ... raise" if only_checks else "if"))
    if truth is not None:
        return run(frame, node.body if truth else node.orelse)
    return _alternatives(frame, [node.body, node.orelse], node.test)


def _alternatives(frame: Frame, bodies: list[ir.Body], test: ir.Expr | None = None) -> bool:
    """Run each body from here; go on with what they leave behind. The first runs where ``test`` holds."""
    before, outer = dict(frame.names), frame.branch
    ends: list[dict[str, Value]] = []
    for path, body in enumerate(bodies):
        frame.set_names(before)
        frame.branch = object()
        if test is not None:
            narrow(frame, test, path == 0)
        if run(frame, body):
            ends.append(dict(frame.names))
    frame.branch = outer
    frame.set_names(before)
    frame.join_names(ends)
    return bool(ends)


def _with(frame: Frame, node: ir.With) -> bool:
    for item, target in node.items:
        value = expressions.evaluate(frame, item)
        entered = _entered(frame, item, value)
        if target is not None:
            assignment.assign(frame, target, entered)
    return run(frame, node.body)


def _entered(frame: Frame, node: ir.Expr, manager: Value) -> Value:
    """What ``with manager as target`` gives: of ``@contextmanager``, what the function yields."""
    if isinstance(manager, Sequence) and manager.kind == "iterator":
        return manager.element
    entered = special_methods.run(frame, node, manager, "__enter__")
    return UNKNOWN if entered is None else entered


def _try(frame: Frame, node: ir.Try) -> bool:
    """What the body leaves behind and what the handlers do; the handlers' own events don't count.

    They run only when something raises, which is not how a model is traced, or where a library is missing.
    """
    imported = imports.succeed(frame, node.body)
    if imported is False and len(node.handlers) == 1:
        handled = run(frame, node.handlers[0])
        return run(frame, node.final) and handled
    before, outer = dict(frame.names), frame.branch
    finished = run(frame, node.body) and run(frame, node.orelse)
    ends = [dict(frame.names)] if finished else []
    events, frame.machine.events = frame.machine.events, []
    for handler in () if imported else node.handlers:
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
    truth = decide(expressions.evaluate_test(frame, node.test, "assert"))
    if truth is None:
        narrow(frame, node.test, True)
    return truth is not False


def _raise(frame: Frame, node: ir.Raise) -> bool:
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
    subject = expressions.evaluate(frame, node.subject)
    possible: list[ir.Body] = []
    for case in node.cases:
        fits = _fits(frame, subject, case)
        if fits is False:
            continue
        for name in case.captures:
            frame.names[name] = subject if case.values is not None and len(case.captures) == 1 else UNKNOWN
        if fits and case.guard is not None:
            fits = decide(expressions.evaluate_test(frame, case.guard, "if"))
        if fits is False:
            continue
        possible.append(case.body)
        if fits:
            break
    else:
        possible.append(())
    return run(frame, possible[0]) if len(possible) == 1 else _alternatives(frame, possible)


def _fits(frame: Frame, subject: Value, case: ir.Case) -> bool | None:
    """Whether the pattern of a ``case`` fits, without its guard."""
    if case.values is None:
        return None
    if not case.values:
        return True
    values = [expressions.evaluate(frame, value) for value in case.values]
    verdicts = [
        decide(comparison.compare(frame, node, "==", subject, value))
        for node, value in zip(case.values, values, strict=True)
    ]
    if True in verdicts:
        return True
    return None if None in verdicts else False


_RUN: dict[type, Callable[[Frame, Any], bool]] = {
    ir.Assign: _assign,
    ir.AugmentedAssign: _augmented,
    ir.AnnotatedAssign: _annotated,
    ir.Evaluate: _evaluate,
    ir.Return: _return,
    ir.If: _if,
    ir.While: loops.run_while,
    ir.For: loops.run_for,
    ir.With: _with,
    ir.Try: _try,
    ir.Assert: _assert,
    ir.Raise: _raise,
    ir.Jump: loops.jump,
    ir.Delete: _delete,
    ir.Import: _import,
    ir.ImportFrom: _import_from,
    ir.FunctionDef: _function,
    ir.ClassDef: _class,
    ir.Match: _match,
}
