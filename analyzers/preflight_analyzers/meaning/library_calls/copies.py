"""``copy``: the same again, as an object of its own."""

from __future__ import annotations

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.blueprints import deep_copy
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.values import Arguments, Instance, Mapped, Sequence, Value


def _deep(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return deep_copy(first(arguments), frame.branch)


def _shallow(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if isinstance(value, Sequence):
        items = None if value.items is None else list(value.items)
        return Sequence(value.kind, items, value.element, frame.branch, value.fields)
    if isinstance(value, Mapped):
        return Mapped(None if value.items is None else dict(value.items), value.element, frame.branch)
    if isinstance(value, Instance):
        copied = Instance(value.cls, value.arguments)
        copied.made_with, copied.open = value.made_with, value.open
        copied.training, copied.escaped = value.training, value.escaped
        copied.attributes = dict(value.attributes)
        return copied
    return value


FUNCTIONS: dict[str, Run] = {"copy.deepcopy": _deep, "copy.copy": _shallow}
