"""Sizes that a conversion leaves open: those of ``ct.RangeDim`` and of ``ct.EnumeratedShapes`` that differ,
and those that ``dynamic_shapes=`` of ``torch.export.export`` names.

A model is traced with one size all the same. To see what depends on an open one, the model is run once more
with the example's sizes, in which the open ones are marked; arithmetic keeps the mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from preflight_analyzers.meaning.events import ApiCall, Branch, Event, ExportedSize, Iteration
from preflight_analyzers.meaning.values import (
    Arguments,
    External,
    Instance,
    Known,
    Mapped,
    OpenSize,
    Plain,
    Sequence,
    Shape,
    Source,
    Tensor,
    Value,
    source_of,
)

#: For an open size of which the example tells nothing.
_SOME_SIZE = 64
#: Calls of torch that look at numbers; other calls are judged in the run without marks.
_OF_NUMBERS = ("torch.tensor", "torch.as_tensor", "torch.Tensor")


def opened(example: Arguments | None, inputs: Value | None) -> Arguments | None:
    """The example with its open sizes marked; None where none is surely open."""
    if example is None or example.keywords or not isinstance(inputs, Sequence) or inputs.items is None:
        return None
    marked = [_marked(*pair) for pair in zip(example.positional, inputs.items, strict=False)]
    if len(example.positional) != len(inputs.items) or not any(map(_is_open, marked)):
        return None
    return Arguments(marked)


def opened_by_export(example: Arguments | None, shapes: Value | None, insists: bool) -> Arguments | None:
    """The example with the sizes marked that ``dynamic_shapes=`` of an export leaves open, in one way."""
    if example is None or example.keywords:
        return None
    described: list[Value] | None = None
    if isinstance(shapes, Sequence):
        described = shapes.items
    elif isinstance(shapes, Mapped) and shapes.items is not None:  # by the names of the parameters, in order
        described = list(shapes.items.values())
    if described is None or len(described) != len(example.positional):
        return None
    pairs = zip(example.positional, described, strict=True)
    marked = [_open_at(value, _exported_axes(axes, insists)) for value, axes in pairs]
    return Arguments(marked) if any(map(_is_open, marked)) else None


def _exported_axes(axes: Value, insists: bool) -> set[object]:
    """The axes that are open in this way, counted from 0."""
    named: dict[object, Value] = {}
    if isinstance(axes, Mapped):
        named = axes.items or {}
    elif isinstance(axes, Sequence):
        named = dict(enumerate(axes.items or ()))
    return {axis for axis, dim in named.items() if _insists(dim) is insists}


def _insists(dim: Value) -> bool | None:
    """True for ``Dim("n")``, False for ``Dim.AUTO``; None for anything else."""
    if isinstance(dim, Instance) and dim.class_name == "torch.export.Dim":
        return True
    return False if isinstance(dim, External) and dim.name == "torch.export.Dim.AUTO" else None


def _open_at(value: Value, axes: set[object]) -> Value:
    if not isinstance(value, Tensor) or value.shape is None or not axes:
        return value
    shape = tuple(
        OpenSize(_SOME_SIZE if size is None else size) if axis in axes else size
        for axis, size in enumerate(value.shape)
    )
    return Tensor(value.source, value.dtype, shape)


def told(events: Iterable[Event]) -> Iterator[Event]:
    """Of what was seen in such a run, what is about open sizes."""
    for event in events:
        if isinstance(event, Iteration):
            if not event.unpacked and _begins_open(event.value.shape):
                yield event
        elif isinstance(event, Branch):
            if source_of(event.value) is Source.OPEN:
                yield event
        elif isinstance(event, ApiCall):
            torch = event.api.startswith("torch.") and event.api not in _OF_NUMBERS
            if not torch and any(map(_concerns, event.arguments.values())):
                yield event


def told_of_export(events: Iterable[Event], insists: bool) -> Iterator[ExportedSize]:
    """The same, of a run of an export."""
    for event in told(events):
        if isinstance(event, ApiCall | Iteration):
            yield ExportedSize(event.site, event, insists)


def _concerns(value: Value) -> bool:
    return source_of(value) is Source.OPEN or (isinstance(value, Tensor) and _begins_open(value.shape))


def _begins_open(shape: Shape | None) -> bool:
    return shape is not None and isinstance(next(iter(shape), None), OpenSize)


def _is_open(value: Value) -> bool:
    return isinstance(value, Tensor) and any(isinstance(size, OpenSize) for size in value.shape or ())


def _marked(value: Value, described: Value) -> Value:
    if not isinstance(value, Tensor) or not isinstance(described, Instance) or described.arguments is None:
        return value
    axes = _open_axes(described.arguments.get(1, "shape"))
    if axes is None or (value.shape is not None and len(value.shape) != len(axes)):
        return value
    sizes = value.shape or (None,) * len(axes)
    shape = tuple(
        OpenSize(_SOME_SIZE if size is None else size) if is_open else size
        for size, is_open in zip(sizes, axes, strict=True)
    )
    return Tensor(value.source, value.dtype, shape, floats=value.floats)


def _open_axes(shape: Value | None) -> list[bool] | None:
    """Which axes of an input are surely open."""
    if isinstance(shape, Sequence) and shape.items is not None:
        return [_kind(item) == "RangeDim" for item in shape.items]
    if isinstance(shape, Instance) and shape.arguments is not None:
        if _kind(shape) == "Shape":
            return _open_axes(shape.arguments.get(0, "shape"))
        if _kind(shape) == "EnumeratedShapes":
            return _differing(shape.arguments.get(0, "shapes"))
    return None


def _differing(shapes: Value | None) -> list[bool] | None:
    found = [_numbers(one) for one in shapes.items or ()] if isinstance(shapes, Sequence) else []
    if not found or any(one is None or len(one) != len(found[0] or ()) for one in found):
        return None
    return [
        len(set(sizes)) > 1 and None not in sizes
        for sizes in zip(*(one for one in found if one is not None), strict=True)
    ]


def _numbers(shape: Value) -> list[Any] | None:
    if isinstance(shape, Instance) and shape.arguments is not None and _kind(shape) == "Shape":
        shape = shape.arguments.get(0, "shape") or shape
    if not isinstance(shape, Sequence) or shape.items is None:
        return None
    return [item.value if isinstance(item, Known | Plain) else None for item in shape.items]


def _kind(value: Value) -> str:
    return value.class_name.rpartition(".")[2] if isinstance(value, Instance) else ""
