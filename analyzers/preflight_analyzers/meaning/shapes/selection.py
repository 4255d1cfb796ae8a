"""Picking elements by place or mask, and putting some in (gather, scatter, masked_select, nonzero ...)."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Result,
    Rule,
    Unsure,
    always,
    same_dtype,
    same_shape,
    several,
    size_of,
)
from preflight_analyzers.meaning.shapes.elementwise import CHOSEN
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, product, replaced
from preflight_analyzers.meaning.values import Sequence, Shape, Tensor


def _index_selected(call: Call) -> Shape:
    shape = call.shape()
    try:
        axis = axis_of(call.integer(1, "dim"), len(shape))
    except Unsure:
        return (None,) * len(shape)
    if not shape:
        return ()
    index = call.get(2, "index")
    chosen = index.shape if isinstance(index, Tensor) else None
    return replaced(shape, axis, None if chosen is None else chosen[0] if chosen else 1)


def _gathered(call: Call) -> Shape:
    return call.shape(2, "index")


def _taken(call: Call) -> Shape:
    return call.shape(1, "index")


def _taken_along(call: Call) -> Shape:
    index = call.shape(1, "indices")
    dim = call.sure(2, "dim")
    if dim is None:
        return (product(index),)
    shape = call.shape()
    axis = axis_of(call.integer(2, "dim"), len(shape))
    joined = broadcast([replaced(shape, axis, 1), replaced(index, axis, 1)])
    return replaced(joined, axis, index[axis])


def _some(call: Call) -> Shape:
    return (None,)


def _nonzero(call: Call) -> Result:
    if call.flag(1, "as_tuple"):
        rank = len(call.shape())
        one = call.result("int64", (None,))
        return several(*([one] * max(rank, 1)))
    return call.attempt(always("int64"), lambda c: (None, len(c.shape())))


def _argwhere(call: Call) -> Shape:
    return (None, len(call.shape()))


def _where_alone(call: Call) -> Result:
    given = len(call.arguments.positional) + len(call.arguments.keywords)
    if given == 1 and call.arguments.complete:
        one = call.result("int64", (None,))
        condition = call.get(0, "condition")
        if not isinstance(condition, Tensor) or condition.shape is None:
            return Sequence("tuple", None, one)
        return several(*([one] * max(len(condition.shape), 1)))
    return call.attempt(*CHOSEN)


def _unique(call: Call) -> Result:
    inverse, counts = call.flag(2, "return_inverse"), call.flag(3, "return_counts")
    return _unique_with(call, inverse, counts, call.sure(4, "dim") is not None)


def _unique_consecutive(call: Call) -> Result:
    inverse, counts = call.flag(1, "return_inverse"), call.flag(2, "return_counts")
    return _unique_with(call, inverse, counts, call.sure(3, "dim") is not None)


def _unique_with(call: Call, inverse: bool, counts: bool, along: bool) -> Result:
    def values_shape(c: Call) -> Shape:
        if not along:
            return (None,)
        shape = c.shape()
        dim = c.integer(-1, "dim")
        return replaced(shape, axis_of(dim, len(shape)), None)

    values = call.attempt(same_dtype, values_shape)
    if not inverse and not counts:
        return values
    found = [values]
    if inverse:
        found.append(call.attempt(always("int64"), lambda c: (None,) if along else c.shape()))
    if counts:
        found.append(call.attempt(always("int64"), _some))
    return several(*found)


def _searched(call: Call) -> Shape:
    values = call.sure(1, "input", "self")
    if isinstance(values, Tensor):
        if values.shape is None:
            raise Unsure
        return values.shape
    return ()


def _bucketized(call: Call) -> Shape:
    values = call.sure(0, "input")
    if isinstance(values, Tensor):
        return call.shape()
    return ()


def _place_dtype(call: Call) -> str:
    return "int32" if call.flag(-1, "out_int32") else "int64"


def _sampled(call: Call) -> Shape:
    count = call.get(1, "num_samples")
    return (*call.shape()[:-1], None if count is None else size_of(count))


def _counted(call: Call) -> str:
    if call.get(1, "weights") is None:
        return "int64"
    raise Unsure


def _histogram_shape(call: Call) -> Shape:
    bins = call.get(1, "bins")
    return (100 if bins is None else size_of(bins),)


_SAME: Rule = (same_dtype, same_shape)
_PICKED: Rule = (same_dtype, _some)

RULES: dict[str, Rule] = {
    "index_select": (same_dtype, _index_selected),
    "gather": (same_dtype, _gathered),
    "take": (same_dtype, _taken),
    "take_along_dim": (same_dtype, _taken_along),
    "masked_select": _PICKED,
    "nonzero": _nonzero,
    "isin": (always("bool"), lambda call: call.shape(0, "elements")),
    "argwhere": (always("int64"), _argwhere),
    "where": _where_alone,
    "unique": _unique,
    "unique_consecutive": _unique_consecutive,
    "searchsorted": (_place_dtype, _searched),
    "bucketize": (_place_dtype, _bucketized),
    "multinomial": (always("int64"), _sampled),
    "bincount": (_counted, _some),
    "histc": (same_dtype, _histogram_shape),
    **dict.fromkeys(
        """
        scatter scatter_add scatter_reduce index_add index_copy index_put index_reduce put
        """.split(),
        _SAME,
    ),
}
