"""Operators, indexing, length and iteration of objects of one's own: ``__add__``, ``__getitem__`` ..."""

from __future__ import annotations

from preflight_analyzers.meaning import attributes, calls, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.values import Arguments, Class, Function, Instance, Value


def method(value: Value, name: str) -> Function | None:
    if not isinstance(value, Instance) or not isinstance(value.cls, Class):
        return None
    found = attributes.class_member(value, name)
    return found if isinstance(found, Function) else None


def run(frame: Frame, node: ir.Expr, value: Value, name: str, *operands: Value) -> Value | None:
    """What the special method gives; None where there is none."""
    found = method(value, name)
    return None if found is None else calls.call(frame, node, found, Arguments(operands))


def operate(
    frame: Frame, node: ir.Expr | ir.AugmentedAssign, name: str, left: Value, right: Value
) -> Value | None:
    """``left + right`` where one of them is such an object; None where none is."""
    place = node if not isinstance(node, ir.AugmentedAssign) else node.target
    if isinstance(node, ir.AugmentedAssign):
        result = run(frame, place, left, "__i" + name[2:], right)
        if result is not None:
            return result
    result = run(frame, place, left, name, right)
    return result if result is not None else run(frame, place, right, "__r" + name[2:], left)
