"""Convolutions, plain and transposed, and the sliding windows of fold and unfold."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Rule,
    ShapeRule,
    Unsure,
    items_of,
    same_dtype,
    size_of,
)
from preflight_analyzers.meaning.shapes.products import either_dtype
from preflight_analyzers.meaning.shapes.sizes import product
from preflight_analyzers.meaning.values import Known, Shape, Tensor, Value


def spread(value: Value | None, count: int, default: int | None) -> Shape:
    """One number for all axes, or one for each; ``default`` where nothing is passed."""
    if value is None:
        return (default,) * count
    items = items_of(value)
    if items is None:
        return (size_of(value),) * count
    if len(items) == 1:
        return (size_of(items[0]),) * count
    if len(items) != count:
        raise Unsure
    return tuple(size_of(v) for v in items)


def windows(
    size: int | None,
    kernel: int | None,
    stride: int | None,
    before_and_after: int | None,
    dilation: int | None,
    ceil_mode: bool = False,
) -> int | None:
    """How many windows fit along an axis; ``before_and_after`` is the whole padding, both ends."""
    if size is None or kernel is None or not stride or before_and_after is None or dilation is None:
        return None
    span = size + before_and_after - dilation * (kernel - 1) - 1
    if not ceil_mode:
        return span // stride + 1
    count = -(-span // stride) + 1
    # The last window must start inside the input or the padding before it.
    return count - 1 if (count - 1) * stride >= size + before_and_after // 2 else count


def convolved(
    shape: Shape,
    axes: int,
    channels: int | None,
    kernel: Shape,
    stride: Shape,
    padding: Value | None,
    dilation: Shape,
) -> Shape:
    if len(shape) not in (axes + 1, axes + 2):
        raise Unsure
    spatial: list[int | None] = []
    named = padding.value if isinstance(padding, Known) and isinstance(padding.value, str) else None
    each = spread(padding, axes, 0) if named is None else (0,) * axes
    for index, size in enumerate(shape[-axes:]):
        if named == "same":
            spatial.append(size)
            continue
        pad = each[index]
        both = None if pad is None else 2 * pad
        spatial.append(windows(size, kernel[index], stride[index], both, dilation[index]))
    return (*shape[: -axes - 1], channels, *spatial)


def deconvolved(
    shape: Shape,
    axes: int,
    channels: int | None,
    kernel: Shape,
    stride: Shape,
    padding: Shape,
    output_padding: Shape,
    dilation: Shape,
) -> Shape:
    if len(shape) not in (axes + 1, axes + 2):
        raise Unsure
    spatial: list[int | None] = []
    for numbers in zip(shape[-axes:], kernel, stride, padding, output_padding, dilation, strict=True):
        if None in numbers:
            spatial.append(None)
            continue
        size, k, s, p, extra, d = (n for n in numbers if n is not None)
        spatial.append((size - 1) * s - 2 * p + d * (k - 1) + extra + 1)
    return (*shape[: -axes - 1], channels, *spatial)


def _weight(call: Call, axes: int) -> Shape:
    weight = call.get(1, "weight")
    if isinstance(weight, Tensor) and weight.shape is not None and len(weight.shape) == axes + 2:
        return weight.shape
    return (None,) * (axes + 2)


def _conv(axes: int) -> ShapeRule:
    def rule(call: Call) -> Shape:
        weight = _weight(call, axes)
        return convolved(
            call.shape(),
            axes,
            weight[0],
            weight[2:],
            spread(call.get(3, "stride"), axes, 1),
            call.get(4, "padding"),
            spread(call.get(5, "dilation"), axes, 1),
        )

    return rule


def _conv_transposed(axes: int) -> ShapeRule:
    def rule(call: Call) -> Shape:
        weight = _weight(call, axes)
        groups = call.get(6, "groups")
        count = 1 if groups is None else size_of(groups)
        channels = weight[1] * count if weight[1] is not None and count is not None else None
        return deconvolved(
            call.shape(),
            axes,
            channels,
            weight[2:],
            spread(call.get(3, "stride"), axes, 1),
            spread(call.get(4, "padding"), axes, 0),
            spread(call.get(5, "output_padding"), axes, 0),
            spread(call.get(7, "dilation"), axes, 1),
        )

    return rule


def unfolded(shape: Shape, kernel: Shape, dilation: Shape, padding: Shape, stride: Shape) -> Shape:
    """F.unfold: the windows of an image as columns."""
    counts = [
        windows(size, k, s, None if p is None else 2 * p, d)
        for size, k, s, p, d in zip(shape[-2:], kernel, stride, padding, dilation, strict=True)
    ]
    return (*shape[:-3], product([shape[-3], *kernel]), product(counts))


def unfold_of(call: Call, shape: Shape, first: int) -> Shape:
    if len(shape) < 3:
        raise Unsure
    return unfolded(
        shape,
        spread(call.get(first, "kernel_size"), 2, None),
        spread(call.get(first + 1, "dilation"), 2, 1),
        spread(call.get(first + 2, "padding"), 2, 0),
        spread(call.get(first + 3, "stride"), 2, 1),
    )


def fold_of(call: Call, shape: Shape, first: int) -> Shape:
    sizes = spread(call.get(first, "output_size"), 2, None)
    kernel = spread(call.get(first + 1, "kernel_size"), 2, None)
    each = product(kernel)
    rows = shape[-2]
    channels = rows // each if rows is not None and each else None
    return (*shape[:-2], channels, *sizes)


_DTYPE = either_dtype((0, "input"), (1, "weight"))

RULES: dict[str, Rule] = {
    **{f"conv{axes}d": (_DTYPE, _conv(axes)) for axes in (1, 2, 3)},
    **{f"conv_transpose{axes}d": (_DTYPE, _conv_transposed(axes)) for axes in (1, 2, 3)},
    "unfold": (same_dtype, lambda call: unfold_of(call, call.shape(), 1)),
    "fold": (same_dtype, lambda call: fold_of(call, call.shape(), 1)),
}
