"""Putting tensors together and taking them apart (cat, stack, chunk, split, unbind ...)."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Result,
    Rule,
    ShapeRule,
    Unsure,
    items_of,
    several,
    size_of,
)
from preflight_analyzers.meaning.shapes.promotion import result_type
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, plus, product, replaced
from preflight_analyzers.meaning.values import Sequence, Shape, Tensor, Value

_MOST_PIECES = 64


def _given(call: Call) -> list[Tensor]:
    return call.tensors(0, "tensors")


def _joined_dtype(call: Call) -> str:
    return result_type(list(_given(call)))


def _shapes(tensors: list[Tensor]) -> list[Shape]:
    """The shapes of tensors of one rank, which one of them tells."""
    ranks = {len(t.shape) for t in tensors if t.shape is not None}
    if len(ranks) != 1:
        raise Unsure
    rank = ranks.pop()
    return [t.shape if t.shape is not None else (None,) * rank for t in tensors]


def _agreed(sizes: list[int | None]) -> int | None:
    """A size that all share: the one that is known."""
    return next((size for size in sizes if size is not None), None)


def _concatenated(shapes: list[Shape], axis: int) -> Shape:
    total: int | None = 0
    for shape in shapes:
        total = plus(total, shape[axis])
    merged = tuple(_agreed([s[i] for s in shapes]) for i in range(len(shapes[0])))
    return replaced(merged, axis, total)


def _cat_shape(call: Call) -> Shape:
    tensors = _given(call)
    # An empty vector may go with anything.
    if any(t.shape == (0,) for t in tensors):
        tensors = [t for t in tensors if t.shape != (0,)] or tensors[:1]
    elif any(t.shape is None for t in tensors) and all(t.shape is None or len(t.shape) == 1 for t in tensors):
        raise Unsure
    shapes = _shapes(tensors)
    rank = len(shapes[0])
    try:
        axis = axis_of(call.integer(1, "dim", "axis", default=0), rank)
    except Unsure:
        return (None,) * rank
    return _concatenated(shapes, axis)


def _stack_shape(call: Call) -> Shape:
    shapes = _shapes(_given(call))
    merged = tuple(_agreed([s[i] for s in shapes]) for i in range(len(shapes[0])))
    try:
        axis = axis_of(call.integer(1, "dim", "axis", default=0), len(merged) + 1)
    except Unsure:
        return (None,) * (len(merged) + 1)
    return (*merged[:axis], len(shapes), *merged[axis:])


def _stacked_along(axis: int, rank: int) -> ShapeRule:
    """hstack, vstack, dstack: at least ``rank`` axes, joined along ``axis``."""

    def rule(call: Call) -> Shape:
        shapes = [t.shape for t in _given(call)]
        known: list[Shape] = []
        for shape in shapes:
            if shape is None:
                raise Unsure
            if rank == 3 and len(shape) < 3:
                shape = {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}[len(shape)]
            known.append((1,) * (rank - len(shape)) + shape)
        if len({len(shape) for shape in known}) != 1:
            raise Unsure
        return _concatenated(known, 0 if len(known[0]) == 1 else axis)

    return rule


def _column_shape(call: Call) -> Shape:
    known: list[Shape] = []
    for tensor in _given(call):
        if tensor.shape is None:
            raise Unsure
        shape = tensor.shape
        known.append(shape if len(shape) > 1 else (product(shape), 1))
    return _concatenated(known, 1)


def _blocks_shape(call: Call) -> Shape:
    rows: int | None = 0
    columns: int | None = 0
    if not call.arguments.complete:
        raise Unsure
    for value in call.arguments.positional:
        if not isinstance(value, Tensor) or value.shape is None:
            raise Unsure
        height, width = (1, 1, *value.shape)[-2:]
        rows, columns = plus(rows, height), plus(columns, width)
    return (rows, columns)


def _blocks_dtype(call: Call) -> str:
    if not call.arguments.complete:
        raise Unsure
    return result_type(list(call.arguments.positional))


def pieces(source: Tensor, axis: int, sizes: list[int | None]) -> Sequence:
    shape = source.shape
    return Sequence(
        "tuple",
        [
            Tensor(source.source, source.dtype, None if shape is None else replaced(shape, axis, size))
            for size in sizes
        ],
    )


def _some(call: Call, shape: Shape | None) -> Sequence:
    tensor = call.tensor(0, "input", "tensor")
    return Sequence("tuple", None, Tensor(tensor.source, tensor.dtype, shape))


def _axis(call: Call, tensor: Tensor, position: int, default: int = 0) -> int:
    """The axis; which one doesn't matter where the shape isn't known."""
    if tensor.shape is None:
        return 0
    return axis_of(call.integer(position, "dim", default=default), len(tensor.shape))


def _chunk(call: Call) -> Result:
    tensor = call.tensor(0, "input")
    chunks = call.integer(1, "chunks")
    if tensor.shape is None:
        raise Unsure
    axis = _axis(call, tensor, 2)
    size = tensor.shape[axis]
    if size is None:
        return _some(call, replaced(tensor.shape, axis, None))
    each = -(-size // chunks)
    if each == 0:
        return pieces(tensor, axis, [0] * chunks)
    return pieces(tensor, axis, _steps(size, each))


def _steps(size: int, each: int) -> list[int | None]:
    if size // max(each, 1) > _MOST_PIECES:
        raise Unsure
    whole: list[int | None] = [each] * (size // each)
    return [*whole, size % each] if size % each else whole


def _split(call: Call) -> Result:
    tensor = call.tensor(0, "tensor", "input")
    wanted = call.sure(1, "split_size_or_sections", "split_size", "split_sizes")
    if wanted is None:
        raise Unsure
    axis = _axis(call, tensor, 2)
    listed = items_of(wanted)
    if listed is not None:
        return pieces(tensor, axis, [size_of(v) for v in listed])
    if tensor.shape is None:
        raise Unsure
    each, size = size_of(wanted), tensor.shape[axis]
    if each is None or size is None or each <= 0:
        return _some(call, replaced(tensor.shape, axis, None))
    return pieces(tensor, axis, _steps(size, each) if size else [0])


def _tensor_split_along(call: Call, axis: int | None) -> Result:
    tensor = call.tensor(0, "input")
    if tensor.shape is None:
        raise Unsure
    if axis is None:
        axis = _axis(call, tensor, 2)
    wanted = call.sure(1, "indices_or_sections", "sections", "indices")
    if wanted is None or isinstance(wanted, Tensor):
        raise Unsure
    size = tensor.shape[axis]
    listed = items_of(wanted)
    if listed is None:
        sections = size_of(wanted)
        if sections is None or not 0 < sections <= _MOST_PIECES:
            return _some(call, replaced(tensor.shape, axis, None))
        if size is None:
            return pieces(tensor, axis, [None] * sections)
        return pieces(tensor, axis, [size // sections + (i < size % sections) for i in range(sections)])
    if size is None:
        return pieces(tensor, axis, [None] * (len(listed) + 1))
    ends: list[int] = []
    for value in listed:
        end = size_of(value)
        if end is None:
            return pieces(tensor, axis, [None] * (len(listed) + 1))
        ends.append(end)
    parts: list[int | None] = [
        len(range(*slice(a, b).indices(size))) for a, b in zip([0, *ends], [*ends, size], strict=True)
    ]
    return pieces(tensor, axis, parts)


def _split_at(axis: int) -> Rule:
    def rule(call: Call) -> Result:
        tensor = call.tensor(0, "input")
        if tensor.shape is None:
            raise Unsure
        along = 0 if axis == 1 and len(tensor.shape) == 1 else axis
        if along >= len(tensor.shape):
            raise Unsure
        return _tensor_split_along(call, along)

    return rule


def _unbind(call: Call) -> Result:
    tensor = call.tensor(0, "input")
    if tensor.shape is None:
        raise Unsure
    try:
        axis = _axis(call, tensor, 1)
    except Unsure:
        return _some(call, (None,) * (len(tensor.shape) - 1))
    count = tensor.shape[axis]
    rest = replaced(tensor.shape, axis)
    if count is None or count > _MOST_PIECES:
        return _some(call, rest)
    return Sequence("tuple", [Tensor(tensor.source, tensor.dtype, rest) for _ in range(count)])


def _listed_or_scattered(call: Call) -> list[Tensor]:
    first: Value | None = call.get(0, "tensors")
    if first is not None and items_of(first) is not None:
        return call.tensors(0, "tensors")
    found = [v for v in call.arguments.positional if isinstance(v, Tensor)]
    if not found or len(found) != len(call.arguments.positional) or not call.arguments.complete:
        raise Unsure
    return found


def _meshgrid(call: Call) -> Result:
    tensors = _listed_or_scattered(call)
    sizes: list[int | None] = []
    for tensor in tensors:
        sizes.append(None if tensor.shape is None else product(tensor.shape))
    if len(sizes) > 1 and call.text(-1, "indexing", default="ij") == "xy":
        sizes[0], sizes[1] = sizes[1], sizes[0]
    return several(*(Tensor(t.source, t.dtype, tuple(sizes)) for t in tensors))


def _broadcast_tensors(call: Call) -> Result:
    tensors = _listed_or_scattered(call)
    shapes: list[Shape] = []
    for tensor in tensors:
        if tensor.shape is None:
            raise Unsure
        shapes.append(tensor.shape)
    shape = broadcast(shapes)
    return several(*(Tensor(t.source, t.dtype, shape) for t in tensors))


def _cartesian_shape(call: Call) -> Shape:
    tensors = _listed_or_scattered(call)
    if len(tensors) == 1:
        raise Unsure
    return (product(None if t.shape is None else t.shape[0] for t in tensors), len(tensors))


def _cartesian_dtype(call: Call) -> str:
    dtypes = {t.dtype for t in _listed_or_scattered(call)}
    dtype = dtypes.pop()
    if dtypes or dtype is None:
        raise Unsure
    return dtype


_CAT: Rule = (_joined_dtype, _cat_shape)
_VSTACK: Rule = (_joined_dtype, _stacked_along(0, 2))

RULES: dict[str, Rule] = {
    "cat": _CAT,
    "concat": _CAT,
    "concatenate": _CAT,
    "stack": (_joined_dtype, _stack_shape),
    "hstack": (_joined_dtype, _stacked_along(1, 1)),
    "vstack": _VSTACK,
    "row_stack": _VSTACK,
    "dstack": (_joined_dtype, _stacked_along(2, 3)),
    "column_stack": (_joined_dtype, _column_shape),
    "block_diag": (_blocks_dtype, _blocks_shape),
    "chunk": _chunk,
    "unsafe_chunk": _chunk,
    "split": _split,
    "unsafe_split": _split,
    "split_with_sizes": _split,
    "split_with_sizes_copy": _split,
    "tensor_split": lambda call: _tensor_split_along(call, None),
    "hsplit": _split_at(1),
    "vsplit": _split_at(0),
    "dsplit": _split_at(2),
    "unbind": _unbind,
    "unbind_copy": _unbind,
    "meshgrid": _meshgrid,
    "broadcast_tensors": _broadcast_tensors,
    "cartesian_prod": (_cartesian_dtype, _cartesian_shape),
}
