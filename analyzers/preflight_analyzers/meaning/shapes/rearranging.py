"""What moves, splits and merges axes and keeps the elements (view, permute, expand, pad ...)."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Result,
    Rule,
    ShapeRule,
    Unsure,
    dtype_named,
    same_dtype,
    same_shape,
    size_of,
)
from preflight_analyzers.meaning.shapes.promotion import complex_made, is_inexact, real_of
from preflight_analyzers.meaning.shapes.sizes import axes, axis_of, plus, product, replaced, times
from preflight_analyzers.meaning.values import External, Known, Shape, Tensor


def with_rest(sizes: Shape, elements: int | None) -> Shape:
    """The sizes with the one that is -1 worked out; None where a size isn't known."""
    if sizes.count(-1) == 0:
        return sizes
    others = product(size for size in sizes if size != -1)
    rest = elements // others if elements is not None and others else None
    return tuple(rest if size == -1 else size for size in sizes)


def _elements(call: Call) -> int | None:
    try:
        return product(call.shape())
    except Unsure:
        return None


def _viewed(call: Call) -> Shape:
    return with_rest(call.sizes(1, "shape", "size"), _elements(call))


def _view_dtype(call: Call) -> str:
    value = call.get(1, "dtype")
    return dtype_named(value) or call.dtype()


def _view_shape(call: Call) -> Shape:
    value = call.get(1, "dtype")
    if isinstance(value, External):
        shape = call.shape()
        return (*shape[:-1], None) if shape else ()
    return _viewed(call)


def _permuted(call: Call) -> Shape:
    dims = call.sizes(1, "dims")
    try:
        shape = call.shape()
    except Unsure:
        return (None,) * len(dims)
    return tuple(None if d is None else shape[axis_of(d, len(shape))] for d in dims)


def _swapped(first: str, second: str) -> ShapeRule:
    def rule(call: Call) -> Shape:
        shape = call.shape()
        try:
            a, b = (axis_of(call.integer(i, name), len(shape)) for i, name in ((1, first), (2, second)))
        except Unsure:
            return (None,) * len(shape)
        if not shape:
            return shape
        sizes = list(shape)
        sizes[a], sizes[b] = sizes[b], sizes[a]
        return tuple(sizes)

    return rule


def _moved(call: Call) -> Shape:
    shape = call.shape()
    try:
        sources = axes(call, 1, "source", rank=len(shape))
        targets = axes(call, 2, "destination", rank=len(shape))
    except Unsure:
        return (None,) * len(shape)
    if not shape:
        return shape
    order: list[int | None] = [None] * len(shape)
    for source, target in zip(sources, targets, strict=True):
        order[target] = source
    rest = iter(axis for axis in range(len(shape)) if axis not in sources)
    return tuple(shape[next(rest) if axis is None else axis] for axis in order)


def transposed(call: Call) -> Shape:
    shape = call.shape()
    return shape if len(shape) < 2 else (*shape[:-2], shape[-1], shape[-2])


def reversed_axes(call: Call) -> Shape:
    return call.shape()[::-1]


def _squeezed(call: Call) -> Shape:
    shape = call.shape()
    given = call.sure(1, "dim")
    if given is None:
        if None in shape:
            raise Unsure
        return tuple(size for size in shape if size != 1)
    gone = axes(call, 1, "dim", rank=len(shape))
    if any(shape[axis] is None for axis in gone if shape):
        raise Unsure
    return tuple(size for axis, size in enumerate(shape) if axis not in gone or size != 1)


def _unsqueezed(call: Call) -> Shape:
    shape = call.shape()
    try:
        axis = axis_of(call.integer(1, "dim"), len(shape) + 1)
    except Unsure:
        return (None,) * (len(shape) + 1)
    return (*shape[:axis], 1, *shape[axis:])


def _flattened(call: Call) -> Shape:
    start = call.integer(1, "start_dim", default=0)
    end = call.integer(2, "end_dim", default=-1)
    try:
        shape = call.shape()
    except Unsure:
        if (start, end) == (0, -1):
            return (None,)
        if end == -1 and start > 0:
            return (None,) * (start + 1)
        raise
    if not shape:
        return (1,)
    first, last = axis_of(start, len(shape)), axis_of(end, len(shape))
    return (*shape[:first], product(shape[first : last + 1]), *shape[last + 1 :])


def _unflattened(call: Call) -> Shape:
    shape = call.shape()
    axis = axis_of(call.integer(1, "dim"), len(shape))
    sizes = call.sizes(2, "sizes", "unflattened_size")
    return replaced(shape, axis, *with_rest(sizes, shape[axis]))


def _raveled(call: Call) -> Shape:
    try:
        return (product(call.shape()),)
    except Unsure:
        return (None,)


def _expanded(call: Call) -> Shape:
    sizes = call.sizes(1, "size", "shape", "sizes")
    try:
        shape = call.shape()
    except Unsure:
        return tuple(None if size == -1 else size for size in sizes)
    new = len(sizes) - len(shape)
    if new < 0:
        raise Unsure
    # An unknown size may be -1, the size there is.
    return tuple(shape[i - new] if size == -1 and i >= new else size for i, size in enumerate(sizes))


def _as_other(call: Call) -> Shape:
    return call.shape(1, "other")


def _repeated(call: Call) -> Shape:
    times_each = call.sizes(1, "repeats", "sizes")
    try:
        shape = call.shape()
    except Unsure:
        return (None,) * len(times_each)
    shape = (1,) * (len(times_each) - len(shape)) + shape
    return tuple(times(a, b) for a, b in zip(shape, times_each, strict=True))


def _tiled(call: Call) -> Shape:
    shape, repeats = call.shape(), call.sizes(1, "dims")
    rank = max(len(shape), len(repeats))
    padded = [(1,) * (rank - len(s)) + s for s in (shape, repeats)]
    return tuple(times(a, b) for a, b in zip(*padded, strict=True))


def _repeat_interleaved(call: Call) -> Shape:
    repeats = call.sure(1, "repeats")
    if repeats is None:
        return (None,)
    dim = call.sure(2, "dim")
    count = size_of(repeats)
    if dim is None:
        try:
            return (times(product(call.shape()), count),)
        except Unsure:
            return (None,)
    shape = call.shape()
    axis = axis_of(call.integer(2, "dim"), len(shape))
    if not shape:
        return (count,)
    return replaced(shape, axis, times(shape[axis], count))


def _repeat_dtype(call: Call) -> str:
    return "int64" if call.get(1, "repeats") is None else call.dtype()


def _padded(call: Call) -> Shape:
    shape = list(call.shape())
    pad = call.sizes(1, "pad", scattered=False)
    for index in range(len(pad) // 2):
        axis = len(shape) - 1 - index
        if axis < 0:
            raise Unsure
        shape[axis] = plus(shape[axis], plus(pad[2 * index], pad[2 * index + 1]))
    return tuple(shape)


def _unfolded(call: Call) -> Shape:
    """Tensor.unfold(dimension, size, step)."""
    shape = call.shape()
    axis = axis_of(call.integer(1, "dimension"), len(shape))
    size = size_of(call.get(2, "size") or Known(None))
    step = size_of(call.get(3, "step") or Known(None))
    if not shape:
        return (size,)
    whole = shape[axis]
    known = whole is not None and size is not None and step
    windows = (whole - size) // step + 1 if known else None  # type: ignore[operator]
    return (*replaced(shape, axis, windows), size)


def _rotated(call: Call) -> Shape:
    shape = call.shape()
    turns = call.get(1, "k")
    count = 1 if turns is None else size_of(turns)
    dims = call.integers(2, "dims") if call.get(2, "dims") is not None else [0, 1]
    if count is not None and count % 2 == 0:
        return shape
    a, b = (axis_of(d, len(shape)) for d in dims)
    sizes = list(shape)
    if count is None:
        sizes[a] = sizes[b] = shape[a] if shape[a] == shape[b] else None
    else:
        sizes[a], sizes[b] = sizes[b], sizes[a]
    return tuple(sizes)


def _narrowed(call: Call) -> Shape:
    shape = call.shape()
    axis = axis_of(call.integer(1, "dim"), len(shape))
    length = call.get(3, "length")
    return replaced(shape, axis, None if length is None else size_of(length))


def _selected(call: Call) -> Shape:
    shape = call.shape()
    try:
        return replaced(shape, axis_of(call.integer(1, "dim"), len(shape)))
    except Unsure:
        return (None,) * (len(shape) - 1)


def _diagonal(call: Call) -> Shape:
    shape = call.shape()
    offset = call.integer(1, "offset", default=0)
    a = axis_of(call.integer(2, "dim1", default=0), len(shape))
    b = axis_of(call.integer(3, "dim2", default=1), len(shape))
    return (*_rest(shape, a, b), _diagonal_length(shape[a], shape[b], offset))


def linalg_diagonal(call: Call) -> Shape:
    shape = call.shape(0, "A")
    offset = call.integer(9, "offset", default=0)
    a = axis_of(call.integer(9, "dim1", default=-2), len(shape))
    b = axis_of(call.integer(9, "dim2", default=-1), len(shape))
    return (*_rest(shape, a, b), _diagonal_length(shape[a], shape[b], offset))


def _rest(shape: Shape, a: int, b: int) -> Shape:
    return tuple(size for axis, size in enumerate(shape) if axis not in (a, b))


def _diagonal_length(rows: int | None, columns: int | None, offset: int) -> int | None:
    if rows is None or columns is None:
        return None
    return max(min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns), 0)


def _diag(call: Call) -> Shape:
    shape = call.shape()
    offset = call.integer(1, "diagonal", default=0)
    if len(shape) == 1:
        size = plus(shape[0], abs(offset))
        return (size, size)
    return (_diagonal_length(shape[0], shape[1], offset),)


def _diag_embedded(call: Call) -> Shape:
    shape = call.shape()
    size = plus(shape[-1], abs(call.integer(1, "offset", default=0)))
    a = axis_of(call.integer(2, "dim1", default=-2), len(shape) + 1)
    b = axis_of(call.integer(3, "dim2", default=-1), len(shape) + 1)
    rest = iter(shape[:-1])
    return tuple(size if axis in (a, b) else next(rest) for axis in range(len(shape) + 1))


def _diagflat(call: Call) -> Shape:
    size = plus(product(call.shape()), abs(call.integer(1, "offset", default=0)))
    return (size, size)


def _at_least(rank: int) -> Rule:
    def one(tensor: Tensor) -> Tensor:
        shape = tensor.shape
        if shape is not None and len(shape) < rank:
            if rank == 3:
                shape = {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}[len(shape)]
            else:
                shape = (1,) * (rank - len(shape)) + shape
        return Tensor(tensor.source, tensor.dtype, shape)

    def rule(call: Call) -> Result:
        from preflight_analyzers.meaning.shapes.call import several

        first = call.sure(0, "tensors")
        if isinstance(first, Tensor) and len(call.arguments.positional) == 1:
            return one(first)
        tensors = (
            call.arguments.positional if isinstance(first, Tensor) else tuple(call.tensors(0, "tensors"))
        )
        if not call.arguments.complete or not all(isinstance(t, Tensor) for t in tensors):
            raise Unsure
        return several(*(one(t) for t in tensors if isinstance(t, Tensor)))

    return rule


def _real_view_shape(call: Call) -> Shape:
    return (*call.shape(), 2)


def _complex_view_shape(call: Call) -> Shape:
    return call.shape()[:-1]


def _real_view_dtype(call: Call) -> str:
    return real_of(call.dtype())


def _summed_dtype(call: Call) -> str:
    dtype = call.dtype()
    if not is_inexact(dtype):
        raise Unsure  # int64 where something is summed
    return dtype


def _sized(call: Call) -> Shape:
    return call.sizes(1, "size")


_SAME: Rule = (same_dtype, same_shape)
_VIEW: Rule = (same_dtype, _viewed)
_PERMUTE: Rule = (same_dtype, _permuted)
_TRANSPOSE: Rule = (same_dtype, _swapped("dim0", "dim1"))
_EXPAND: Rule = (same_dtype, _expanded)
_SQUEEZE: Rule = (same_dtype, _squeezed)
_UNSQUEEZE: Rule = (same_dtype, _unsqueezed)
_T: Rule = (same_dtype, reversed_axes)

RULES: dict[str, Rule] = {
    "view": (_view_dtype, _view_shape),
    "view_copy": (_view_dtype, _view_shape),
    "reshape": _VIEW,
    "view_as": (same_dtype, _as_other),
    "reshape_as": (same_dtype, _as_other),
    "expand_as": (same_dtype, _as_other),
    "permute": _PERMUTE,
    "permute_copy": _PERMUTE,
    "transpose": _TRANSPOSE,
    "transpose_copy": _TRANSPOSE,
    "swapdims": _TRANSPOSE,
    "swapaxes": (same_dtype, _swapped("axis0", "axis1")),
    "movedim": (same_dtype, _moved),
    "moveaxis": (same_dtype, _moved),
    "t": _T,
    "t_copy": _T,
    "adjoint": (same_dtype, transposed),
    "T": _T,
    "H": _T,
    "mT": (same_dtype, transposed),
    "mH": (same_dtype, transposed),
    "data": _SAME,
    "squeeze": _SQUEEZE,
    "squeeze_copy": _SQUEEZE,
    "unsqueeze": _UNSQUEEZE,
    "unsqueeze_copy": _UNSQUEEZE,
    "flatten": (same_dtype, _flattened),
    "unflatten": (same_dtype, _unflattened),
    "ravel": (same_dtype, _raveled),
    "expand": _EXPAND,
    "expand_copy": _EXPAND,
    "broadcast_to": _EXPAND,
    "repeat": (same_dtype, _repeated),
    "tile": (same_dtype, _tiled),
    "repeat_interleave": (_repeat_dtype, _repeat_interleaved),
    "flip": _SAME,
    "fliplr": _SAME,
    "flipud": _SAME,
    "roll": _SAME,
    "rot90": (same_dtype, _rotated),
    "pad": (same_dtype, _padded),
    "constant_pad_nd": (same_dtype, _padded),
    "Tensor.unfold": (same_dtype, _unfolded),
    "narrow": (same_dtype, _narrowed),
    "narrow_copy": (same_dtype, _narrowed),
    "select": (same_dtype, _selected),
    "diagonal": (same_dtype, _diagonal),
    "diagonal_copy": (same_dtype, _diagonal),
    "linalg.diagonal": (lambda call: call.dtype(0, "A"), linalg_diagonal),
    "diag": (same_dtype, _diag),
    "diag_embed": (same_dtype, _diag_embedded),
    "diagflat": (same_dtype, _diagflat),
    "atleast_1d": _at_least(1),
    "atleast_2d": _at_least(2),
    "atleast_3d": _at_least(3),
    "view_as_real": (_real_view_dtype, _real_view_shape),
    "view_as_complex": (complex_made, _complex_view_shape),
    "as_strided": (same_dtype, lambda call: call.sizes(1, "size", scattered=False)),
    "as_strided_copy": (same_dtype, lambda call: call.sizes(1, "size", scattered=False)),
    "sum_to_size": (_summed_dtype, _sized),
    "resize": (same_dtype, _sized),
    "resize_as": (same_dtype, lambda call: call.shape(1, "the_template")),
    **dict.fromkeys(("diagonal_scatter", "select_scatter", "slice_scatter", "as_strided_scatter"), _SAME),
}
