# ruff: noqa: E501
"""Sums, means, statistics, counts along an axis."""

from __future__ import annotations

from typing import Any

from ..handwritten import Ints
from ..ways_out import Ways

way = Ways()

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}

way("Tensor.aminmax aminmax", "torch.aminmax(x, dim=1)", "(x.amin(dim=1), x.amax(dim=1))", x=(2, 3))
way("std_mean", "torch.std_mean(x, dim=1)", "(x.std(dim=1), x.mean(dim=1))", x=(2, 3))
way("var_mean", "torch.var_mean(x, dim=1)", "(x.var(dim=1), x.mean(dim=1))", x=(2, 3))
way("Tensor.count_nonzero count_nonzero", "x.count_nonzero(dim=1)", "(x != 0).int().sum(dim=1)", x=(2, 3))
way(
    "Tensor.nansum nansum",
    "x.nansum(dim=1)",
    "torch.where(torch.isnan(x), torch.zeros_like(x), x).sum(dim=1)",
    x=(2, 3),
)
way("Tensor.diff diff", "x.diff(dim=1)", "x[:, 1:] - x[:, :-1]", x=(2, 3))
way("Tensor.dist dist", "x.dist(y)", "torch.norm(x - y)", **pair)
way("Tensor.prod prod", "x.prod(dim=1)", "x[:, 0] * x[:, 1] * x[:, 2]", x=(2, 3))
way(
    "nanmean Tensor.nanmean",
    "x.nanmean(dim=1)",
    "m = torch.isnan(x); torch.where(m, torch.zeros_like(x), x).sum(dim=1) / (1 - m.float()).sum(dim=1)",
    x=(2, 3),
)
way(
    "quantile Tensor.quantile nanquantile Tensor.nanquantile",
    "torch.quantile(x, 0.3, dim=1)",
    "v = torch.sort(x, dim=1)[0]; v[:, 1] + 0.2 * (v[:, 2] - v[:, 1])",
    said="v = torch.sort(x, dim=1)[0]; v[:, k] + (q * (n - 1) - k) * (v[:, k + 1] - v[:, k]) with k = int(q * (n - 1))",
    x=(2, 5),
)
way("cov Tensor.cov", "torch.cov(x)", "d = x - x.mean(dim=1, keepdim=True); d @ d.T / 4", x=(2, 5))
way(
    "corrcoef Tensor.corrcoef",
    "torch.corrcoef(x)",
    "d = x - x.mean(dim=1, keepdim=True); d = d / torch.norm(d, dim=1, keepdim=True); d @ d.T",
    x=(2, 5),
)
way(
    "mode Tensor.mode",
    "torch.mode(x, dim=1)[0]",
    "v = torch.sort(x, dim=1)[0]; n = (v.unsqueeze(2) == v.unsqueeze(1)).int().sum(dim=2); v.gather(1, n.argmax(dim=1, keepdim=True)).squeeze(1)",
    x=Ints((2, 7)),
)
way(
    "bincount Tensor.bincount",
    "torch.bincount(x, minlength=5)",
    "F.one_hot(x, 5).sum(dim=0)",
    x=Ints((8,), 5),
)
way(
    "histc Tensor.histc",
    "torch.histc(x, 4, -4, 4)",
    "i = torch.clamp(torch.floor((x + 4) / 8 * 4), 0, 3); torch.stack([(i == k).float().sum() for k in range(4)])",
    x=(12,),
)
way(
    "histogram Tensor.histogram",
    "torch.histogram(x, 4, range=(-4.0, 4.0))[0]",
    "i = torch.clamp(torch.floor((x + 4) / 8 * 4), 0, 3); torch.stack([(i == k).float().sum() for k in range(4)])",
    x=(12,),
)
way("trapezoid trapz", "torch.trapezoid(x, dim=1)", "((x[:, 1:] + x[:, :-1]) / 2).sum(dim=1)", x=(2, 5))
way(
    "cumulative_trapezoid",
    "torch.cumulative_trapezoid(x, dim=1)",
    "((x[:, 1:] + x[:, :-1]) / 2).cumsum(dim=1)",
    x=(2, 5),
)
way(
    "gradient",
    "torch.gradient(x)[0]",
    "torch.cat([x[1:2] - x[:1], (x[2:] - x[:-2]) / 2, x[-1:] - x[-2:-1]])",
    x=(6,),
)
way(
    "renorm Tensor.renorm",
    "torch.renorm(x, 2, 0, 1.0)",
    "x * torch.clamp(1.0 / torch.norm(x, dim=1, keepdim=True), max=1.0)",
    x=(2, 3),
)
way(
    "norm_except_dim",
    "torch.norm_except_dim(x, 2, 0)",
    "torch.norm(x.reshape(4, -1), dim=1).reshape(4, 1, 1)",
    x=(4, 2, 3),
)
way(
    "segment_reduce",
    "torch.segment_reduce(x, 'sum', lengths=torch.tensor([2, 1]))",
    "torch.stack([x[:2].sum(dim=0), x[2:].sum(dim=0)])",
    x=(3, 2),
)
