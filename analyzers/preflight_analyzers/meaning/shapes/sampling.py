"""Resizing and sampling images: interpolate, grid_sample, pixel_shuffle."""

from __future__ import annotations

import math

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Rule,
    Unsure,
    items_of,
    same_dtype,
    same_shape,
    size_of,
)
from preflight_analyzers.meaning.shapes.sizes import product
from preflight_analyzers.meaning.values import Known, Plain, Shape, Value


def resized(call: Call, shape: Shape, size_at: int, scale_at: int) -> Shape:
    axes = len(shape) - 2
    if axes < 1:
        raise Unsure
    wanted = call.sure(size_at, "size")
    if wanted is not None:
        items = items_of(wanted)
        sizes = [size_of(wanted)] * axes if items is None else [size_of(v) for v in items]
        if len(sizes) != axes:
            raise Unsure
        return (*shape[:2], *sizes)
    factor = call.get(scale_at, "scale_factor")
    if factor is None:
        raise Unsure
    factors = items_of(factor) or [factor] * axes
    if len(factors) != axes:
        raise Unsure
    return (*shape[:2], *(_scaled(s, f) for s, f in zip(shape[2:], factors, strict=True)))


def _scaled(size: int | None, factor: Value) -> int | None:
    number = factor.value if isinstance(factor, Known | Plain) else None
    if size is None or not isinstance(number, int | float):
        return None
    return math.floor(float(size) * number)


def _interpolated(call: Call) -> Shape:
    return resized(call, call.shape(), 1, 2)


def _grid_sampled(call: Call) -> Shape:
    shape, grid = call.shape(), call.shape(1, "grid")
    return (*shape[:2], *grid[1:-1])


def _grid(call: Call) -> Shape:
    size = call.sizes(1, "size", scattered=False)
    return (size[0], *size[2:], len(size) - 2)


def shuffled(shape: Shape, factor: int | None, back: bool = False) -> Shape:
    if len(shape) < 3:
        raise Unsure
    *batch, channels, height, width = shape
    if factor is None:
        return (*batch, None, None, None)
    square = factor * factor
    if back:
        return (
            *batch,
            product([channels, square]),
            *(s // factor if s is not None else None for s in (height, width)),
        )
    fewer = channels // square if channels is not None else None
    return (*batch, fewer, product([height, factor]), product([width, factor]))


def _pixel_shuffled(call: Call) -> Shape:
    factor = call.get(1, "upscale_factor")
    return shuffled(call.shape(), None if factor is None else size_of(factor))


def _pixel_unshuffled(call: Call) -> Shape:
    factor = call.get(1, "downscale_factor")
    return shuffled(call.shape(), None if factor is None else size_of(factor), back=True)


_RESIZED: Rule = (same_dtype, _interpolated)

RULES: dict[str, Rule] = {
    "interpolate": _RESIZED,
    "upsample": _RESIZED,
    "upsample_nearest": _RESIZED,
    "upsample_bilinear": _RESIZED,
    "grid_sample": (same_dtype, _grid_sampled),
    "affine_grid": (lambda call: call.dtype(0, "theta"), _grid),
    "pixel_shuffle": (same_dtype, _pixel_shuffled),
    "pixel_unshuffle": (same_dtype, _pixel_unshuffled),
    "channel_shuffle": (same_dtype, same_shape),
    "native_channel_shuffle": (same_dtype, same_shape),
}
