"""Arithmetic on shapes in which some sizes aren't known."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.meaning.shapes.call import Call, Unsure
from preflight_analyzers.meaning.values import Known, Plain, Shape, Tensor, Value


def axis_of(dim: int, rank: int) -> int:
    """A dim counted from the front."""
    place = dim + rank if dim < 0 else dim
    if rank == 0 and dim in (0, -1):
        return 0
    if not 0 <= place < rank:
        raise Unsure
    return place


def product(sizes: Iterable[int | None]) -> int | None:
    result: int | None = 1
    for size in sizes:
        if size == 0:
            return 0
        result = None if result is None or size is None else result * size
    return result


def broadcast_sizes(a: int | None, b: int | None) -> int | None:
    if a == 1:
        return b
    if b == 1:
        return a
    # One that isn't known may be 1; the other then decides, and it must be equal otherwise.
    return a if a is not None else b


def broadcast(shapes: Iterable[Shape]) -> Shape:
    result: Shape = ()
    for shape in shapes:
        rank = max(len(result), len(shape))
        left, right = ((1,) * (rank - len(s)) + s for s in (result, shape))
        result = tuple(broadcast_sizes(a, b) for a, b in zip(left, right, strict=True))
    return result


def operand_shape(value: Value) -> Shape:
    """The shape that an operand broadcasts with; a number's is ()."""
    if isinstance(value, Tensor):
        if value.shape is None:
            raise Unsure
        return value.shape
    if isinstance(value, Known | Plain):
        return ()
    raise Unsure


def replaced(shape: Shape, axis: int, *sizes: int | None) -> Shape:
    """The shape with the size of one axis replaced (by none, one, or several)."""
    return (*shape[:axis], *sizes, *shape[axis + 1 :])


def plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def times(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a * b


def axes(call: Call, position: int, *names: str, rank: int) -> list[int]:
    return [axis_of(dim, rank) for dim in call.integers(position, *names)]
