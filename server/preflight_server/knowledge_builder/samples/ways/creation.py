"""Tensors made on the spot."""

from __future__ import annotations

from ..ways_out import Ways

way = Ways()

way("Tensor.new_ones", "x + x.new_ones((2, 3))", "x + torch.ones((2, 3))", x=(2, 3))
way("range", "x + torch.range(0, 2)", "x + torch.arange(0, 3, dtype=torch.float32)", x=(2, 3))
way(
    "logspace",
    "torch.logspace(0, 2, 5)",
    "10.0 ** torch.linspace(0, 2, 5)",
)
way(
    "tril_indices",
    "x[torch.tril_indices(3, 3)[0]]",
    "x[i]",
    said="a buffer made in __init__ with torch.tril_indices(n, n)",
    x=(3, 2),
    i="torch.tril_indices(3, 3)[0]",
)
way(
    "triu_indices",
    "x[torch.triu_indices(3, 3)[0]]",
    "x[i]",
    said="a buffer made in __init__ with torch.triu_indices(n, n)",
    x=(3, 2),
    i="torch.triu_indices(3, 3)[0]",
)
way(
    "empty_strided empty_permuted Tensor.new_empty_strided",
    "torch.empty_strided((2, 3), (3, 1)).fill_(0.0)",
    "torch.zeros(2, 3)",
)
way("zero_", "torch.zeros_like(x)", "x = torch.zeros_like(x); x", x=(2, 3))
