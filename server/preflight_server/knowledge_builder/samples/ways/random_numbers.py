# ruff: noqa: E501
"""Random draws, by the two that convert: uniform and normal.

Draws cannot be compared, so each is checked where its distribution has shrunk to a point.
"""

from __future__ import annotations

from ..ways_out import Ways

way = Ways()


way(
    "bernoulli Tensor.bernoulli",
    "torch.bernoulli(x)",
    "(torch.rand_like(x) < x).float()",
    said="(torch.rand_like(x) < x).float()",
    x="torch.tensor([[0.0, 1.0, 1.0]])",
)
way(
    "Tensor.bernoulli_",
    "x.clone().bernoulli_(p)",
    "x = (torch.rand_like(x) < p).float(); x",
    x=(2, 3),
    p="1.0",
)
way(
    "Tensor.uniform_",
    "x.clone().uniform_(a, b)",
    "x = a + (b - a) * torch.rand_like(x); x",
    x=(2, 3),
    a="2.0",
    b="2.0",
)
way(
    "Tensor.normal_",
    "x.clone().normal_(m, s)",
    "x = m + s * torch.randn_like(x); x",
    x=(2, 3),
    m="2.0",
    s="0.0",
)
way("normal", "torch.normal(x, s)", "x + s * torch.randn_like(x)", x=(2, 3), s="0.0")
way(
    "Tensor.log_normal_",
    "x.clone().log_normal_(m, s)",
    "x = torch.exp(m + s * torch.randn_like(x)); x",
    x=(2, 3),
    m="2.0",
    s="1e-30",
)
way(
    "Tensor.exponential_",
    "x.clone().exponential_(r)",
    "x = -torch.log(1 - torch.rand_like(x)) / r; x",
    x=(2, 3),
    r="1e30",
)
way("randint_like", "torch.randint_like(x, n)", "torch.floor(torch.rand_like(x) * n)", x=(2, 3), n="1")
way(
    "randperm",
    "torch.sort(torch.randperm(5))[0]",
    "torch.sort(torch.argsort(torch.rand(5)))[0]",
    said="torch.argsort(torch.rand(n))",
)
way(
    "nn.functional.gumbel_softmax",
    "F.gumbel_softmax(x * 1e5)",
    "torch.softmax(x * 1e5 - torch.log(-torch.log(torch.clamp(torch.rand_like(x), 1e-6, 1 - 1e-6))), dim=-1)",
    said="torch.softmax((x - torch.log(-torch.log(torch.clamp(torch.rand_like(x), 1e-6, 1 - 1e-6)))) / tau, dim=-1)",
    x=(2, 3),
)
way(
    "alpha_dropout alpha_dropout_ feature_alpha_dropout feature_alpha_dropout_ nn.functional.alpha_dropout nn.functional.feature_alpha_dropout",
    "F.alpha_dropout(x, 0.5, training=False) * 2",
    "x * 2",
    said="x itself: in eval mode dropout does nothing",
    x=(2, 3),
)
way(
    "nn.AlphaDropout nn.FeatureAlphaDropout",
    "nn.AlphaDropout().eval()(x) * 2",
    "nn.Identity()(x) * 2",
    said="nn.Identity(): in eval mode dropout does nothing",
    x=(2, 3),
)
way(
    "native_dropout",
    "torch.native_dropout(x, 0.5, False)[0] * 2",
    "F.dropout(x, 0.5, training=False) * 2",
    said="F.dropout(x, p, training=False)",
    x=(2, 3),
)
