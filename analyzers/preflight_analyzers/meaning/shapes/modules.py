"""Modules of ``torch.nn``: what they were constructed with says what the call's arguments don't."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes import attention, losses, pooling, recurrent, sampling
from preflight_analyzers.meaning.shapes.call import (
    Call,
    Result,
    Rule,
    Unsure,
    same_dtype,
    same_shape,
    size_of,
)
from preflight_analyzers.meaning.shapes.convolution import convolved, deconvolved, fold_of, spread, unfold_of
from preflight_analyzers.meaning.shapes.elementwise import promoting
from preflight_analyzers.meaning.shapes.rearranging import with_rest
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, plus, product, replaced
from preflight_analyzers.meaning.values import Shape


def _made(call: Call) -> Call:
    if call.made is None:
        raise Unsure
    return call.made


def _size(made: Call, position: int, name: str) -> int | None:
    value = made.get(position, name)
    return None if value is None else size_of(value)


def _linear(call: Call) -> Shape:
    return (*call.shape()[:-1], _size(_made(call), 1, "out_features"))


def _bilinear(call: Call) -> Shape:
    return (*call.shape(0, "input1")[:-1], _size(_made(call), 2, "out_features"))


def _conv(axes: int, lazy: bool) -> Rule:
    first = 0 if lazy else 1

    def shape(call: Call) -> Shape:
        made = _made(call)
        return convolved(
            call.shape(),
            axes,
            _size(made, first, "out_channels"),
            spread(made.get(first + 1, "kernel_size"), axes, None),
            spread(made.get(first + 2, "stride"), axes, 1),
            made.get(first + 3, "padding"),
            spread(made.get(first + 4, "dilation"), axes, 1),
        )

    return (same_dtype, shape)


def _conv_transposed(axes: int, lazy: bool) -> Rule:
    first = 0 if lazy else 1

    def shape(call: Call) -> Shape:
        made = _made(call)
        if call.get(1, "output_size") is not None:
            return (*call.shape()[: -axes - 1], _size(made, first, "out_channels"), *((None,) * axes))
        return deconvolved(
            call.shape(),
            axes,
            _size(made, first, "out_channels"),
            spread(made.get(first + 1, "kernel_size"), axes, None),
            spread(made.get(first + 2, "stride"), axes, 1),
            spread(made.get(first + 3, "padding"), axes, 0),
            spread(made.get(first + 4, "output_padding"), axes, 0),
            spread(made.get(first + 7, "dilation"), axes, 1),
        )

    return (same_dtype, shape)


def _max_pool(axes: int) -> Rule:
    def rule(call: Call) -> Result:
        made = _made(call)
        wanted = made.flag(4, "return_indices")
        return pooling.with_places(call, wanted, lambda c: pooling.max_pooled(made, c.shape(), axes, 0))

    return rule


def _avg_pool(axes: int) -> Rule:
    return (same_dtype, lambda call: pooling.avg_pooled(_made(call), call.shape(), axes, 0))


def _lp_pool(axes: int) -> Rule:
    return (same_dtype, lambda call: pooling.lp_pooled(_made(call), call.shape(), axes, 0))


def _adaptive_avg(axes: int) -> Rule:
    return (same_dtype, lambda call: pooling.adaptively_pooled(_made(call), call.shape(), axes, 0))


def _adaptive_max(axes: int) -> Rule:
    def rule(call: Call) -> Result:
        made = _made(call)
        wanted = made.flag(1, "return_indices")
        return pooling.with_places(
            call, wanted, lambda c: pooling.adaptively_pooled(made, c.shape(), axes, 0)
        )

    return rule


def _fractional(axes: int) -> Rule:
    def rule(call: Call) -> Result:
        made = _made(call)
        wanted = made.flag(3, "return_indices")
        return pooling.with_places(
            call, wanted, lambda c: pooling.fractionally_pooled(made, c.shape(), axes, 0)
        )

    return rule


def _unpool(axes: int) -> Rule:
    return (
        same_dtype,
        lambda call: pooling.unpooled(_made(call), call.shape(), axes, 0, call.get(2, "output_size")),
    )


def _padded(axes: int) -> Rule:
    def shape(call: Call) -> Shape:
        found = list(call.shape())
        pads = spread(_made(call).get(0, "padding"), 2 * axes, None)
        for index in range(axes):
            axis = len(found) - 1 - index
            found[axis] = plus(found[axis], plus(pads[2 * index], pads[2 * index + 1]))
        return tuple(found)

    return (same_dtype, shape)


def _embedded(call: Call) -> Shape:
    return (*call.shape(), _size(_made(call), 1, "embedding_dim"))


def _parameter_dtype(call: Call) -> str:
    return _made(call).named_dtype(-1, "dtype") or "float32"


def _flattened(call: Call) -> Shape:
    made, shape = _made(call), call.shape()
    first = axis_of(made.integer(0, "start_dim", default=1), len(shape))
    last = axis_of(made.integer(1, "end_dim", default=-1), len(shape))
    return (*shape[:first], product(shape[first : last + 1]), *shape[last + 1 :])


def _unflattened(call: Call) -> Shape:
    made, shape = _made(call), call.shape()
    axis = axis_of(made.integer(0, "dim"), len(shape))
    return replaced(shape, axis, *with_rest(made.sizes(1, "unflattened_size", scattered=False), shape[axis]))


def _upsampled(call: Call) -> Shape:
    return sampling.resized(_made(call), call.shape(), 0, 1)


def _shuffled(back: bool, name: str) -> Rule:
    return (same_dtype, lambda call: sampling.shuffled(call.shape(), _size(_made(call), 0, name), back))


def _glu(call: Call) -> Shape:
    shape = call.shape()
    axis = axis_of(_made(call).integer(0, "dim", default=-1), len(shape))
    size = shape[axis]
    return replaced(shape, axis, None if size is None else size // 2)


def _attention(call: Call) -> Result:
    made = _made(call)
    extended = made.flag(4, "add_bias_kv") or made.flag(5, "add_zero_attn")
    return attention.multihead(call, _size(made, 0, "embed_dim"), made.flag(8, "batch_first"), extended)


def _similarity(call: Call) -> Shape:
    shape = broadcast([call.shape(0, "x1"), call.shape(1, "x2")])
    return replaced(shape, axis_of(_made(call).integer(0, "dim", default=1), len(shape)))


def _target_like(call: Call) -> Shape:
    return call.shape(0, "tgt")


def _target_dtype(call: Call) -> str:
    return call.dtype(0, "tgt")


_SAME: Rule = (same_dtype, same_shape)
_FIRST: Rule = (lambda call: call.dtype(0, "src"), lambda call: call.shape(0, "src"))

RULES: dict[str, Rule] = {
    **dict.fromkeys(
        """
        Identity ReLU ReLU6
        LeakyReLU PReLU ELU SELU CELU GELU SiLU Mish Hardtanh Hardswish Hardsigmoid Hardshrink
        Softshrink Tanhshrink Softplus Softsign Threshold LogSigmoid RReLU Sigmoid Tanh Softmax Softmax2d
        LogSoftmax Softmin Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout
        BatchNorm1d BatchNorm2d BatchNorm3d SyncBatchNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d
        LayerNorm GroupNorm LocalResponseNorm RMSNorm ChannelShuffle LazyBatchNorm1d LazyBatchNorm2d
        LazyBatchNorm3d LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d
        """.split(),
        _SAME,
    ),
    "Linear": (same_dtype, _linear),
    "LazyLinear": (same_dtype, lambda call: (*call.shape()[:-1], _size(_made(call), 0, "out_features"))),
    "Bilinear": (lambda call: call.dtype(0, "input1"), _bilinear),
    "Embedding": (_parameter_dtype, _embedded),
    "Flatten": (same_dtype, _flattened),
    "Unflatten": (same_dtype, _unflattened),
    "Upsample": (same_dtype, _upsampled),
    "UpsamplingNearest2d": (same_dtype, _upsampled),
    "UpsamplingBilinear2d": (same_dtype, _upsampled),
    "PixelShuffle": _shuffled(False, "upscale_factor"),
    "PixelUnshuffle": _shuffled(True, "downscale_factor"),
    "GLU": (same_dtype, _glu),
    "Unfold": (same_dtype, lambda call: unfold_of(_made(call), call.shape(), 0)),
    "Fold": (same_dtype, lambda call: fold_of(_made(call), call.shape(), 0)),
    "MultiheadAttention": _attention,
    "LSTM": recurrent.lstm,
    "GRU": recurrent.gru,
    "RNN": recurrent.rnn,
    "LSTMCell": recurrent.lstm_cell,
    "GRUCell": recurrent.gru_cell,
    "RNNCell": recurrent.gru_cell,
    "TransformerEncoderLayer": _FIRST,
    "TransformerEncoder": _FIRST,
    "TransformerDecoderLayer": (_target_dtype, _target_like),
    "TransformerDecoder": (_target_dtype, _target_like),
    "Transformer": (lambda call: call.dtype(1, "tgt"), lambda call: call.shape(1, "tgt")),
    "CosineSimilarity": (promoting(((0, "x1"), (1, "x2"))), _similarity),
    **losses.MODULES,
}
for _axes in (1, 2, 3):
    for _prefix, _lazy in (("", False), ("Lazy", True)):
        RULES[f"{_prefix}Conv{_axes}d"] = _conv(_axes, _lazy)
        RULES[f"{_prefix}ConvTranspose{_axes}d"] = _conv_transposed(_axes, _lazy)
    RULES[f"MaxPool{_axes}d"] = _max_pool(_axes)
    RULES[f"AvgPool{_axes}d"] = _avg_pool(_axes)
    RULES[f"LPPool{_axes}d"] = _lp_pool(_axes)
    RULES[f"AdaptiveAvgPool{_axes}d"] = _adaptive_avg(_axes)
    RULES[f"AdaptiveMaxPool{_axes}d"] = _adaptive_max(_axes)
    RULES[f"FractionalMaxPool{_axes}d"] = _fractional(_axes)
    RULES[f"MaxUnpool{_axes}d"] = _unpool(_axes)
    for _kind in ("Zero", "Constant", "Reflection", "Replication", "Circular"):
        RULES[f"{_kind}Pad{_axes}d"] = _padded(_axes)
