"""Converters for operators that coremltools lacks, in a few lines of MIL: what ``@register_torch_op`` is for.

They help where another spelling does not: in code that is not one's own. Each is run before it is believed:
without it the calls beside it fail, with it they convert and compute what torch does.
"""

# The functions are shown to people as they stand here, so they carry no types.
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from coremltools.converters.mil import Builder as mb
from coremltools.converters.mil.frontend.torch.ops import _get_inputs
from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY

from .handwritten import Bools, Call, Ints, Positive

_HEAD = """\
import numpy as np
from coremltools.converters.mil import Builder as mb, register_torch_op
from coremltools.converters.mil.frontend.torch.ops import _get_inputs


"""


class Composite(NamedTuple):
    function: Callable[[Any, Any], None]
    #: Further names in the registry.
    aliases: tuple[str, ...]
    #: Calls that need it.
    checks: tuple[Call, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.function.__name__, *self.aliases)

    @property
    def source(self) -> str:
        """What to put into one's own file, before ``ct.convert``."""
        text = textwrap.dedent(inspect.getsource(self.function))
        options = f"(torch_alias={json.dumps(self.aliases)})" if self.aliases else ""
        head = _HEAD if "np." in text else _HEAD.partition("\n")[2]
        return f"{head}@register_torch_op{options}\n{text[text.index('def ') :]}"


COMPOSITES: list[Composite] = []


def composite(
    *codes: str, aliases: tuple[str, ...] = (), **inputs: Any
) -> Callable[[Callable[[Any, Any], None]], Callable[[Any, Any], None]]:
    """Collects a converter with the calls that need it, all of the same inputs."""

    def collect(function: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
        checks = tuple(Call(function.__name__, code, tuple(inputs.items())) for code in codes)
        COMPOSITES.append(Composite(function, aliases, checks))
        return function

    return collect


def composite_sources() -> dict[str, str]:
    """What ships: the source by the name that coremltools looks an operator up by."""
    return {name: entry.source for entry in COMPOSITES for name in entry.names}


@contextmanager
def registered(entry: Composite) -> Iterator[None]:
    """While the composite is in coremltools' registry."""
    converters = _TORCH_OPS_REGISTRY.name_to_func_mapping
    converters.update(dict.fromkeys(entry.names, entry.function))
    try:
        yield
    finally:
        for name in entry.names:
            del converters[name]


# Arithmetic


@composite("x.lerp(y, 0.3)", "torch.lerp(x, y, x)", x=(2, 3), y=(2, 3))
def lerp(context, node):
    start, end, weight = _get_inputs(context, node)
    step = mb.mul(x=mb.sub(x=end, y=start), y=weight)
    context.add(mb.add(x=start, y=step, name=node.name))


@composite("x.addcmul(y, y)", "x.addcmul(y, x, value=0.5)", "x.addcmul(y, x, value=2)", x=(2, 3), y=(2, 3))
def addcmul(context, node):
    x, first, second, value = _get_inputs(context, node)
    product = mb.mul(x=mb.mul(x=first, y=second), y=float(value.val))
    context.add(mb.add(x=x, y=product, name=node.name))


@composite("x.addcdiv(x, y)", "x.addcdiv(y, y, value=0.5)", x=(2, 3), y=Positive((2, 3)))
def addcdiv(context, node):
    x, first, second, value = _get_inputs(context, node)
    quotient = mb.mul(x=mb.real_div(x=first, y=second), y=float(value.val))
    context.add(mb.add(x=x, y=quotient, name=node.name))


@composite("x.trunc()", "x.fix()", x=(2, 3))
def trunc(context, node):
    (x,) = _get_inputs(context, node)
    context.add(mb.mul(x=mb.sign(x=x), y=mb.floor(x=mb.abs(x=x)), name=node.name))


@composite("x.fmod(y)", "x.fmod(0.7)", x=(2, 3), y=Positive((2, 3)))
def fmod(context, node):
    x, y = _get_inputs(context, node)
    quotient = mb.real_div(x=x, y=y)
    whole = mb.mul(x=mb.sign(x=quotient), y=mb.floor(x=mb.abs(x=quotient)))
    context.add(mb.sub(x=x, y=mb.mul(x=whole, y=y), name=node.name))


@composite("x.erfc()", x=(2, 3))
def erfc(context, node):
    (x,) = _get_inputs(context, node)
    context.add(mb.sub(x=1.0, y=mb.erf(x=x), name=node.name))


@composite("x.hypot(y)", x=(2, 3), y=(2, 3))
def hypot(context, node):
    x, y = _get_inputs(context, node)
    squares = mb.add(x=mb.mul(x=x, y=x), y=mb.mul(x=y, y=y))
    context.add(mb.sqrt(x=squares, name=node.name))


@composite("x.logaddexp(y)", x=(2, 3), y=(2, 3))
def logaddexp(context, node):
    x, y = _get_inputs(context, node)
    context.add(mb.reduce_log_sum_exp(x=mb.stack(values=[x, y], axis=0), axes=[0], name=node.name))


@composite("x | y", "torch.bitwise_or(x, y)", aliases=("or",), x=Bools((2, 3)), y=Bools((2, 3)))
def bitwise_or(context, node):
    x, y = _get_inputs(context, node)  # of booleans; MIL has no bits of integers
    context.add(mb.logical_or(x=x, y=y, name=node.name))


@composite("x ^ y", "torch.bitwise_xor(x, y)", aliases=("xor",), x=Bools((2, 3)), y=Bools((2, 3)))
def bitwise_xor(context, node):
    x, y = _get_inputs(context, node)  # of booleans; MIL has no bits of integers
    context.add(mb.logical_xor(x=x, y=y, name=node.name))


# ``x.isfinite()`` is traced as abs, eq and ne, so there is one for ``isinf`` alone.


@composite("x.isinf()", "(x / 0).isinf()", x=(2, 3))
def isinf(context, node):
    (x,) = _get_inputs(context, node)
    context.add(mb.equal(x=mb.abs(x=x), y=float("inf"), name=node.name))


# Reductions


@composite("x.prod()", "x.prod(1)", "x.prod(dim=0, keepdim=True)", x=(2, 3))
def prod(context, node):
    x, *rest = _get_inputs(context, node)
    axes, keep_dims = ([rest[0].val], rest[1].val) if len(rest) == 3 else (None, False)
    context.add(mb.reduce_prod(x=x, axes=axes, keep_dims=keep_dims, name=node.name))


@composite("torch.cdist(x, y)", x=(2, 3), y=(4, 3))
def cdist(context, node):
    x, y, p, *_ = _get_inputs(context, node)
    assert p.val == 2
    difference = mb.sub(x=mb.expand_dims(x=x, axes=[-2]), y=mb.expand_dims(x=y, axes=[-3]))
    context.add(mb.reduce_l2_norm(x=difference, axes=[-1], keep_dims=False, name=node.name))


@composite("x.diff()", "x.diff(dim=0)", "x.diff(1, -1)", x=(3, 4))
def diff(context, node):
    x, n, axis, *_ = _get_inputs(context, node)
    assert n.val == 1
    size = x.shape[axis.val]
    later = mb.gather(x=x, indices=list(range(1, size)), axis=axis.val)
    earlier = mb.gather(x=x, indices=list(range(size - 1)), axis=axis.val)
    context.add(mb.sub(x=later, y=earlier, name=node.name))


# Views, indices


@composite("x.unfold(1, 4, 2)", "x.unfold(-1, 3, 1)", "x.unfold(0, 2, 1)", x=(3, 8))
def unfold(context, node):
    x, axis, size, step = _get_inputs(context, node)
    axis = axis.val % x.rank
    windows = mb.sliding_windows(x=x, axis=axis, size=size.val, stride=step.val)
    order = [i for i in range(x.rank + 1) if i != axis + 1] + [axis + 1]
    context.add(mb.transpose(x=windows, perm=order, name=node.name))


@composite("x.take_along_dim(i, 1)", "x.take_along_dim(i, dim=-1)", x=(2, 3), i=Ints((2, 2)))
def take_along_dim(context, node):
    x, indices, axis = _get_inputs(context, node)
    context.add(mb.gather_along_axis(x=x, indices=indices, axis=axis.val, name=node.name))


@composite(
    *(f"x.scatter_reduce(1, i, y, '{reduce}')" for reduce in ("sum", "prod", "amax", "amin")),
    x=(3, 3),
    y=(3, 3),
    i="torch.tensor([[0, 0, 2], [2, 0, 1], [1, 1, 1]])",
)
def scatter_reduce(context, node):
    x, axis, indices, source, reduce, include_self = _get_inputs(context, node)
    mode = {"sum": "add", "prod": "mul", "amax": "max", "amin": "min"}[reduce.val]
    assert include_self is None or include_self.val
    scattered = mb.scatter_along_axis(
        data=x, indices=indices, updates=source, axis=axis.val, mode=mode, name=node.name
    )
    context.add(scattered)


@composite("x.index_add(0, i, y)", "x.index_add(0, i, y, alpha=2)", x=(4, 3), y=(2, 3), i=Ints((2,), 4))
def index_add(context, node):
    x, axis, indices, source, alpha = _get_inputs(context, node)
    source = mb.mul(x=source, y=float(alpha.val))
    context.add(
        mb.scatter(data=x, indices=indices, updates=source, axis=axis.val, mode="add", name=node.name)
    )


@composite("x.index_copy(0, i, y)", x=(4, 3), y=(2, 3), i="torch.tensor([2, 0])")
def index_copy(context, node):
    x, axis, indices, source = _get_inputs(context, node)
    context.add(
        mb.scatter(data=x, indices=indices, updates=source, axis=axis.val, mode="update", name=node.name)
    )


# Traced, a GRUCell and an LSTMCell need nothing else.
@composite(
    *("gru(x, h)", "lstm(x, (h, c))", "x.unsafe_chunk(3, 1)"),
    gru="nn.GRUCell(3, 4)",
    lstm="nn.LSTMCell(3, 4)",
    x=(2, 3),
    h=(2, 4),
    c=(2, 4),
)
def unsafe_chunk(context, node):
    x, chunks, axis = _get_inputs(context, node)
    assert x.shape[axis.val] % chunks.val == 0
    context.add(mb.split(x=x, num_splits=chunks.val, axis=axis.val), node.name)


@composite("x.new_ones((2, 4)) + x[:, :1]", "x.new_ones(3) + x", x=(2, 3))
def new_ones(context, node):
    shape = _get_inputs(context, node)[1]
    if isinstance(shape, list):
        shape = mb.concat(values=shape, axis=0)
    context.add(mb.fill(shape=shape, value=1.0, name=node.name))


# Layers


@composite("F.celu(x)", "F.celu(x, 0.5)", x=(2, 3))
def celu(context, node):
    x, alpha = _get_inputs(context, node)
    alpha = float(alpha.val)
    negative = mb.sub(x=mb.exp(x=mb.mul(x=mb.minimum(x=x, y=0.0), y=1 / alpha)), y=1.0)
    context.add(mb.add(x=mb.relu(x=x), y=mb.mul(x=negative, y=alpha), name=node.name))


@composite("F.hardshrink(x)", "F.hardshrink(x, 0.2)", x=(2, 3))
def hardshrink(context, node):
    x, lambd = _get_inputs(context, node)
    far = mb.cast(x=mb.greater(x=mb.abs(x=x), y=float(lambd.val)), dtype="fp32")
    context.add(mb.mul(x=x, y=far, name=node.name))


@composite("F.softshrink(x)", "F.softshrink(x, 0.2)", x=(2, 3))
def softshrink(context, node):
    x, lambd = _get_inputs(context, node)
    kept = mb.relu(x=mb.sub(x=mb.abs(x=x), y=float(lambd.val)))
    context.add(mb.mul(x=mb.sign(x=x), y=kept, name=node.name))


@composite("F.logsigmoid(x)", x=(2, 3))
def log_sigmoid(context, node):
    (x,) = _get_inputs(context, node)
    context.add(mb.mul(x=mb.softplus(x=mb.mul(x=x, y=-1.0)), y=-1.0, name=node.name))


@composite("F.channel_shuffle(x, 2)", "nn.ChannelShuffle(3)(x)", x=(1, 6, 2, 2))
def channel_shuffle(context, node):
    x, groups = _get_inputs(context, node)
    batch, channels, height, width = x.shape
    grouped = mb.reshape(x=x, shape=[batch, groups.val, channels // groups.val, height, width])
    shuffled = mb.transpose(x=grouped, perm=[0, 2, 1, 3, 4])
    context.add(mb.reshape(x=shuffled, shape=x.shape, name=node.name))


@composite("F.adaptive_avg_pool3d(x, 1)", "nn.AdaptiveAvgPool3d(1)(x)", x=(1, 2, 4, 4, 4))
def adaptive_avg_pool3d(context, node):
    x, size = _get_inputs(context, node)
    assert all(n == 1 for n in size.val)
    context.add(mb.reduce_mean(x=x, axes=[-3, -2, -1], keep_dims=True, name=node.name))


@composite("F.adaptive_max_pool3d(x, 1)", "nn.AdaptiveMaxPool3d(1)(x)", x=(1, 2, 4, 4, 4))
def adaptive_max_pool3d(context, node):
    x, size = _get_inputs(context, node)
    assert all(n == 1 for n in size.val)
    context.add(mb.reduce_max(x=x, axes=[-3, -2, -1], keep_dims=True), node.outputs[0])


@composite("F.interpolate(x, scale_factor=2)", "F.interpolate(x, size=(4, 6, 8))", x=(1, 2, 2, 3, 4))
def upsample_nearest3d(context, node):
    x, size, scales = _get_inputs(context, node)
    # Whole factors; nearest repeats each slice along each axis.
    for axis in (2, 3, 4):
        before = x.shape[axis]
        after = int(before * scales.val[axis - 2]) if size is None else int(size.val[axis - 2])
        assert after % before == 0
        places = [place // (after // before) for place in range(after)]
        x = mb.gather(x=x, indices=places, axis=axis)
    context.add(x, node.outputs[0])


@composite(
    *("F.interpolate(x, scale_factor=2, mode='bicubic')", "F.interpolate(x, size=(3, 7), mode='bicubic')"),
    *(f"F.interpolate(x, scale_factor={factor}, mode='bicubic', align_corners=True)" for factor in (2, 0.5)),
    "F.interpolate(x, scale_factor=1.3, mode='bicubic')",
    x=(1, 2, 4, 6),
)
def upsample_bicubic2d(context, node):
    x, size, align_corners, factors = _get_inputs(context, node)

    # Each new row is a weighted sum of four old ones, and so with columns: two products with matrices.
    def weights(axis):
        before = x.shape[axis]
        factor = None if factors is None else float(factors.val[axis - 2])
        after = int(before * factor) if size is None else int(size.val[axis - 2])
        step = 1 / factor if factor else before / after
        matrix = np.zeros((after, before), dtype=np.float32)
        for i in range(after):
            place = i * (before - 1) / (after - 1) if align_corners.val else (i + 0.5) * step - 0.5
            for tap in range(int(np.floor(place)) - 1, int(np.floor(place)) + 3):
                d = abs(place - tap)
                near, far = (1.25 * d - 2.25) * d * d + 1, ((-0.75 * d + 3.75) * d - 6) * d + 3
                matrix[i, np.clip(tap, 0, before - 1)] += near if d <= 1 else far
        return matrix

    rows = mb.matmul(x=weights(2), y=x)
    context.add(mb.matmul(x=rows, y=weights(3).T.copy()), node.outputs[0])


@composite(
    *(
        "F.interpolate(x, scale_factor=2, mode='trilinear')",
        "F.interpolate(x, size=(3, 7, 5), mode='trilinear')",
    ),
    "F.interpolate(x, scale_factor=2, mode='trilinear', align_corners=True)",
    x=(1, 2, 2, 4, 3),
)
def upsample_trilinear3d(context, node):
    x, size, align_corners, factors = _get_inputs(context, node)
    # Each new slice is a weighted sum of two old ones: a product with a matrix along each axis.
    for axis in (2, 3, 4):
        before = x.shape[axis]
        factor = None if factors is None else float(factors.val[axis - 2])
        after = int(before * factor) if size is None else int(size.val[axis - 2])
        step = 1 / factor if factor else before / after
        matrix = np.zeros((before, after), dtype=np.float32)
        for i in range(after):
            place = i * (before - 1) / (after - 1) if align_corners.val else (i + 0.5) * step - 0.5
            place = np.clip(place, 0, before - 1)
            low = int(place)
            matrix[low, i] += 1 - (place - low)
            matrix[min(low + 1, before - 1), i] += place - low
        order = [i for i in range(5) if i != axis] + [axis]
        x = mb.matmul(x=mb.transpose(x=x, perm=order), y=matrix)
        x = mb.transpose(x=x, perm=[order.index(i) for i in range(5)])
    context.add(x, node.outputs[0])


@composite(
    "F.interpolate(x, scale_factor=2, mode='nearest-exact')",
    "F.interpolate(x, size=(3, 7), mode='nearest-exact')",
    "F.interpolate(x[:, :, 0], scale_factor=1.5, mode='nearest-exact')",
    aliases=("_upsample_nearest_exact1d",),
    x=(1, 2, 4, 6),
)
def _upsample_nearest_exact2d(context, node):
    x, size, factors = _get_inputs(context, node)
    for axis in range(2, x.rank):
        before = x.shape[axis]
        factor = None if factors is None else float(factors.val[axis - 2])
        after = int(before * factor) if size is None else int(size.val[axis - 2])
        step = 1 / factor if factor else before / after
        places = [min(int((i + 0.5) * step), before - 1) for i in range(after)]
        x = mb.gather(x=x, indices=places, axis=axis)
    context.add(x, node.outputs[0])
