# ruff: noqa: E501
"""Views, joins, splits, permutations."""

from __future__ import annotations

from typing import Any

from ..ways_out import Ways

way = Ways()

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}

way("Tensor.movedim movedim Tensor.moveaxis moveaxis", "x.movedim(0, -1)", "x.permute(1, 2, 0)", x=(2, 3, 4))
way("Tensor.mT Tensor.mH Tensor.adjoint adjoint", "x.mT", "x.transpose(-2, -1)", x=(2, 3, 4))
way("Tensor.H", "x.H", "x.transpose(0, 1)", x=(2, 3))
way("Tensor.ravel ravel", "x.ravel()", "x.reshape(-1)", x=(2, 3))
way("Tensor.view_as", "x.view_as(y)", "x.view(y.shape)", x=(2, 6), y=(3, 4))
way("Tensor.broadcast_to broadcast_to", "x.broadcast_to((2, 3))", "x.expand(2, 3)", x=(1, 3))
way("vstack row_stack", "torch.vstack([x, y])", "torch.cat([x, y], dim=0)", **pair)
way("dstack", "torch.dstack([x, y])", "torch.stack([x, y], dim=2)", **pair)
way("column_stack", "torch.column_stack([x, y])", "torch.cat([x, y], dim=1)", **pair)
way("Tensor.tensor_split tensor_split", "x.tensor_split(2, dim=1)", "x.split(2, dim=1)", x=(2, 4))
way("Tensor.unsafe_chunk unsafe_chunk", "x.unsafe_chunk(2, dim=1)", "x.chunk(2, dim=1)", x=(2, 4))
way("Tensor.unsafe_split unsafe_split", "x.unsafe_split(2, dim=1)", "x.split(2, dim=1)", x=(2, 4))
way("Tensor.hsplit hsplit", "x.hsplit(2)", "x.chunk(2, dim=1)", x=(2, 4))
way("Tensor.vsplit vsplit", "x.vsplit(2)", "x.chunk(2, dim=0)", x=(2, 4))
way("Tensor.dsplit dsplit", "x.dsplit(2)", "x.chunk(2, dim=2)", x=(2, 3, 4))
way("Tensor.rot90 rot90", "x.rot90(1, [0, 1])", "x.transpose(0, 1).flip([0])", x=(2, 3))
way("Tensor.flipud flipud", "x.flipud()", "x.flip([0])", x=(2, 3))
way(
    "Tensor.unfold",
    "x.unfold(1, 4, 2)",
    "torch.stack([x[:, i : i + 4] for i in range(0, 5, 2)], dim=1)",
    x=(2, 8),
)
way(
    "channel_shuffle nn.functional.channel_shuffle native_channel_shuffle nn.functional.native_channel_shuffle",
    "torch.channel_shuffle(x, 2)",
    "x.view(1, 2, 2, 3, 3).transpose(1, 2).reshape(1, 4, 3, 3)",
    x=(1, 4, 3, 3),
)
way("narrow_copy Tensor.narrow_copy", "torch.narrow_copy(x, 1, 0, 2)", "x.narrow(1, 0, 2)", x=(2, 3))
way(
    "unsafe_split_with_sizes Tensor.unsafe_split_with_sizes split_copy",
    "torch.unsafe_split_with_sizes(x, [1, 2], dim=1)",
    "x.split([1, 2], dim=1)",
    x=(2, 3),
)
way("t_copy", "torch.t_copy(x)", "x.t()", x=(2, 3))
way(
    "unfold_copy",
    "torch.unfold_copy(x, 1, 4, 2)",
    "torch.stack([x[:, i : i + 4] for i in range(0, 5, 2)], dim=1)",
    x=(2, 8),
)
way(
    "as_strided Tensor.as_strided as_strided_copy",
    "torch.as_strided(x, (4, 4), (2, 1))",
    "torch.stack([x[i : i + 4] for i in range(0, 7, 2)])",
    x=(10,),
)
way("Tensor.sum_to_size", "x.sum_to_size(1, 3)", "x.sum(dim=0, keepdim=True)", x=(2, 3))
way(
    "block_diag",
    "torch.block_diag(x, y)",
    "torch.cat([F.pad(x, (0, 3)), F.pad(y, (2, 0))])",
    x=(2, 2),
    y=(3, 3),
)
way(
    "cartesian_prod",
    "torch.cartesian_prod(x, y)",
    "torch.stack(torch.meshgrid(x, y, indexing='ij'), dim=-1).reshape(-1, 2)",
    x=(3,),
    y=(4,),
)
way("combinations", "torch.combinations(x)", "x[torch.tensor([[0, 1], [0, 2], [1, 2]])]", x=(3,))
