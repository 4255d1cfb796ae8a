# ruff: noqa: E501
"""Where the converters of layers stop: convolutions, pools, resizing, norms, recurrences, attention, losses.

Beside what fails stands what converts, one thing varied at a time. Named with each group: the function in
coremltools 9.0's frontend/torch/ops.py that refuses, and its words.
"""

from __future__ import annotations

from typing import Any

from ..handwritten import Ints
from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

signal, image, volume = (1, 4, 8), (1, 4, 8, 8), (1, 4, 6, 6, 6)
SHAPES = {1: signal, 2: image, 3: volume}

# max_pool1d: "@max_pool does not support dilation > 1"
for n, shape in SHAPES.items():
    for given in ("", ", dilation=1", ", 2, 0, 1"):
        converts(f"torch.nn.functional.max_pool{n}d", f"F.max_pool{n}d(x, 2{given})", x=shape)
        converts(f"torch.nn.MaxPool{n}d", "m(x)", m=f"nn.MaxPool{n}d(2{given})", x=shape)
        converts(f"torch.max_pool{n}d", f"torch.max_pool{n}d(x, 2{given})", x=shape)
    for given in (
        ", dilation=2",
        ", dilation=3",
        ", 2, 0, 2",
        f", dilation={(2,) * n}",
        ", stride=1, dilation=2",
    ):
        fails(f"torch.nn.functional.max_pool{n}d", f"F.max_pool{n}d(x, 2{given})", x=shape)
        fails(f"torch.nn.MaxPool{n}d", "m(x)", m=f"nn.MaxPool{n}d(2{given})", x=shape)
        fails(f"torch.max_pool{n}d", f"torch.max_pool{n}d(x, 2{given})", x=shape)

# max_pool with indices: "Torch var ... not found in context": the converter makes no second result.
for n, shape in SHAPES.items():
    for given in (", return_indices=True", ", stride=2, return_indices=True"):
        fails(f"torch.nn.functional.max_pool{n}d", f"F.max_pool{n}d(x, 2{given})", x=shape)
        fails(f"torch.nn.MaxPool{n}d", "m(x)", m=f"nn.MaxPool{n}d(2{given})", x=shape)
    fails(
        f"torch.nn.functional.adaptive_max_pool{n}d",
        f"F.adaptive_max_pool{n}d(x, 1, return_indices=True)",
        x=shape,
    )
    fails(
        f"torch.nn.AdaptiveMaxPool{n}d", "m(x)", m=f"nn.AdaptiveMaxPool{n}d(1, return_indices=True)", x=shape
    )
    converts(f"torch.nn.functional.max_pool{n}d", f"F.max_pool{n}d(x, 2, return_indices=False)", x=shape)
    converts(f"torch.nn.MaxPool{n}d", "m(x)", m=f"nn.MaxPool{n}d(2, return_indices=False)", x=shape)

for n, shape in SHAPES.items():
    fails(f"torch.nn.functional.max_pool{n}d", f"F.max_pool{n}d(x, 2, return_indices=True)[0]", x=shape)
    fails(f"torch.nn.MaxPool{n}d", "m(x)[0]", m=f"nn.MaxPool{n}d(2, return_indices=True)", x=shape)
    (fails if n == 3 else converts)(
        f"torch.nn.functional.adaptive_max_pool{n}d",
        f"F.adaptive_max_pool{n}d(x, 1, return_indices=True)[0]",
        x=shape,
    )

# avg_pool2d, avg_pool3d: "divisor_override is not supported for avg_pool2d"
for n in (2, 3):
    shape = SHAPES[n]
    for given in ("", ", divisor_override=None", ", 2, 0, False, True, None"):
        converts(f"torch.nn.functional.avg_pool{n}d", f"F.avg_pool{n}d(x, 2{given})", x=shape)
        converts(f"torch.nn.AvgPool{n}d", "m(x)", m=f"nn.AvgPool{n}d(2{given})", x=shape)
    for given in (", divisor_override=1", ", divisor_override=3", ", 2, 0, False, True, 2"):
        fails(f"torch.nn.functional.avg_pool{n}d", f"F.avg_pool{n}d(x, 2{given})", x=shape)
        fails(f"torch.nn.AvgPool{n}d", "m(x)", m=f"nn.AvgPool{n}d(2{given})", x=shape)

# _adjust_pad_for_ceil_mode: "pool3D with ceil mode=True and include_pad=True not supported"
for given in (
    ", 2, 1, ceil_mode=False",
    ", 1, 1, ceil_mode=True",
    ", 2, 0, ceil_mode=True, count_include_pad=False",
    ", 2, 1, True, False",
):
    converts("torch.nn.functional.avg_pool3d", f"F.avg_pool3d(x, 3{given})", x=volume)
    converts("torch.nn.AvgPool3d", "m(x)", m=f"nn.AvgPool3d(3{given})", x=volume)
for given in (
    ", 2, 1, ceil_mode=True",
    ", 2, 1, True, True",
    ", stride=2, padding=1, ceil_mode=True, count_include_pad=True",
    ", 3, 1, ceil_mode=True",
):
    fails("torch.nn.functional.avg_pool3d", f"F.avg_pool3d(x, 3{given})", x=volume)
    fails("torch.nn.AvgPool3d", "m(x)", m=f"nn.AvgPool3d(3{given})", x=volume)

# Without a batch dimension max_pool and avg_pool look at the wrong axes; the others do not.
for n, shape in SHAPES.items():
    for name in ("max_pool", "avg_pool"):
        module = f"{name[:3].title()}Pool{n}d"
        converts(f"torch.nn.functional.{name}{n}d", f"F.{name}{n}d(x, 2)", x=(2, *shape[1:]))
        converts(f"torch.nn.{module}", "m(x)", m=f"nn.{module}(2)", x=(2, *shape[1:]))
        fails(f"torch.nn.functional.{name}{n}d", f"F.{name}{n}d(x, 2)", x=shape[1:])
        fails(f"torch.nn.functional.{name}{n}d", f"F.{name}{n}d(x, 2)", x=(3, *shape[2:]))
        fails(f"torch.nn.{module}", "m(x)", m=f"nn.{module}(2)", x=shape[1:])
        fails(f"torch.nn.{module}", "m(x)", m=f"nn.{module}(2)", x=(3, *shape[2:]))
    for name in ("avg", "max"):
        if n < 3:
            converts(
                f"torch.nn.functional.adaptive_{name}_pool{n}d",
                f"F.adaptive_{name}_pool{n}d(x, 1)",
                x=shape[1:],
            )
            converts(
                f"torch.nn.Adaptive{name.title()}Pool{n}d",
                "m(x)",
                m=f"nn.Adaptive{name.title()}Pool{n}d(1)",
                x=shape[1:],
            )
    for kind in ("Conv", "ConvTranspose"):
        converts(f"torch.nn.{kind}{n}d", "m(x)", m=f"nn.{kind}{n}d(4, 6, 3)", x=(2, *shape[1:]))
        converts(f"torch.nn.{kind}{n}d", "m(x)", m=f"nn.{kind}{n}d(4, 6, 3)", x=shape[1:])

# _adaptive_pool2d: sizes that do not divide, and None
for name in ("adaptive_avg_pool2d", "adaptive_max_pool2d"):
    for size in ("1", "2", "3", "(2, 4)", "5", "(None, 2)"):
        converts(f"torch.nn.functional.{name}", f"F.{name}(x, {size})", x=image)
for name in ("adaptive_avg_pool3d", "adaptive_max_pool3d"):
    for size in ("1", "2", "3"):
        fails(f"torch.nn.functional.{name}", f"F.{name}(x, {size})", x=volume)
for name in ("adaptive_avg_pool1d", "adaptive_max_pool1d"):
    for size in ("1", "2", "3", "5"):
        converts(f"torch.nn.functional.{name}", f"F.{name}(x, {size})", x=signal)

# _convolution: "output_padding is supported only for ConvTranspose1D or ConvTranspose2D!", and with padding=0 none at all
for n in (1, 2, 3):
    for given in ("", ", padding=1, output_padding=0", ", padding=1"):
        converts(
            f"torch.nn.ConvTranspose{n}d",
            "m(x)",
            m=f"nn.ConvTranspose{n}d(4, 6, 3, stride=2{given})",
            x=SHAPES[n],
        )
    fails(
        f"torch.nn.ConvTranspose{n}d",
        "m(x)",
        m=f"nn.ConvTranspose{n}d(4, 6, 3, stride=2, output_padding=1)",
        x=SHAPES[n],
    )
    fails(f"torch.nn.ConvTranspose{n}d", "m(x)", m=f"nn.ConvTranspose{n}d(4, 6, 3, 2, 0, 1)", x=SHAPES[n])
    weights = f"torch.ones(4, 6{', 3' * n})"
    fails(
        f"torch.nn.functional.conv_transpose{n}d",
        f"F.conv_transpose{n}d(x, w, stride=2, output_padding=1)",
        x=SHAPES[n],
        w=weights,
    )
    converts(
        f"torch.nn.functional.conv_transpose{n}d",
        f"F.conv_transpose{n}d(x, w, stride=2)",
        x=SHAPES[n],
        w=weights,
    )
    judge = fails if n == 3 else converts
    judge(
        f"torch.nn.ConvTranspose{n}d",
        "m(x)",
        m=f"nn.ConvTranspose{n}d(4, 6, 3, stride=2, padding=1, output_padding=1)",
        x=SHAPES[n],
    )
    judge(
        f"torch.nn.functional.conv_transpose{n}d",
        f"F.conv_transpose{n}d(x, w, stride=2, padding=1, output_padding=1)",
        x=SHAPES[n],
        w=weights,
    )

# pad: "Pad mode should be one of {'constant', 'reflect', 'replicate'}": the MIL op takes no mode "circular"
for n, shape in SHAPES.items():
    for mode in ("zeros", "reflect", "replicate"):
        converts(
            f"torch.nn.Conv{n}d", "m(x)", m=f"nn.Conv{n}d(4, 4, 3, padding=1, padding_mode='{mode}')", x=shape
        )
    fails(
        f"torch.nn.Conv{n}d", "m(x)", m=f"nn.Conv{n}d(4, 4, 3, padding=1, padding_mode='circular')", x=shape
    )
    fails(f"torch.nn.Conv{n}d", "m(x)", m=f"nn.Conv{n}d(4, 4, 3, 1, 1, padding_mode='circular')", x=shape)
for padding in ("(1, 2)", "(1, 2, 1, 1)"):
    for mode in ("constant", "reflect", "replicate"):
        converts(
            "torch.nn.functional.pad",
            f"F.pad(x, {padding}, mode='{mode}')",
            x=image if padding.count(",") == 3 else signal,
        )
    fails(
        "torch.nn.functional.pad",
        f"F.pad(x, {padding}, mode='circular')",
        x=image if padding.count(",") == 3 else signal,
    )
    fails(
        "torch.nn.functional.pad",
        f"F.pad(x, {padding}, 'circular')",
        x=image if padding.count(",") == 3 else signal,
    )
for mode in ("reflect", "replicate"):
    converts("torch.nn.functional.pad", f"F.pad(x, (1, 1, 1, 1, 1, 1), mode='{mode}')", x=volume)
converts("torch.nn.functional.pad", "F.pad(x, (1, 1, 1, 1, 1, 1))", x=volume)
for n in (1, 2, 3):
    fails(f"torch.nn.CircularPad{n}d", "m(x)", m=f"nn.CircularPad{n}d(1)", x=SHAPES[n])
    for kind in ("Reflection", "Replication", "Zero"):
        converts(f"torch.nn.{kind}Pad{n}d", "m(x)", m=f"nn.{kind}Pad{n}d(1)", x=SHAPES[n])

# pad with negative widths
for given in ("(1, 0)", "(0, 2)", "(0, 0)"):
    converts("torch.nn.functional.pad", f"F.pad(x, {given})", x=signal)
for given in ("(-1, 0)", "(0, -2)", "(-1, -1)", "(1, -1)"):
    fails("torch.nn.functional.pad", f"F.pad(x, {given})", x=signal)
fails("torch.nn.functional.pad", "F.pad(x, (-1, -1, -1, -1))", x=image)
fails("torch.nn.ZeroPad2d", "m(x)", m="nn.ZeroPad2d(-1)", x=image)
fails("torch.nn.ConstantPad1d", "m(x)", m="nn.ConstantPad1d(-1, 0.0)", x=signal)
converts("torch.nn.ConstantPad1d", "m(x)", m="nn.ConstantPad1d(1, 0.0)", x=signal)

# upsample_linear1d, upsample_bilinear2d: "recompute_scale_factor = False, align_corners = False with float output size is not supported"
for mode, shape, module in (("linear", signal, "Upsample"), ("bilinear", image, "Upsample")):
    for given in (
        "scale_factor=2",
        "scale_factor=1.5",
        "scale_factor=0.5",
        "scale_factor=1.3, align_corners=True",
        "scale_factor=1.3, recompute_scale_factor=True",
    ):
        converts("torch.nn.functional.interpolate", f"F.interpolate(x, {given}, mode='{mode}')", x=shape)
        converts(f"torch.nn.{module}", "m(x)", m=f"nn.{module}({given}, mode='{mode}')", x=shape)
    for given in (
        "scale_factor=1.3",
        "scale_factor=0.7",
        "scale_factor=1.7, align_corners=False",
        "scale_factor=2.3, recompute_scale_factor=False",
    ):
        fails("torch.nn.functional.interpolate", f"F.interpolate(x, {given}, mode='{mode}')", x=shape)
        fails(f"torch.nn.{module}", "m(x)", m=f"nn.{module}({given}, mode='{mode}')", x=shape)
for size in ("4", "16", "12", "11", "5"):
    converts("torch.nn.functional.interpolate", f"F.interpolate(x, size={size}, mode='bilinear')", x=image)
    converts(
        "torch.nn.functional.interpolate",
        f"F.interpolate(x, size={size}, mode='bilinear', align_corners=True)",
        x=image,
    )
# No converter for bicubic, trilinear, area (3-D), nearest-exact; nearest in 3-D.
for mode in ("bicubic", "nearest-exact"):
    fails("torch.nn.functional.interpolate", f"F.interpolate(x, scale_factor=2, mode='{mode}')", x=image)
    fails("torch.nn.functional.interpolate", f"F.interpolate(x, size=(16, 16), mode='{mode}')", x=image)
    fails("torch.nn.Upsample", "m(x)", m=f"nn.Upsample(scale_factor=2, mode='{mode}')", x=image)
for mode in ("nearest", "area", "trilinear"):
    fails("torch.nn.functional.interpolate", f"F.interpolate(x, scale_factor=2, mode='{mode}')", x=volume)
converts("torch.nn.functional.interpolate", "F.interpolate(x, scale_factor=2, mode='nearest')", x=image)
converts("torch.nn.functional.interpolate", "F.interpolate(x, size=(12, 12), mode='area')", x=image)

# grid_sampler after affine_grid: "'sampling_mode' not supported.", "'padding_mode' not supported.", "must agree on 'align_corners'"
AFFINE = "g = F.affine_grid(t.view(-1, 2, 3), (1, 3, 4, 4), align_corners=True)"
affine: dict[str, Any] = {"x": (1, 3, 4, 4), "t": (1, 6)}
converts("torch.nn.functional.grid_sample", f"{AFFINE}; F.grid_sample(x, g, align_corners=True)", **affine)
converts(
    "torch.nn.functional.grid_sample",
    f"{AFFINE}; F.grid_sample(x, g, mode='bilinear', padding_mode='zeros', align_corners=True)",
    **affine,
)
for given in (
    "mode='nearest', align_corners=True",
    "mode='bicubic', align_corners=True",
    "padding_mode='border', align_corners=True",
    "padding_mode='reflection', align_corners=True",
    "align_corners=False",
):
    fails("torch.nn.functional.grid_sample", f"{AFFINE}; F.grid_sample(x, g, {given})", **affine)
for given in (
    "mode='bilinear'",
    "mode='nearest'",
    "padding_mode='border'",
    "padding_mode='reflection'",
    "align_corners=True",
):
    converts(
        "torch.nn.functional.grid_sample", f"F.grid_sample(x, g, {given})", x=(1, 3, 4, 4), g=(1, 5, 5, 2)
    )
fails(
    "torch.nn.functional.grid_sample", "F.grid_sample(x, g, mode='bicubic')", x=(1, 3, 4, 4), g=(1, 5, 5, 2)
)
fails("torch.nn.functional.grid_sample", "F.grid_sample(x, g)", x=(1, 3, 4, 4, 4), g=(1, 5, 5, 5, 3))

# batch_norm: "Encountered invalid input rank during translation in torch frontend."
for n, shape in SHAPES.items():
    converts(f"torch.nn.BatchNorm{n}d", "m(x)", m=f"nn.BatchNorm{n}d(4)", x=shape)
converts("torch.nn.BatchNorm1d", "m(x)", m="nn.BatchNorm1d(4)", x=(2, 4))
moments: dict[str, Any] = {"a": "torch.zeros(4)", "b": "torch.ones(4)"}
converts("torch.nn.functional.batch_norm", "F.batch_norm(x, a, b)", x=(2, 4), **moments)
converts("torch.nn.functional.batch_norm", "F.batch_norm(x, a, b)", x=volume, **moments)
fails("torch.nn.functional.batch_norm", "F.batch_norm(x, a, b)", x=(1, 4, 2, 2, 2, 2), **moments)

# _add_simple_rnn: "Bidirectional simple RNN not supported."
for given in ("", ", bidirectional=False", ", nonlinearity='relu'", ", num_layers=2"):
    converts("torch.nn.RNN", "m(x)[0]", m=f"nn.RNN(3, 4{given})", x=(5, 1, 3))
for given in (
    ", bidirectional=True",
    ", nonlinearity='relu', bidirectional=True",
    ", num_layers=2, bidirectional=True",
):
    fails("torch.nn.RNN", "m(x)[0]", m=f"nn.RNN(3, 4{given})", x=(5, 1, 3))
# lstm: "Incorrect weights shape for lstm layer"
for given in (
    "",
    ", proj_size=0",
    ", bidirectional=True",
    ", num_layers=2",
    ", bias=False",
    ", batch_first=True",
):
    converts("torch.nn.LSTM", "m(x)[0]", m=f"nn.LSTM(3, 4{given})", x=(5, 1, 3))
for given in (
    ", proj_size=1",
    ", proj_size=2",
    ", num_layers=2, proj_size=2",
    ", bidirectional=True, proj_size=2",
):
    fails("torch.nn.LSTM", "m(x)[0]", m=f"nn.LSTM(3, 4{given})", x=(5, 1, 3))
# gru: "Incorrect weights shape for gru layer"
for given in ("", ", bidirectional=True", ", num_layers=2", ", bias=False", ", batch_first=True"):
    converts("torch.nn.GRU", "m(x)[0]", m=f"nn.GRU(3, 4{given})", x=(5, 1, 3))
for kind in ("RNN", "LSTM", "GRU"):
    converts(f"torch.nn.{kind}", "m(x)[0]", m=f"nn.{kind}(3, 4)", x=(5, 3))

# scaled_dot_product_attention
qkv: dict[str, Any] = {"q": (1, 2, 4, 8), "k": (1, 2, 4, 8), "v": (1, 2, 4, 8)}
ATTENTION = "torch.nn.functional.scaled_dot_product_attention"
for given in ("", ", dropout_p=0.0", ", is_causal=True", ", scale=0.5"):
    converts(ATTENTION, f"F.scaled_dot_product_attention(q, k, v{given})", **qkv)
converts(ATTENTION, "F.scaled_dot_product_attention(q, k, v, m)", m=(4, 4), **qkv)
converts(ATTENTION, "F.scaled_dot_product_attention(q, k, v, attn_mask=m > 0)", m=(4, 4), **qkv)
# "A non-zero dropout probability is specified."
for given in (", dropout_p=0.1", ", None, 0.5", ", is_causal=True, dropout_p=0.2"):
    fails(ATTENTION, f"F.scaled_dot_product_attention(q, k, v{given})", **qkv)
# "Rank of query and key do not match"
fails(ATTENTION, "F.scaled_dot_product_attention(q, k, v)", q=(1, 2, 4, 8), k=(4, 8), v=(1, 2, 4, 8))
fails(ATTENTION, "F.scaled_dot_product_attention(q, k, v)", q=(1, 2, 4, 8), k=(1, 2, 4, 8), v=(4, 8))
converts(ATTENTION, "F.scaled_dot_product_attention(q, k, v)", q=(2, 4, 8), k=(2, 4, 8), v=(2, 4, 8))
# Heads that are shared: the converter broadcasts nothing.
fails(
    ATTENTION,
    "F.scaled_dot_product_attention(q, k, v, enable_gqa=True)",
    q=(1, 4, 4, 8),
    k=(1, 2, 4, 8),
    v=(1, 2, 4, 8),
)

# nll_loss: "Only unity weight is supported for NLLLoss.", "ignore index not supported for NLLLoss."
logits: dict[str, Any] = {"x": (2, 3), "t": Ints((2,))}
for given in ("", ", ignore_index=-100", ", reduction='sum'", ", reduction='none'", ", weight=None"):
    converts("torch.nn.functional.nll_loss", f"F.nll_loss(x, t{given})", **logits)
    converts("torch.nn.NLLLoss", "m(x, t)", m=f"nn.NLLLoss({given[2:]})", **logits)
for given in (
    ", weight=torch.ones(3)",
    ", torch.tensor([1.0, 2.0, 3.0])",
    ", ignore_index=0",
    ", ignore_index=-1",
    ", ignore_index=255",
):
    fails("torch.nn.functional.nll_loss", f"F.nll_loss(x, t{given})", **logits)
    fails("torch.nn.NLLLoss", "m(x, t)", m=f"nn.NLLLoss({given[2:]})", **logits)

# im2col: "Only supports rank=4 input data for im2col (unfold)."; col2im: "Only supports stride >= kernel_size"
converts("torch.nn.functional.unfold", "F.unfold(x, 2)", x=image)
converts("torch.nn.functional.unfold", "F.unfold(x, 2, dilation=2, padding=1, stride=2)", x=image)
fails("torch.nn.functional.unfold", "F.unfold(x, 2)", x=(4, 8, 8))
fails("torch.nn.Unfold", "m(x)", m="nn.Unfold(2)", x=(4, 8, 8))
converts("torch.nn.Unfold", "m(x)", m="nn.Unfold(2)", x=image)
for given in (", 2, stride=2", ", (2, 2), stride=2", ", 2, stride=2, padding=0", ", 2, 1, 0, 2"):
    converts("torch.nn.functional.fold", f"F.fold(x, (4, 4){given})", x=(1, 12, 4))
    converts("torch.nn.Fold", "m(x)", m=f"nn.Fold((4, 4){given})", x=(1, 12, 4))
for given, blocks in (
    (", 2", 9),
    (", 2, stride=1", 9),
    (", 3, stride=1", 4),
    (", 2, dilation=2", 4),
    (", 2, padding=1, stride=1", 25),
    (", 2, stride=3, padding=1", 4),
):
    channels = 27 if ", 3" in given[:3] else 12
    fails("torch.nn.functional.fold", f"F.fold(x, (4, 4){given})", x=(1, channels, blocks))
    fails("torch.nn.Fold", "m(x)", m=f"nn.Fold((4, 4){given})", x=(1, channels, blocks))

# gelu takes both of its modes; group norms and layer norms every rank that Core ML has
for given in ("", ", approximate='tanh'", ", approximate='none'"):
    converts("torch.nn.functional.gelu", f"F.gelu(x{given})", x=(2, 3))
    converts("torch.nn.GELU", "m(x)", m=f"nn.GELU({given[2:]})", x=(2, 3))
for rank in (2, 3, 4, 5):
    converts("torch.nn.functional.group_norm", "F.group_norm(x, 2)", x=(1, 4, 2, 2, 2)[:rank])
    converts("torch.nn.GroupNorm", "m(x)", m="nn.GroupNorm(2, 4)", x=(1, 4, 2, 2, 2)[:rank])

# nn.MultiheadAttention takes every option
ATTEND = "nn.MultiheadAttention(4, 2{given})"
for given in (
    "",
    ", batch_first=True",
    ", bias=False",
    ", add_zero_attn=True",
    ", add_bias_kv=True",
    ", kdim=4, vdim=4",
):
    converts("torch.nn.MultiheadAttention", "m(x, x, x)[0]", m=ATTEND.format(given=given), x=(3, 1, 4))
for given in (", need_weights=False", ", average_attn_weights=False"):
    converts(
        "torch.nn.MultiheadAttention", f"m(x, x, x{given})[0]", m="nn.MultiheadAttention(4, 2)", x=(3, 1, 4)
    )
converts("torch.nn.MultiheadAttention", "m(x, x, x)[0]", m="nn.MultiheadAttention(4, 2)", x=(3, 4))

# MIL conv, conv_transpose, layer_norm, instance_norm: "Input weight must be const at compile time"
for n, shape in SHAPES.items():
    weight, kernel = (4, 4, *(3,) * n), ", 3" * n
    constant = f"torch.ones(4, 4{kernel})"
    converts(f"torch.nn.functional.conv{n}d", f"F.conv{n}d(x, w)", x=shape, w=constant)
    converts(f"torch.nn.functional.conv{n}d", f"F.conv{n}d(x, w, b)", x=shape, w=constant, b="torch.ones(4)")
    converts(f"torch.nn.functional.conv{n}d", f"F.conv{n}d(x, w)", x=shape, w=weight)
    fails(f"torch.nn.functional.conv{n}d", f"F.conv{n}d(x, w, b)", x=shape, w=constant, b=(4,))
    fails(f"torch.nn.functional.conv{n}d", f"F.conv{n}d(x, w, bias=b)", x=shape, w=weight, b=(4,))
    converts(f"torch.nn.functional.conv_transpose{n}d", f"F.conv_transpose{n}d(x, w)", x=shape, w=constant)
    fails(f"torch.nn.functional.conv_transpose{n}d", f"F.conv_transpose{n}d(x, w)", x=shape, w=weight)
    fails(
        f"torch.nn.functional.conv_transpose{n}d", f"F.conv_transpose{n}d(x, w, stride=2)", x=shape, w=weight
    )
converts(
    "torch.nn.functional.layer_norm",
    "F.layer_norm(x, (3,), w, b)",
    x=(2, 3),
    w="torch.ones(3)",
    b="torch.zeros(3)",
)
fails("torch.nn.functional.layer_norm", "F.layer_norm(x, (3,), w)", x=(2, 3), w=(3,))
fails("torch.nn.functional.layer_norm", "F.layer_norm(x, (3,), w, b)", x=(2, 3), w="torch.ones(3)", b=(3,))
affines: dict[str, Any] = {"w": "torch.ones(4)", "b": "torch.zeros(4)"}
converts("torch.nn.functional.instance_norm", "F.instance_norm(x, weight=w, bias=b)", x=image, **affines)
fails("torch.nn.functional.instance_norm", "F.instance_norm(x, weight=w, bias=b)", x=image, w=(4,), b=(4,))
converts("torch.nn.functional.group_norm", "F.group_norm(x, 2, w, b)", x=image, w=(4,), b=(4,))
converts("torch.nn.functional.linear", "F.linear(x, w, b)", x=(2, 3), w=(4, 3), b=(4,))
# prelu: the slope must be known, and for rank 3 and 5 one for all channels
converts("torch.nn.functional.prelu", "F.prelu(x, w)", x=image, w="torch.tensor([0.1, 0.2, 0.3, 0.4])")
converts("torch.nn.functional.prelu", "F.prelu(x, w)", x=signal, w="torch.tensor([0.1])")
fails("torch.nn.functional.prelu", "F.prelu(x, w)", x=image, w=(4,))
fails("torch.nn.functional.prelu", "F.prelu(x, w)", x=signal, w="torch.tensor([0.1, 0.2, 0.3, 0.4])")
fails("torch.nn.functional.prelu", "F.prelu(x, w)", x=volume, w="torch.tensor([0.1, 0.2, 0.3, 0.4])")
# pixel_shuffle: "not enough values to unpack (expected 4, got 3)"
converts("torch.nn.functional.pixel_shuffle", "F.pixel_shuffle(x, 2)", x=image)
fails("torch.nn.functional.pixel_shuffle", "F.pixel_shuffle(x, 2)", x=(4, 8, 8))
fails("torch.nn.PixelShuffle", "m(x)", m="nn.PixelShuffle(2)", x=(4, 8, 8))
converts("torch.nn.PixelShuffle", "m(x)", m="nn.PixelShuffle(2)", x=image)
