"""Reductions over axes, and what keeps the shape while going over one (cumsum, sort)."""

from __future__ import annotations

from collections.abc import Callable

from preflight_analyzers.meaning.shapes.call import (
    Call,
    DtypeRule,
    Result,
    Rule,
    ShapeRule,
    Unsure,
    always,
    same_dtype,
    same_shape,
    scalar,
    several,
)
from preflight_analyzers.meaning.shapes.promotion import floating, is_inexact, real_of, result_type
from preflight_analyzers.meaning.shapes.sizes import axes, axis_of, broadcast, replaced
from preflight_analyzers.meaning.values import Known, Shape, Tensor


def without(shape: Shape, gone: list[int], keepdim: bool) -> Shape:
    if keepdim:
        return tuple(1 if axis in gone else size for axis, size in enumerate(shape))
    return tuple(size for axis, size in enumerate(shape) if axis not in gone)


def reduced(position: int = 1, keep: int = 2, dim: str = "dim", always_one: bool = False) -> ShapeRule:
    """Without the axes in ``dim``; all of them go where none is named."""

    def rule(call: Call) -> Shape:
        given = call.sure(position, dim, "axis")
        if given is None:
            if not call.flag(keep, "keepdim", "keepdims"):
                return ()
            return (1,) * len(call.shape())
        shape = call.shape()
        gone = axes(call, position, dim, "axis", rank=len(shape))
        if not gone and not always_one:
            gone = list(range(len(shape)))
        return without(shape, gone, call.flag(keep, "keepdim", "keepdims"))

    return rule


def _summed(position: int) -> DtypeRule:
    def rule(call: Call) -> str:
        named = call.named_dtype(position, "dtype")
        if named is not None:
            return named
        dtype = call.dtype()
        return dtype if is_inexact(dtype) else "int64"

    return rule


def _averaged(position: int) -> DtypeRule:
    def rule(call: Call) -> str:
        return call.named_dtype(position, "dtype") or call.dtype()

    return rule


def _prod_shape(call: Call) -> Shape:
    # prod(input, *, dtype) and prod(input, dim, keepdim, *, dtype)
    return reduced()(call)


def _deviation_shape(call: Call) -> Shape:
    """std and var: ``(input, unbiased)`` or ``(input, dim, unbiased, keepdim)``."""
    first = call.sure(1, "dim", "axis")
    if isinstance(first, Known) and isinstance(first.value, bool):
        return ()
    keepdim = call.flag(3, "keepdim", "keepdims")
    if first is None:
        return (1,) * len(call.shape()) if keepdim else ()
    shape = call.shape()
    gone = axes(call, 1, "dim", "axis", rank=len(shape)) or list(range(len(shape)))
    return without(shape, gone, keepdim)


def _deviation(call: Call) -> str:
    return real_of(call.dtype())


def _deviation_and_mean(call: Call) -> Result:
    return several(call.attempt(_deviation, _deviation_shape), call.attempt(same_dtype, _deviation_shape))


def _one_axis(call: Call, position: int = 1, keep: int = 2) -> Shape:
    shape = call.shape()
    axis = axis_of(call.integer(position, "dim", "axis"), len(shape))
    return without(shape, [axis], call.flag(keep, "keepdim", "keepdims"))


def _extreme(call: Call) -> Result:
    """max, min, median: of everything, of two tensors, or along an axis with the places."""
    other = call.sure(1, "dim", "axis", "other")
    if isinstance(other, Tensor):
        if call.passed("dim") or call.passed("axis"):
            raise Unsure  # the number of an axis, as a tensor
        return call.attempt(
            lambda c: result_type([c.tensor(0, "input"), other]),
            lambda c: broadcast([c.shape(), other.shape if other.shape is not None else c.shape(9)]),
        )
    if other is None:
        return call.attempt(same_dtype, scalar)
    return several(call.attempt(same_dtype, _one_axis), call.attempt(always("int64"), _one_axis))


def _with_places(position: int = 1, keep: int = 2, default: int | None = -1) -> Callable[[Call], Result]:
    def shape(call: Call) -> Shape:
        found = call.shape()
        axis = axis_of(call.integer(position, "dim", "axis", default=default), len(found))
        return without(found, [axis], call.flag(keep, "keepdim"))

    return lambda call: several(call.attempt(same_dtype, shape), call.attempt(always("int64"), shape))


def _sorted(call: Call) -> Result:
    return several(call.attempt(same_dtype, same_shape), call.attempt(always("int64"), same_shape))


def _topk_shape(call: Call) -> Shape:
    shape = call.shape()
    if not shape:
        return ()
    axis = axis_of(call.integer(2, "dim", default=-1), len(shape))
    k = call.get(1, "k")
    from preflight_analyzers.meaning.shapes.call import size_of

    return replaced(shape, axis, None if k is None else size_of(k))


def _topk(call: Call) -> Result:
    return several(call.attempt(same_dtype, _topk_shape), call.attempt(always("int64"), _topk_shape))


def _aminmax(call: Call) -> Result:
    def shape(c: Call) -> Shape:
        value = c.sure(1, "dim")
        if value is None:
            return (1,) * len(c.shape()) if c.flag(2, "keepdim") else ()
        return _one_axis(c)

    one = call.attempt(same_dtype, shape)
    return several(one, call.attempt(same_dtype, shape))


def _norm_dtype(call: Call) -> str:
    named = call.named_dtype(-1, "dtype")
    return real_of(named if named is not None else call.dtype())


def _cumulative(call: Call) -> str:
    named = call.named_dtype(2, "dtype")
    if named is not None:
        return named
    dtype = call.dtype()
    return dtype if is_inexact(dtype) else "int64"


def _any_dtype(call: Call) -> str:
    return "uint8" if call.dtype() == "uint8" else "bool"


def _quantile_shape(call: Call) -> Shape:
    q = call.sure(1, "q")
    first: Shape = ()
    if isinstance(q, Tensor):
        if q.shape is None:
            raise Unsure
        first = q.shape
    return first + reduced(2, 3)(call)


def _logsumexp(call: Call) -> str:
    return floating(call.dtype())


def _diff_shape(call: Call) -> Shape:
    shape = call.shape()
    if call.get(3, "prepend") is not None or call.get(4, "append") is not None:
        raise Unsure
    axis = axis_of(call.integer(2, "dim", default=-1), len(shape))
    size = shape[axis]
    steps = call.integer(1, "n", default=1)
    return replaced(shape, axis, None if size is None else max(size - steps, 0))


_SUM: Rule = (_summed(3), reduced())
_MEAN: Rule = (_averaged(3), reduced())
_DEVIATION: Rule = (_deviation, _deviation_shape)
_ARG: Rule = (always("int64"), reduced())
_CUMULATIVE: Rule = (_cumulative, same_shape)

RULES: dict[str, Rule] = {
    "sum": _SUM,
    "nansum": _SUM,
    "prod": (_summed(3), _prod_shape),
    "mean": _MEAN,
    "nanmean": _MEAN,
    "std": _DEVIATION,
    "var": _DEVIATION,
    "std_mean": _deviation_and_mean,
    "var_mean": _deviation_and_mean,
    "amax": (same_dtype, reduced()),
    "amin": (same_dtype, reduced()),
    "aminmax": _aminmax,
    "max": _extreme,
    "min": _extreme,
    "median": _extreme,
    "nanmedian": _extreme,
    "argmax": _ARG,
    "argmin": _ARG,
    "count_nonzero": (always("int64"), reduced(keep=9)),
    "all": (_any_dtype, reduced()),
    "any": (_any_dtype, reduced()),
    "logsumexp": (_logsumexp, reduced()),
    "norm": (_norm_dtype, reduced(2, 3)),
    "cumsum": _CUMULATIVE,
    "cumprod": _CUMULATIVE,
    "logcumsumexp": (same_dtype, same_shape),
    "cummax": _sorted,
    "cummin": _sorted,
    "sort": _sorted,
    "msort": (same_dtype, same_shape),
    "argsort": (always("int64"), same_shape),
    "topk": _topk,
    "kthvalue": _with_places(2, 3),
    "mode": _with_places(),
    "quantile": (same_dtype, _quantile_shape),
    "nanquantile": (same_dtype, _quantile_shape),
    "diff": (same_dtype, _diff_shape),
    "dist": (_deviation, scalar),
    "trace": (_summed(9), scalar),
}
