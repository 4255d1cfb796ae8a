# ruff: noqa: E501
"""Layers and activations of torch.nn and torch.nn.functional."""

from __future__ import annotations

from typing import Any

from ..handwritten import Ints
from ..ways_out import Ways

way = Ways()

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}

way(
    "nn.functional.pairwise_distance pairwise_distance",
    "F.pairwise_distance(x, y)",
    "torch.norm(x - y + 1e-6, dim=-1)",
    **pair,
)
way(
    "nn.functional.hardshrink hardshrink Tensor.hardshrink nn.Hardshrink",
    "F.hardshrink(x)",
    "torch.where(x.abs() > 0.5, x, torch.zeros_like(x))",
    x=(2, 3),
)
way("nn.functional.softshrink nn.Softshrink", "F.softshrink(x)", "x.sign() * F.relu(x.abs() - 0.5)", x=(2, 3))
way("nn.functional.celu celu nn.CELU", "F.celu(x)", "F.elu(x)", x=(2, 3))
way("nn.functional.elu_", "F.elu(x)", "x = F.elu(x); x", x=(2, 3))
way("nn.functional.logsigmoid nn.LogSigmoid", "F.logsigmoid(x)", "-F.softplus(-x)", x=(2, 3))
way(
    "nn.functional.bilinear bilinear nn.Bilinear",
    "F.bilinear(x, y, w)",
    "torch.einsum('bi,oij,bj->bo', x, w, y)",
    x=(2, 3),
    y=(2, 4),
    w="torch.ones(5, 3, 4)",
)
way(
    "nn.functional.bilinear bilinear nn.Bilinear",
    "F.bilinear(x, y, w)",
    "((x @ w).transpose(0, 1) * y.unsqueeze(1)).sum(dim=-1)",
    x=(2, 3),
    y=(2, 4),
    w="torch.ones(5, 3, 4)",
)
way(
    "nn.functional.embedding_bag nn.EmbeddingBag",
    "F.embedding_bag(i, w)",
    "F.embedding(i, w).mean(dim=1)",
    i=Ints((2, 3)),
    w="torch.ones(5, 2)",
)
way(
    "nn.functional.adaptive_avg_pool3d nn.AdaptiveAvgPool3d",
    "F.adaptive_avg_pool3d(x, 1)",
    "x.mean(dim=(2, 3, 4), keepdim=True)",
    x=(1, 4, 6, 6, 6),
)
way(
    "nn.functional.adaptive_max_pool3d nn.AdaptiveMaxPool3d",
    "F.adaptive_max_pool3d(x, 1)",
    "x.amax(dim=(2, 3, 4), keepdim=True)",
    x=(1, 4, 6, 6, 6),
)
way(
    "nn.CircularPad1d",
    "nn.CircularPad1d(1)(x)",
    "torch.cat([x[..., -1:], x, x[..., :1]], dim=-1)",
    x=(1, 4, 8),
)
way(
    "nn.GRUCell gru_cell",
    "c(x, h)",
    "g(x.unsqueeze(0), h.unsqueeze(0))[0][0]",
    said="nn.GRU over a sequence of one step",
    x=(2, 3),
    h=(2, 4),
    c="(lambda g: (lambda c: (c.weight_ih.data.copy_(g.weight_ih_l0), c.weight_hh.data.copy_(g.weight_hh_l0), c.bias_ih.data.copy_(g.bias_ih_l0), c.bias_hh.data.copy_(g.bias_hh_l0), c)[-1])(nn.GRUCell(3, 4)))((torch.manual_seed(1), nn.GRU(3, 4))[1])",
    g="(torch.manual_seed(1), nn.GRU(3, 4))[1]",
)
way(
    "nn.LSTMCell lstm_cell",
    "c(x, (h, k))[0]",
    "l(x.unsqueeze(0), (h.unsqueeze(0), k.unsqueeze(0)))[0][0]",
    said="nn.LSTM over a sequence of one step",
    x=(2, 3),
    h=(2, 4),
    k=(2, 4),
    c="(lambda g: (lambda c: (c.weight_ih.data.copy_(g.weight_ih_l0), c.weight_hh.data.copy_(g.weight_hh_l0), c.bias_ih.data.copy_(g.bias_ih_l0), c.bias_hh.data.copy_(g.bias_hh_l0), c)[-1])(nn.LSTMCell(3, 4)))((torch.manual_seed(1), nn.LSTM(3, 4))[1])",
    l="(torch.manual_seed(1), nn.LSTM(3, 4))[1]",
)
way(
    "embedding_bag",
    "torch.embedding_bag(w, i, o)[0]",
    "F.embedding(i.reshape(2, 3), w).sum(dim=1)",
    i=Ints((6,)),
    w="torch.rand(5, 2)",
    o="torch.tensor([0, 3])",
    said="F.embedding(i, w).sum(dim=1)",
)
way("nn.PairwiseDistance", "nn.PairwiseDistance()(x, y)", "torch.norm(x - y + 1e-6, dim=-1)", **pair)
way(
    "nn.ChannelShuffle",
    "nn.ChannelShuffle(2)(x)",
    "x.view(1, 2, 2, 3, 3).transpose(1, 2).reshape(1, 4, 3, 3)",
    x=(1, 4, 3, 3),
)
way(
    "nn.CircularPad2d",
    "nn.CircularPad2d(1)(x)",
    "x = torch.cat([x[..., -1:], x, x[..., :1]], dim=-1); torch.cat([x[..., -1:, :], x, x[..., :1, :]], dim=-2)",
    x=(1, 2, 4, 4),
)
way(
    "nn.CircularPad3d",
    "nn.CircularPad3d(1)(x)",
    "x = torch.cat([x[..., -1:], x, x[..., :1]], dim=-1); x = torch.cat([x[..., -1:, :], x, x[..., :1, :]], dim=-2); torch.cat([x[:, :, -1:], x, x[:, :, :1]], dim=2)",
    x=(1, 2, 4, 4, 4),
)
way("nn.CrossMapLRN2d", "nn.CrossMapLRN2d(3)(x)", "nn.LocalResponseNorm(3)(x)", x=(1, 4, 5, 5))
way(
    "conv_tbc nn.functional.conv_tbc",
    "torch.conv_tbc(x, w, b)",
    "F.conv1d(x.permute(1, 2, 0), w.permute(2, 1, 0), b).permute(2, 0, 1)",
    x=(6, 2, 3),
    w="torch.rand(3, 3, 4)",
    b="torch.rand(4)",
)
way(
    "grid_sampler_2d",
    "torch.grid_sampler_2d(x, g, 0, 0, True)",
    "F.grid_sample(x, g, align_corners=True)",
    x=(1, 3, 4, 4),
    g=(1, 5, 5, 2),
)
for n, shape in ((1, (1, 2, 8)), (2, (1, 2, 8, 8)), (3, (1, 2, 6, 6, 6))):
    way(
        f"nn.functional.max_pool{n}d_with_indices",
        f"F.max_pool{n}d_with_indices(x, 2)[0]",
        f"F.max_pool{n}d(x, 2)",
        said=f"F.max_pool{n}d(x, ...), which leaves the indices out",
        x=shape,
    )
way(
    "max_pool1d_with_indices",
    "torch.max_pool1d_with_indices(x, 2)[0]",
    "F.max_pool1d(x, 2)",
    said="F.max_pool1d(x, ...), which leaves the indices out",
    x=(1, 2, 8),
)
way(
    "nn.functional.adaptive_max_pool3d_with_indices",
    "F.adaptive_max_pool3d_with_indices(x, 1)[0]",
    "x.amax(dim=(2, 3, 4), keepdim=True)",
    x=(1, 4, 6, 6, 6),
)
norms: dict[str, Any] = {"w": "torch.rand(4)", "b": "torch.rand(4)"}
way(
    "native_batch_norm",
    "torch.native_batch_norm(x, w, b, b, w, False, 0.1, 1e-5)[0]",
    "F.batch_norm(x, b, w, w, b)",
    said="F.batch_norm(x, mean, var, weight, bias)",
    x=(2, 4, 3),
    **norms,
)
way(
    "native_group_norm",
    "torch.native_group_norm(x, w, b, 2, 4, 3, 2, 1e-5)[0]",
    "F.group_norm(x, 2, w, b)",
    x=(2, 4, 3),
    **norms,
)
way(
    "native_layer_norm",
    "torch.native_layer_norm(x, (4,), w, b, 1e-5)[0]",
    "F.layer_norm(x, (4,), w, b)",
    x=(2, 3, 4),
    **norms,
)
way(
    "nn.functional.fractional_max_pool2d nn.FractionalMaxPool2d nn.functional.fractional_max_pool2d_with_indices",
    "F.fractional_max_pool2d_with_indices(x, 2, output_size=3, _random_samples=torch.zeros(1, 2, 2))[0]",
    "i = torch.tensor([0, 2, 4]); torch.stack([x[:, :, i + a][:, :, :, i + b] for a in (0, 1) for b in (0, 1)]).amax(dim=0)",
    x=(1, 2, 6, 6),
)
