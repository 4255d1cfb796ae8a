"""Going over a value, element by element."""

from __future__ import annotations

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import Iteration
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Instance,
    Known,
    Mapped,
    Sequence,
    Tensor,
    Value,
)
from preflight_analyzers.meaning.views import view

#: Longer sequences are gone over as "some element".
_UNROLLED = 32


def iterate(frame: Frame, node: ir.Expr, value: Value) -> tuple[list[Value] | None, Value]:
    """The elements in order where their number is known, and what any one of them may be."""
    if isinstance(value, Instance):
        value = value.attributes.get(CHILDREN, UNKNOWN)
    if isinstance(value, Sequence):
        if value.items is not None and len(value.items) <= _UNROLLED:
            return list(value.items), value.element
        return None, value.element
    if isinstance(value, Mapped):
        if value.items is not None and len(value.items) <= _UNROLLED:
            return [Known(key) for key in value.items], UNKNOWN
        return None, UNKNOWN
    if isinstance(value, Tensor):
        tell_iteration(frame, node, value)
        return None, view("unbind", value, value.element().coming_from(value.origin))
    if isinstance(value, Known) and isinstance(value.value, str | bytes | tuple | range):
        found: list[Value] = [Known(item) for item in value.value]
        if len(found) <= _UNROLLED:
            return found, UNKNOWN
        return None, Sequence("list", found).element
    return None, UNKNOWN


def tell_iteration(frame: Frame, node: ir.Expr, value: Tensor, unpacked: bool = False) -> None:
    """Tell that Python goes over a tensor at ``node``."""
    if frame.phase == FORWARD and not isinstance(node, ir.Const):  # a constant stands for no place
        frame.emit(Iteration(frame.site(node.at), value, unpacked))
