# ruff: noqa: E501
"""Picking, placing and ordering elements."""

from __future__ import annotations

from ..handwritten import Bools, Ints
from ..ways_out import Ways

way = Ways()

way(
    "Tensor.take_along_dim take_along_dim",
    "x.take_along_dim(i, dim=1)",
    "x.gather(1, i)",
    x=(2, 3),
    i=Ints((2, 2)),
)
way(
    "Tensor.diagonal diagonal linalg.diagonal",
    "torch.diagonal(x)",
    "(x * torch.eye(3)).sum(dim=-1)",
    x=(3, 3),
)
way("Tensor.diag diag", "torch.diag(x)", "torch.eye(3) * x.unsqueeze(-1)", x=(3,))
way("Tensor.diag_embed diag_embed", "torch.diag_embed(x)", "torch.eye(3) * x.unsqueeze(-1)", x=(2, 3))
way(
    "Tensor.index_fill index_fill",
    "x.index_fill(1, torch.tensor([0]), 5.0)",
    "torch.where(torch.arange(3) == 0, torch.full_like(x, 5.0), x)",
    x=(2, 3),
)
way(
    "Tensor.masked_scatter masked_scatter",
    "x.masked_scatter(m, torch.zeros(2, 3))",
    "torch.where(m, torch.zeros_like(x), x)",
    x=(2, 3),
    m=Bools((2, 3)),
)
way("argwhere Tensor.argwhere", "torch.argwhere(x)", "torch.nonzero(x)", x=(2, 3))
way(
    "nonzero_static Tensor.nonzero_static",
    "torch.nonzero_static(x, size=4)",
    "torch.nonzero(x)[:4]",
    x=(2, 3),
)
way("masked_select Tensor.masked_select", "torch.masked_select(x, m)", "x[m]", x=(2, 3), m=Bools((2, 3)))
way("take Tensor.take", "x.take(i)", "x.reshape(-1)[i]", x=(2, 3), i=Ints((4,), 6))
way(
    "put Tensor.put",
    "x.put(i, y)",
    "x.reshape(-1).scatter(0, i, y).reshape(2, 3)",
    x=(2, 3),
    i="torch.tensor([0, 4])",
    y=(2,),
)
way("diagflat Tensor.diagflat", "torch.diagflat(x)", "torch.eye(3) * x.unsqueeze(-1)", x=(3,))
way("diagonal_copy", "torch.diagonal_copy(x)", "(x * torch.eye(3)).sum(dim=-1)", x=(3, 3))
way(
    "diagonal_scatter Tensor.diagonal_scatter",
    "torch.diagonal_scatter(x, y)",
    "torch.where(torch.eye(3) > 0, y.unsqueeze(-1), x)",
    x=(3, 3),
    y=(3,),
)
way(
    "Tensor.fill_diagonal_",
    "x.clone().fill_diagonal_(5.0)",
    "x = torch.where(torch.eye(3) > 0, torch.full_like(x, 5.0), x); x",
    x=(3, 3),
)
way(
    "index_add Tensor.index_add",
    "x.index_add(0, i, y)",
    "x.scatter_add(0, i.unsqueeze(-1).expand(2, 3), y)",
    x=(4, 3),
    i=Ints((2,), 4),
    y=(2, 3),
)
way(
    "index_copy Tensor.index_copy",
    "x.index_copy(0, i, y)",
    "x.scatter(0, i.unsqueeze(-1).expand(2, 3), y)",
    x=(4, 3),
    i="torch.tensor([3, 1])",
    y=(2, 3),
)
way(
    "index_reduce Tensor.index_reduce",
    "x.index_reduce(0, i, y, 'amax')",
    "m = F.one_hot(i, 4).transpose(0, 1).unsqueeze(-1) > 0; torch.maximum(x, torch.where(m, y, torch.full_like(y, -1e4)).amax(dim=1))",
    x=(4, 3),
    i=Ints((5,), 4),
    y=(5, 3),
)
way(
    "scatter_reduce Tensor.scatter_reduce",
    "x.scatter_reduce(1, i, y, 'sum')",
    "x.scatter_add(1, i, y)",
    said="x.scatter_add(1, i, y) for reduce='sum'",
    x=(2, 3),
    i=Ints((2, 4)),
    y=(2, 4),
)
way(
    "Tensor.scatter_reduce_",
    "x.scatter_reduce(1, i, y, 'sum')",
    "x = x.scatter_add(1, i, y); x",
    said="x = x.scatter_add(1, i, y) for reduce='sum'",
    x=(2, 3),
    i=Ints((2, 4)),
    y=(2, 4),
)
way(
    "kthvalue Tensor.kthvalue",
    "torch.kthvalue(x, 2, dim=1)",
    "v, i = torch.sort(x, dim=1); (v[:, 1], i[:, 1])",
    x=(2, 5),
)
way(
    "median Tensor.median nanmedian Tensor.nanmedian",
    "torch.median(x, dim=1)",
    "v, i = torch.sort(x, dim=1); (v[:, 2], i[:, 2])",
    x=(2, 5),
)
way("msort Tensor.msort", "torch.msort(x)", "torch.sort(x, dim=0)[0]", x=(4, 3))
way(
    "cummax Tensor.cummax",
    "torch.cummax(x, dim=1)[0]",
    "torch.stack([x[:, : i + 1].amax(dim=1) for i in range(4)], dim=1)",
    x=(2, 4),
)
way(
    "cummin Tensor.cummin",
    "torch.cummin(x, dim=1)[0]",
    "torch.stack([x[:, : i + 1].amin(dim=1) for i in range(4)], dim=1)",
    x=(2, 4),
)
way(
    "unique_consecutive Tensor.unique_consecutive",
    "torch.unique_consecutive(x)",
    "x[torch.cat([torch.ones(1), (x[1:] != x[:-1]).float()]) > 0]",
    x=Ints((8,)),
)
way(
    "nn.functional.max_unpool1d",
    "F.max_unpool1d(x, i, 2)",
    "torch.zeros(1, 2, 8).scatter(2, i, x)",
    x=(1, 2, 4),
    i="torch.tensor([[[0, 3, 4, 7], [1, 2, 5, 6]]])",
)
for n in (2, 3):
    sizes, larger = ", ".join("2" * n), ", ".join("4" * n)
    way(
        f"nn.functional.max_unpool{n}d",
        f"F.max_unpool{n}d(x, i, 2)",
        f"torch.zeros(1, 3, {4**n}).scatter(2, i.reshape(1, 3, {2**n}), x.reshape(1, 3, {2**n})).reshape(1, 3, {larger})",
        x=(1, 3, *(2,) * n),
        i=f"(torch.arange({2**n}) * {2**n}).expand(1, 3, {2**n}).reshape(1, 3, {sizes})",
    )
