"""Going over a value, element by element."""

from __future__ import annotations

from preflight_analyzers.meaning import ir, special_methods
from preflight_analyzers.meaning.events import Iteration
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Choice,
    Instance,
    Known,
    Mapped,
    Sequence,
    Tensor,
    Value,
    join_all,
)
from preflight_analyzers.meaning.views import view

#: Longer sequences are gone over as "some element".
_UNROLLED = 32


def _any_of(items: list[Value] | None, element: Value) -> Value:
    return element if items is None else join_all(items)


def _over_object(frame: Frame, node: ir.Expr, value: Instance) -> Value:
    """What is gone over in place of an object: the modules it holds, or what its ``__iter__`` gives."""
    own = special_methods.run(frame, node, value, "__iter__")
    if own is not None:
        return own if not isinstance(own, Instance) else UNKNOWN
    children = value.attributes.get(CHILDREN)
    return UNKNOWN if children is None else children


def iterate(frame: Frame, node: ir.Expr, value: Value) -> tuple[list[Value] | None, Value]:
    """The elements in order where their number is known, and what any one of them may be."""
    if isinstance(value, Instance):
        value = _over_object(frame, node, value)
    if isinstance(value, Choice):
        some = [one for one in value.options if not (isinstance(one, Known) and one.value is None)]
        if len(some) == 1:
            return iterate(frame, node, some[0])
        return None, join_all(_any_of(*iterate(frame, node, option)) for option in some)
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
