"""torch.nn.functional and what stands behind it."""

from __future__ import annotations

from ..handwritten import Bools, Calls, Ints, Positive

calls = call = Calls()
F = "torch.nn.functional"

for mode in ("nearest", "bilinear", "bicubic", "area", "nearest-exact"):
    for where in ("size=(8, 8)", "scale_factor=2"):
        call(f"{F}.interpolate", f"F.interpolate(x, {where}, mode='{mode}')", x=(1, 3, 4, 4))
    call(f"{F}.upsample", f"F.upsample(x, scale_factor=2, mode='{mode}')", x=(1, 3, 4, 4))
call(f"{F}.interpolate", "F.interpolate(x, scale_factor=2)", x=(1, 3, 4, 4))
call(f"{F}.interpolate", "F.interpolate(x, size=(7, 9), mode='bilinear', align_corners=True)", x=(1, 3, 4, 4))
call(
    f"{F}.interpolate",
    "F.interpolate(x, scale_factor=2, mode='bilinear', align_corners=False)",
    x=(1, 3, 4, 4),
)
call(f"{F}.interpolate", "F.interpolate(x, scale_factor=2, mode='linear')", x=(1, 3, 4))
call(f"{F}.interpolate", "F.interpolate(x, scale_factor=2, mode='nearest')", x=(1, 3, 4))
call(f"{F}.interpolate", "F.interpolate(x, scale_factor=2, mode='trilinear')", x=(1, 1, 3, 4, 4))
call(f"{F}.interpolate", "F.interpolate(x, scale_factor=2, mode='nearest')", x=(1, 1, 3, 4, 4))
call(
    f"{F}.interpolate", "F.interpolate(x, size=y.shape[2:], mode='bilinear')", x=(1, 3, 4, 4), y=(1, 3, 8, 8)
)
call(f"{F}.interpolate", "F.interpolate(x, size=y.shape[-2:])", x=(1, 3, 4, 4), y=(1, 3, 8, 8))
call(f"{F}.upsample_bilinear", "F.upsample_bilinear(x, scale_factor=2)", x=(1, 3, 4, 4))
call(f"{F}.upsample_nearest", "F.upsample_nearest(x, scale_factor=2)", x=(1, 3, 4, 4))

for n, shape in ((1, (1, 4, 8)), (2, (1, 4, 8, 8)), (3, (1, 4, 6, 6, 6))):
    for kind in ("max", "avg"):
        api = f"{F}.{kind}_pool{n}d"
        call(api, f"F.{kind}_pool{n}d(x, 2)", x=shape)
        call(api, f"F.{kind}_pool{n}d(x, kernel_size=3, stride=2, padding=1)", x=shape)
        call(api, f"F.{kind}_pool{n}d(x, 3, stride=1, padding=1)", x=shape)
        if (kind, n) != ("max", 1):
            call(api, f"F.{kind}_pool{n}d(x, 3, 2, ceil_mode=True)", x=shape)
    call(f"{F}.max_pool{n}d", f"F.max_pool{n}d(x, 2, return_indices=True)", x=shape)
    call(f"{F}.max_pool{n}d", f"F.max_pool{n}d(x, 2, dilation=2)", x=shape)
    call(f"{F}.max_pool{n}d_with_indices", f"F.max_pool{n}d_with_indices(x, 2)", x=shape)
    call(f"torch.max_pool{n}d", f"torch.max_pool{n}d(x, 2)", x=shape)
    call(f"{F}.adaptive_avg_pool{n}d", f"F.adaptive_avg_pool{n}d(x, 1)", x=shape)
    call(f"{F}.adaptive_avg_pool{n}d", f"F.adaptive_avg_pool{n}d(x, 2)", x=shape)
    call(f"{F}.adaptive_max_pool{n}d", f"F.adaptive_max_pool{n}d(x, 1)", x=shape)
    call(f"{F}.adaptive_max_pool{n}d", f"F.adaptive_max_pool{n}d(x, 2)", x=shape)
    call(f"{F}.adaptive_max_pool{n}d_with_indices", f"F.adaptive_max_pool{n}d_with_indices(x, 2)", x=shape)
    call(f"{F}.lp_pool{n}d", f"F.lp_pool{n}d(x, 2, 2)", x=shape)
    k = ", 3" * n
    for api in (f"{F}.conv{n}d", f"torch.conv{n}d"):
        name = f"{'F' if api.startswith(F) else 'torch'}.conv{n}d"
        call(api, f"{name}(x, w, padding=1)", x=shape, w=f"torch.ones(6, 4{k})")
        call(api, f"{name}(x, w, b, stride=2)", x=shape, w=f"torch.ones(6, 4{k})", b="torch.ones(6)")
        call(api, f"{name}(x, w, groups=4)", x=shape, w=f"torch.ones(4, 1{k})")
        call(api, f"{name}(x, w, padding='same')", x=shape, w=f"torch.ones(6, 4{k})")
    for api in (f"{F}.conv_transpose{n}d", f"torch.conv_transpose{n}d"):
        name = f"{'F' if api.startswith(F) else 'torch'}.conv_transpose{n}d"
        call(api, f"{name}(x, w)", x=shape, w=f"torch.ones(4, 6{k})")
        call(api, f"{name}(x, w, stride=2, padding=1)", x=shape, w=f"torch.ones(4, 6{k})")
        call(api, f"{name}(x, w, stride=2, padding=1, output_padding=1)", x=shape, w=f"torch.ones(4, 6{k})")
    call(f"{F}.instance_norm", "F.instance_norm(x)", x=shape)
    call(f"{F}.batch_norm", "F.batch_norm(x, m, v)", x=shape, m="torch.zeros(4)", v="torch.ones(4)")
    call(f"{F}.batch_norm", "F.batch_norm(x, m, v, v, m)", x=shape, m="torch.zeros(4)", v="torch.ones(4)")
    call(f"{F}.group_norm", "F.group_norm(x, 2)", x=shape)
    call(f"{F}.dropout{n}d", f"F.dropout{n}d(x, 0.5, training=False) * 2", x=shape)
call(f"{F}.adaptive_avg_pool2d", "F.adaptive_avg_pool2d(x, (1, 1)).flatten(1)", x=(1, 3, 4, 4))
call(f"{F}.adaptive_avg_pool2d", "F.adaptive_avg_pool2d(x, (7, 7))", x=(1, 3, 14, 14))
call(f"{F}.adaptive_avg_pool2d", "F.adaptive_avg_pool2d(x, (3, 3))", x=(1, 3, 7, 7))
call(f"{F}.avg_pool2d", "F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)", x=(1, 3, 8, 8))
call(f"{F}.avg_pool2d", "F.avg_pool2d(x, x.size()[2:])", x=(1, 3, 8, 8))
call(f"{F}.avg_pool2d", "F.avg_pool2d(x, 2, divisor_override=3)", x=(1, 3, 8, 8))
call("torch.conv_tbc", "torch.conv_tbc(x, w, b)", x=(5, 2, 3), w="torch.ones(3, 3, 4)", b="torch.ones(4)")
call(f"{F}.conv_tbc", "F.conv_tbc(x, w, b)", x=(5, 2, 3), w="torch.ones(3, 3, 4)", b="torch.ones(4)")
call(
    "torch.convolution",
    "torch.convolution(x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)",
    x=(1, 3, 8, 8),
    w="torch.ones(4, 3, 3, 3)",
)
call(f"{F}.linear", "F.linear(x, w)", x=(2, 3), w="torch.ones(4, 3)")
call(f"{F}.linear", "F.linear(x, w, b)", x=(1, 2, 3), w="torch.ones(4, 3)", b="torch.ones(4)")
call(f"{F}.linear", "F.linear(x, w * 2)", x=(2, 3), w="torch.ones(4, 3)")
call(f"{F}.linear", "F.linear(x, y)", x=(2, 3), y=(4, 3))
call(f"{F}.layer_norm", "F.layer_norm(x, (3,))", x=(2, 3))
call(f"{F}.layer_norm", "F.layer_norm(x, x.shape[-1:])", x=(2, 3))
call(
    f"{F}.layer_norm", "F.layer_norm(x, (3,), w, b, 1e-6)", x=(1, 2, 3), w="torch.ones(3)", b="torch.ones(3)"
)
call("torch.layer_norm", "torch.layer_norm(x, (3,))", x=(2, 3))
call("torch.native_layer_norm", "torch.native_layer_norm(x, (3,), None, None, 1e-5)[0]", x=(2, 3))
call("torch.native_group_norm", "torch.native_group_norm(x, None, None, 1, 4, 9, 2, 1e-5)[0]", x=(1, 4, 3, 3))
call(f"{F}.group_norm", "F.group_norm(x, 2, w, b)", x=(1, 4, 3, 3), w="torch.ones(4)", b="torch.ones(4)")
call(f"{F}.rms_norm", "F.rms_norm(x, (3,))", x=(2, 3))
call(f"{F}.rms_norm", "F.rms_norm(x, (3,), w, 1e-6)", x=(2, 3), w="torch.ones(3)")
call(f"{F}.local_response_norm", "F.local_response_norm(x, 5)", x=(1, 4, 3, 3))
q = {"q": (1, 2, 4, 8), "k": (1, 2, 4, 8), "v": (1, 2, 4, 8)}
call(f"{F}.scaled_dot_product_attention", "F.scaled_dot_product_attention(q, k, v)", **q)
call(
    f"{F}.scaled_dot_product_attention", "F.scaled_dot_product_attention(q, k, v, attn_mask=m)", **q, m=(4, 4)
)
call(f"{F}.scaled_dot_product_attention", "F.scaled_dot_product_attention(q, k, v, is_causal=True)", **q)
call(
    f"{F}.scaled_dot_product_attention",
    "F.scaled_dot_product_attention(q, k, v, attn_mask=m > 0)",
    **q,
    m=(4, 4),
)
call(
    f"{F}.scaled_dot_product_attention",
    "F.scaled_dot_product_attention(q, k, v, dropout_p=0.0, scale=0.5)",
    **q,
)
for name in (
    "relu relu6 gelu silu mish elu selu celu leaky_relu hardtanh hardswish hardsigmoid hardshrink softshrink "
    "tanhshrink softplus softsign logsigmoid sigmoid tanh rrelu threshold"
).split():
    arguments = ", 0.1, 0.0" if name == "threshold" else ""
    call(f"{F}.{name}", f"F.{name}(x{arguments})", x=(2, 3))
    call(f"{F}.{name}", f"F.{name}(x{arguments})", x=(1, 2, 4, 4))
for name in ("relu", "elu", "selu", "celu", "leaky_relu", "hardtanh", "rrelu", "threshold"):
    arguments = ", 0.1, 0.0" if name == "threshold" else ""
    call(f"{F}.{name}_", f"y = x * 1; F.{name}_(y{arguments}); y", x=(2, 3))
    if name not in {"threshold", "rrelu", "celu", "selu"}:
        call(f"{F}.{name}", f"F.{name}(x * 1, inplace=True)", x=(2, 3))
call(f"{F}.gelu", "F.gelu(x, approximate='tanh')", x=(2, 3))
call(f"{F}.leaky_relu", "F.leaky_relu(x, 0.2)", x=(2, 3))
call(f"{F}.elu", "F.elu(x, alpha=0.5)", x=(2, 3))
call(f"{F}.softplus", "F.softplus(x, beta=2)", x=(2, 3))
call(f"{F}.glu", "F.glu(x, dim=1)", x=(2, 4))
call(f"{F}.glu", "F.glu(x)", x=(2, 3, 4))
call(f"{F}.prelu", "F.prelu(x, w)", x=(1, 3, 4, 4), w="torch.full((3,), 0.25)")
call(f"{F}.prelu", "F.prelu(x, w)", x=(1, 3, 4, 4), w="torch.full((1,), 0.25)")
call("torch.prelu", "torch.prelu(x, w)", x=(1, 3, 4, 4), w="torch.full((3,), 0.25)")
call(f"{F}.softmin", "F.softmin(x, dim=1)", x=(2, 3))
call(f"{F}.gumbel_softmax", "F.gumbel_softmax(x, dim=-1)", x=(2, 3))
for name in ("dropout", "alpha_dropout", "feature_alpha_dropout"):
    call(f"{F}.{name}", f"F.{name}(x, 0.5, training=False) * 2", x=(2, 3))
call(f"{F}.dropout", "F.dropout(x, p=0.1, training=False) + 1", x=(1, 2, 3))
call("torch.dropout", "torch.dropout(x, 0.5, False) * 2", x=(2, 3))
for name in ("dropout", "alpha_dropout", "feature_alpha_dropout", "feature_dropout"):
    call(f"torch.{name}_", f"y = x * 1; torch.{name}_(y, 0.5, False) * 2", x=(2, 3, 4))
call("torch.feature_dropout", "torch.feature_dropout(x, 0.5, False) * 2", x=(2, 3, 4))
call("torch.native_dropout", "torch.native_dropout(x, 0.5, False)[0] * 2", x=(2, 3))
call(f"{F}.grid_sample", "F.grid_sample(x, g)", x=(1, 3, 4, 4), g=(1, 5, 5, 2))
call(f"{F}.grid_sample", "F.grid_sample(x, g, align_corners=False)", x=(1, 3, 4, 4), g=(1, 5, 5, 2))
call(
    f"{F}.grid_sample",
    "F.grid_sample(x, g, mode='bilinear', align_corners=True)",
    x=(1, 3, 4, 4),
    g=(1, 5, 5, 2),
)
call(
    f"{F}.grid_sample",
    "F.grid_sample(x, g, mode='nearest', align_corners=True)",
    x=(1, 3, 4, 4),
    g=(1, 5, 5, 2),
)
call(f"{F}.grid_sample", "F.grid_sample(x, g, padding_mode='border')", x=(1, 3, 4, 4), g=(1, 5, 5, 2))
call("torch.grid_sampler", "torch.grid_sampler(x, g, 0, 0, True)", x=(1, 3, 4, 4), g=(1, 5, 5, 2))
call(f"{F}.affine_grid", "F.affine_grid(t, (1, 3, 4, 4))", t=(1, 2, 3))
call(f"{F}.affine_grid", "F.affine_grid(t, (1, 3, 4, 4), align_corners=True)", t=(1, 2, 3))
call(
    f"{F}.affine_grid",
    "F.grid_sample(x, F.affine_grid(t, x.size(), align_corners=False), align_corners=False)",
    x=(1, 3, 4, 4),
    t=(1, 2, 3),
)
call(
    "torch.affine_grid_generator",
    "torch.grid_sampler(x, torch.affine_grid_generator(t, (1, 3, 4, 4), False), 0, 0, False)",
    x=(1, 3, 4, 4),
    t="torch.eye(2, 3)[None]",
)
call(
    f"{F}.affine_grid",
    "F.grid_sample(x, F.affine_grid(t, x.size(), align_corners=False), align_corners=False)",
    x=(1, 3, 4, 4),
    t="torch.eye(2, 3)[None]",
)
call("torch.affine_grid_generator", "torch.affine_grid_generator(t, (1, 3, 4, 4), False)", t=(1, 2, 3))
call(f"{F}.unfold", "F.unfold(x, 2, stride=2)", x=(1, 3, 4, 4))
call(f"{F}.unfold", "F.unfold(x, kernel_size=3, padding=1)", x=(1, 3, 4, 4))
call(f"{F}.fold", "F.fold(x, (4, 4), 2, stride=2)", x=(1, 12, 4))
call(f"{F}.fold", "F.fold(x, output_size=(4, 4), kernel_size=(3, 3), padding=1)", x=(1, 27, 16))
call(f"{F}.bilinear", "F.bilinear(x, y, w)", x=(2, 3), y=(2, 4), w="torch.ones(5, 3, 4)")
for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "soft_margin_loss", "kl_div"):
    call(f"{F}.{name}", f"F.{name}(x, y)", x=(2, 3), y=(2, 3))
    call(f"{F}.{name}", f"F.{name}(x, y, reduction='none')", x=(2, 3), y=(2, 3))
call(f"{F}.binary_cross_entropy", "F.binary_cross_entropy(x.sigmoid(), y)", x=(2, 3), y=Positive((2, 3)))
call(f"{F}.binary_cross_entropy_with_logits", "F.binary_cross_entropy_with_logits(x, y)", x=(2, 3), y=(2, 3))
call(f"{F}.cross_entropy", "F.cross_entropy(x, t)", x=(2, 3), t=Ints((2,)))
call(f"{F}.nll_loss", "F.nll_loss(x, t)", x=(2, 3), t=Ints((2,)))
call(f"{F}.nll_loss", "F.nll_loss(F.log_softmax(x, 1), t, reduction='none')", x=(2, 3), t=Ints((2,)))
call(
    f"{F}.multi_head_attention_forward",
    "F.multi_head_attention_forward(x, x, x, 4, 2, w, b, None, None, False, 0.0, o, b2, training=False)",
    x=(3, 1, 4),
    w="torch.ones(12, 4)",
    b="torch.ones(12)",
    o="torch.ones(4, 4)",
    b2="torch.ones(4)",
)
for name in ("fractional_max_pool2d_with_indices", "fractional_max_pool2d"):
    call(f"{F}.{name}", f"F.{name}(x, 2, output_size=3)", x=(1, 2, 6, 6))
for name in ("fractional_max_pool3d_with_indices", "fractional_max_pool3d"):
    call(f"{F}.{name}", f"F.{name}(x, 2, output_size=3)", x=(1, 2, 6, 6, 6))
call("torch.max_pool1d_with_indices", "torch.max_pool1d_with_indices(x, 2)", x=(1, 2, 6))

lstm = {"w": "[torch.ones(16, 3), torch.ones(16, 4), torch.ones(16), torch.ones(16)]"}
zeros = {"h": "torch.zeros(1, 2, 4)", "c": "torch.zeros(1, 2, 4)"}
call(
    "torch.lstm", "torch.lstm(x, (h, c), w, True, 1, 0.0, False, False, False)", x=(5, 2, 3), **lstm, **zeros
)
gru = {"w": "[torch.ones(12, 3), torch.ones(12, 4), torch.ones(12), torch.ones(12)]", "h": zeros["h"]}
call("torch.gru", "torch.gru(x, h, w, True, 1, 0.0, False, False, False)", x=(5, 2, 3), **gru)
rnn = {"w": "[torch.ones(4, 3), torch.ones(4, 4), torch.ones(4), torch.ones(4)]", "h": zeros["h"]}
call("torch.rnn_tanh", "torch.rnn_tanh(x, h, w, True, 1, 0.0, False, False, False)", x=(5, 2, 3), **rnn)
call("torch.rnn_relu", "torch.rnn_relu(x, h, w, True, 1, 0.0, False, False, False)", x=(5, 2, 3), **rnn)
for name, gates in (("gru_cell", 3), ("rnn_tanh_cell", 1), ("rnn_relu_cell", 1)):
    weights = {"w": f"torch.ones({4 * gates}, 3)", "u": f"torch.ones({4 * gates}, 4)"}
    call(f"torch.{name}", f"torch.{name}(x, h, w, u)", x=(2, 3), h=(2, 4), **weights)
call(
    "torch.lstm_cell",
    "torch.lstm_cell(x, (h, c), w, u)",
    x=(2, 3),
    h=(2, 4),
    c=(2, 4),
    w="torch.ones(16, 3)",
    u="torch.ones(16, 4)",
)
call(f"{F}.embedding", "F.embedding(i, w)", i=Ints((1, 4)), w="torch.ones(5, 2)")
call(f"{F}.scaled_dot_product_attention", "F.scaled_dot_product_attention(q, k, v, m)", **q, m=Bools((4, 4)))

# The functions behind nn.functional, which take their arguments in another order.
norm = {"w": "torch.ones(4)", "b": "torch.zeros(4)"}
call("torch.batch_norm", "torch.batch_norm(x, w, b, b, w, False, 0.1, 1e-5, False)", x=(1, 4, 3, 3), **norm)
call(
    "torch.instance_norm",
    "torch.instance_norm(x, w, b, None, None, True, 0.1, 1e-5, False)",
    x=(1, 4, 3, 3),
    **norm,
)
for name in ("alpha_dropout", "feature_alpha_dropout"):
    call(f"torch.{name}", f"torch.{name}(x, 0.5, False) * 2", x=(2, 3, 4))
call("torch.adaptive_max_pool1d", "torch.adaptive_max_pool1d(x, 2)[0]", x=(1, 4, 8))
call(
    "torch.embedding_bag",
    "torch.embedding_bag(w, i, o)[0]",
    i=Ints((6,)),
    w="torch.ones(5, 2)",
    o="torch.tensor([0, 3])",
)
signs = "torch.tensor([1.0, -1.0])"
call(
    "torch.cosine_embedding_loss", "torch.cosine_embedding_loss(x, y, t, 0.0, 1)", x=(2, 3), y=(2, 3), t=signs
)
call("torch.hinge_embedding_loss", "torch.hinge_embedding_loss(x, t, 1.0, 1)", x=(2,), t=signs)
call("torch.margin_ranking_loss", "torch.margin_ranking_loss(x, y, t, 0.0, 1)", x=(2,), y=(2,), t=signs)
call("torch.kl_div", "torch.kl_div(x, y, 1)", x=(2, 3), y=Positive((2, 3)))
call(
    "torch.poisson_nll_loss",
    "torch.poisson_nll_loss(x, y, True, False, 1e-8, 1)",
    x=(2, 3),
    y=Positive((2, 3)),
)
call(
    "torch.quantize_per_channel",
    "torch.quantize_per_channel(x, s, z, 0, torch.quint8).dequantize()",
    x=(2, 3),
    s="torch.ones(2)",
    z="torch.zeros(2)",
)
call("torch.Tensor.float_power_", "y = x.double(); y.float_power_(2); y.float()", x=(2, 3))
call("torch.Tensor.to_dense", "x.to_sparse().to_dense()", x=(2, 3))
call("torch.Tensor.coalesce", "x.to_sparse().coalesce().to_dense()", x=(2, 3))
