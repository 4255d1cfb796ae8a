"""What a model holds at one moment, to bring it back later."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from preflight_analyzers.meaning import module_methods
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.values import Function, Instance, Mapped, Sequence, Value, options


class Held(NamedTuple):
    """A module or container with what it held."""

    holder: Instance | Sequence | Mapped
    contents: Any
    element: Value | None = None


def state_of(frame: Frame, model: Value) -> tuple[Held, ...]:
    """What the modules of a model hold now, down to the elements of their containers."""
    root = model.receiver if isinstance(model, Function) else model
    held: list[Held] = []
    for option in options(root) if root is not None else ():
        if isinstance(option, Instance):
            for module in module_methods.tree_of(frame, option):
                held.append(Held(module, dict(module.attributes)))
                for value in module.attributes.values():
                    held.extend(_in_container(value))
    return tuple(held)


def _in_container(value: Value) -> Iterator[Held]:
    inside: list[Value] = []
    if isinstance(value, Sequence):
        inside = list(value.items or ())
        yield Held(value, None if value.items is None else inside, value.element)
    elif isinstance(value, Mapped):
        inside = list((value.items or {}).values())
        yield Held(value, None if value.items is None else dict(value.items), value.element)
    for item in inside:
        yield from _in_container(item)


def restore(state: tuple[Held, ...]) -> None:
    """Put back what was held; what has been added to the model since is not in it."""
    for holder, contents, element in state:
        copied: Any = None if contents is None else contents.copy()
        if isinstance(holder, Instance):
            holder.attributes = copied
        else:
            holder.items = copied
            assert element is not None
            holder.element = element
