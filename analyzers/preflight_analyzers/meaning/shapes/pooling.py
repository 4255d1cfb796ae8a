"""Pooling: fixed windows, adaptive ones, fractional ones, and back."""

from __future__ import annotations

from collections.abc import Callable

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Result,
    Rule,
    Unsure,
    always,
    items_of,
    same_dtype,
    several,
    size_of,
)
from preflight_analyzers.meaning.shapes.convolution import spread, windows
from preflight_analyzers.meaning.values import Known, Shape, Value


def pooled(
    shape: Shape, axes: int, kernel: Shape, stride: Shape, padding: Shape, dilation: Shape, ceil_mode: bool
) -> Shape:
    if len(shape) not in (axes + 1, axes + 2):
        raise Unsure
    spatial = [
        windows(size, k, s, None if p is None else 2 * p, d, ceil_mode)
        for size, k, s, p, d in zip(shape[-axes:], kernel, stride, padding, dilation, strict=True)
    ]
    return (*shape[:-axes], *spatial)


def max_pooled(call: Call, shape: Shape, axes: int, first: int) -> Shape:
    """``(kernel_size, stride, padding, dilation)`` from place ``first`` on; the functions' and the modules'
    ``ceil_mode`` and ``return_indices`` stand differently.
    """
    kernel = spread(call.get(first, "kernel_size"), axes, None)
    stride = call.get(first + 1, "stride")
    return pooled(
        shape,
        axes,
        kernel,
        _stride(stride, kernel, axes),
        spread(call.get(first + 2, "padding"), axes, 0),
        spread(call.get(first + 3, "dilation"), axes, 1),
        call.flag(first + (4 if first else 5), "ceil_mode"),
    )


def avg_pooled(call: Call, shape: Shape, axes: int, first: int) -> Shape:
    kernel = spread(call.get(first, "kernel_size"), axes, None)
    return pooled(
        shape,
        axes,
        kernel,
        _stride(call.get(first + 1, "stride"), kernel, axes),
        spread(call.get(first + 2, "padding"), axes, 0),
        (1,) * axes,
        call.flag(first + 3, "ceil_mode"),
    )


def lp_pooled(call: Call, shape: Shape, axes: int, first: int) -> Shape:
    kernel = spread(call.get(first + 1, "kernel_size"), axes, None)
    return pooled(
        shape,
        axes,
        kernel,
        _stride(call.get(first + 2, "stride"), kernel, axes),
        (0,) * axes,
        (1,) * axes,
        call.flag(first + 3, "ceil_mode"),
    )


def _stride(value: Value | None, kernel: Shape, axes: int) -> Shape:
    if value is None or items_of(value) == []:
        return kernel
    return spread(value, axes, None)


def adaptively_pooled(call: Call, shape: Shape, axes: int, first: int) -> Shape:
    if len(shape) not in (axes + 1, axes + 2):
        raise Unsure
    wanted = call.sure(first, "output_size")
    if wanted is None:
        return shape
    items = items_of(wanted)
    each = items if items is not None and len(items) > 1 else [items[0] if items else wanted] * axes
    if len(each) != axes:
        raise Unsure
    kept = [
        size if isinstance(v, Known) and v.value is None else size_of(v)
        for v, size in zip(each, shape[-axes:], strict=True)
    ]
    return (*shape[:-axes], *kept)


def fractionally_pooled(call: Call, shape: Shape, axes: int, first: int) -> Shape:
    wanted = call.get(first + 1, "output_size")
    if wanted is None:
        return (*shape[:-axes], *((None,) * axes))
    return (*shape[:-axes], *spread(wanted, axes, None))


def with_places(call: Call, flag: bool, shape: Callable[[Call], Shape]) -> Result:
    """The pooled values, and where they come from if asked for."""
    values = call.attempt(same_dtype, shape)
    return several(values, call.attempt(always("int64"), shape)) if flag else values


def _max(axes: int) -> Rule:
    def rule(call: Call) -> Result:
        wanted = call.flag(6, "return_indices")
        return with_places(call, wanted, lambda c: max_pooled(c, c.shape(), axes, 1))

    return rule


def _max_with_places(axes: int) -> Rule:
    return lambda call: with_places(call, True, lambda c: max_pooled(c, c.shape(), axes, 1))


def _adaptive_max(axes: int) -> Rule:
    def rule(call: Call) -> Result:
        wanted = call.flag(2, "return_indices")
        return with_places(call, wanted, lambda c: adaptively_pooled(c, c.shape(), axes, 1))

    return rule


def _adaptive_with_places(axes: int) -> Rule:
    return lambda call: with_places(call, True, lambda c: adaptively_pooled(c, c.shape(), axes, 1))


def _fractional(axes: int) -> Rule:
    def rule(call: Call) -> Result:
        wanted = call.flag(4, "return_indices")
        return with_places(call, wanted, lambda c: fractionally_pooled(c, c.shape(), axes, 1))

    return rule


def _average(axes: int) -> Rule:
    return (same_dtype, lambda call: avg_pooled(call, call.shape(), axes, 1))


def _adaptive_average(axes: int) -> Rule:
    return (same_dtype, lambda call: adaptively_pooled(call, call.shape(), axes, 1))


def _power_average(axes: int) -> Rule:
    return (same_dtype, lambda call: lp_pooled(call, call.shape(), axes, 1))


def unpooled(call: Call, shape: Shape, axes: int, first: int, wanted: Value | None) -> Shape:
    if wanted is not None:
        sizes = items_of(wanted)
        if sizes is None:
            raise Unsure
        return (*shape[:-axes], *(size_of(v) for v in sizes[-axes:]))
    kernel = spread(call.get(first, "kernel_size"), axes, None)
    stride = _stride(call.get(first + 1, "stride"), kernel, axes)
    padding = spread(call.get(first + 2, "padding"), axes, 0)
    spatial: list[int | None] = []
    for numbers in zip(shape[-axes:], kernel, stride, padding, strict=True):
        if None in numbers:
            spatial.append(None)
            continue
        size, k, s, p = (n for n in numbers if n is not None)
        spatial.append((size - 1) * s + k - 2 * p)
    return (*shape[:-axes], *spatial)


def _back(axes: int) -> Rule:
    return (
        same_dtype,
        lambda call: unpooled(call, call.shape(), axes, 2, call.get(5, "output_size")),
    )


RULES: dict[str, Rule] = {}
for _axes in (1, 2, 3):
    RULES[f"max_pool{_axes}d"] = _max(_axes)
    RULES[f"max_pool{_axes}d_with_indices"] = _max_with_places(_axes)
    RULES[f"avg_pool{_axes}d"] = _average(_axes)
    RULES[f"adaptive_avg_pool{_axes}d"] = _adaptive_average(_axes)
    RULES[f"adaptive_max_pool{_axes}d_with_indices"] = _adaptive_with_places(_axes)
    RULES[f"adaptive_max_pool{_axes}d"] = _adaptive_max(_axes)
    RULES[f"fractional_max_pool{_axes}d"] = _fractional(_axes)
    RULES[f"lp_pool{_axes}d"] = _power_average(_axes)
    RULES[f"max_unpool{_axes}d"] = _back(_axes)
