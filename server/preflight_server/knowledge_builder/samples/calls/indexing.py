# ruff: noqa: E501
"""Subscripts, gather and scatter, masks."""

from __future__ import annotations

from ..handwritten import Bools, Calls, Ints

calls = call = Calls()

for subscript in (
    "0", "-1", "1:", ":2", ":, 0", ":, -1", ":, 1:3", "..., 0", "..., :2", ":, :, 0", ":, ::2",
    "None", ":, None", "..., None", "0, 1", ":-1", "0:1", "[0, 1]", ":, [1, 2]", "..., [0, 2]",
):  # fmt: skip
    call("torch.Tensor.__getitem__", f"x[{subscript}] * 1", x=(2, 3, 4))
call("torch.Tensor.__getitem__", "x[i]", x=(4, 3), i=Ints((2,)))
call("torch.Tensor.__getitem__", "x[:, i]", x=(4, 3), i=Ints((2,)))
call("torch.Tensor.__getitem__", "x[i, j]", x=(4, 3), i=Ints((2,)), j=Ints((2,)))
call("torch.Tensor.__getitem__", "x[torch.arange(2), i]", x=(2, 3), i=Ints((2,)))
call("torch.Tensor.__getitem__", "x[x > 0]", x=(2, 3))
call("torch.Tensor.__getitem__", "x[:, :x.shape[1] // 2]", x=(2, 4))
call("torch.Tensor.__getitem__", "x[:, torch.tensor([0, 2])]", x=(2, 3))
call("torch.Tensor.__getitem__", "w[i]", w="torch.ones(5, 2)", i=Ints((2, 3)))
for code in (
    "y[:, 0] = 0", "y[:, 0] = 1.0", "y[0] = 0", "y[:, 1:] = x[:, :-1]", "y[:, 0] += 1", "y[:, 1:2] *= 2",
    "y[0, 0] = 5.0", "y[:, ::2] = 0", "y[:] = 1", "y[..., 0] = 0", "y[:, 0] = x[:, 1]",
):  # fmt: skip
    call("torch.Tensor.__setitem__", f"y = x * 1; {code}; y", x=(2, 4))
call("torch.Tensor.__setitem__", "y = x * 1; y[x > 0] = 0; y", x=(2, 4))
call("torch.Tensor.__setitem__", "y = x * 1; y[i] = 0; y", x=(4, 3), i=Ints((2,)))
call("torch.Tensor.__setitem__", "y = torch.zeros(2, 4); y[:, :2] = x; y", x=(2, 2))
call("torch.Tensor.__setitem__", "y = torch.zeros_like(x); y[:, 1:] = x[:, 1:]; y", x=(2, 4))
call("torch.Tensor.__setitem__", "y = x.clone(); y[:, 0] = x[:, 0] * 2; y", x=(1, 3, 4, 4))

one = call.both

one("gather", "1, i", x=(2, 3), i=Ints((2, 2)))
one("gather", "dim=-1, index=i", x=(2, 3), i=Ints((2, 2)))
one("gather", "1, i.unsqueeze(-1).expand(-1, -1, 4)", x=(2, 3, 4), i=Ints((2, 2)))
one("scatter", "1, i, y", x=(2, 3), i=Ints((2, 3)), y=(2, 3))
one("scatter", "1, i, 1.0", x=(2, 3), i=Ints((2, 1)))
one("scatter_add", "1, i, y", x=(2, 3), i=Ints((2, 3)), y=(2, 3))
one("scatter_add", "0, i, y", x=(3, 3), i=Ints((2, 3)), y=(2, 3))
one("scatter_reduce", "1, i, y, reduce='sum'", x=(2, 3), i=Ints((2, 3)), y=(2, 3))
one("scatter_reduce", "1, i, y, reduce='amax'", x=(2, 3), i=Ints((2, 3)), y=(2, 3))
one("index_select", "1, i", x=(2, 3), i=Ints((2,)))
one("index_select", "dim=0, index=i", x=(3, 3), i=Ints((2,)))
one("index_select", "1, torch.tensor([0, 2])", x=(2, 3))
one("index_add", "0, i, y", x=(3, 3), i=Ints((2,)), y=(2, 3))
one("index_copy", "0, torch.tensor([0, 2]), y", x=(3, 3), y=(2, 3))
one("index_fill", "1, torch.tensor([0]), 0.0", x=(2, 3))
one("index_put", "(i,), y", x=(3, 3), i=Ints((2,)), y=(2, 3))
one("masked_fill", "m, 0.0", x=(2, 3), m=Bools((2, 3)))
one("masked_fill", "x > 0, -1e4", x=(2, 3))
one("masked_fill", "m == 0, float('-inf')", x=(2, 3), m=Ints((2, 3)))
one("masked_fill", "m[:, None, :], -1e9", x=(2, 4, 3), m=Bools((2, 3)))
one("masked_select", "x > 0", x=(2, 3))
one("masked_scatter", "m, y", x=(2, 3), m=Bools((2, 3)), y=(2, 3))
one("take", "i", x=(2, 3), i=Ints((2,)))
one("take_along_dim", "i, dim=1", x=(2, 3), i=Ints((2, 2)))
one("nonzero", "", x=(2, 3))
one("argwhere", "", x=(2, 3))
one("select_scatter", "y, 1, 0", x=(2, 3), y=(2,))
one("slice_scatter", "y, 1, 0, 2", x=(2, 3), y=(2, 2))
one("diagonal_scatter", "y", x=(3, 3), y=(3,))
for code in (
    "y.masked_fill_(x > 0, 0.0)", "y.fill_(1.0)", "y.zero_()", "y.scatter_(1, torch.tensor([[0], [1]]), 1.0)",
    "y.index_fill_(1, torch.tensor([0]), 0.0)", "y.fill_diagonal_(0.0)", "y.index_put_((torch.tensor([0]),), x[:1])",
    "y.index_add_(0, torch.tensor([0]), x[:1])", "y.index_copy_(0, torch.tensor([0]), x[:1])",
    "y.scatter_add_(1, torch.tensor([[0], [1]]), x)", "y.uniform_()", "y.normal_()", "y.random_()", "y.bernoulli_(0.5)",
    "y.clamp_(min=0)", "y.clamp_(0, 1)", "y.add_(1)", "y.add_(x)", "y.mul_(x)", "y.mul_(2)", "y.sub_(x)", "y.div_(2)",
    "y.relu_()", "y.sigmoid_()", "y.tanh_()", "y.exp_()", "y.sqrt_()", "y.abs_()", "y.neg_()", "y.pow_(2)",
    "y.float_power_(2)", "y.cumsum_(1)", "y.transpose_(0, 1)", "y.squeeze_()", "y.t_()", "y.round_()", "y.floor_()",
    "y.ceil_()", "y.clamp_min_(0.1)", "y.clamp_max_(0.1)", "y.lerp_(x, 0.5)", "y.addcmul_(x, x)", "y.addcdiv_(x, x)",
    "y.swapaxes_(0, 1)", "y.logical_not_()", "y.masked_scatter_(x > 0, x)", "y.erf_()", "y.log_()", "y.sin_()", "y.cos_()",
    "y.reciprocal_()", "y.rsqrt_()", "y.square_()", "y.sign_()", "y.trunc_()", "y.tril_()", "y.triu_()", "y.exponential_()",
    "y.fmod_(2)", "y.remainder_(2)", "y.eq_(x)", "y.gt_(0)", "y.nan_to_num_()", "y.copysign_(x)", "y.cumprod_(1)",
):  # fmt: skip
    name = code.split("(")[0].removeprefix("y.")
    call(f"torch.Tensor.{name}", f"y = x * 1; {code}; y", x=(2, 3))
call("torch.nonzero", "torch.nonzero(x > 0, as_tuple=True)", x=(2, 3))
call("torch.nonzero", "torch.nonzero(x > 0, as_tuple=False)", x=(2, 3))
call("torch.fill", "torch.fill(x, 1.0)", x=(2, 3))
call("torch.fill_", "y = x * 1; torch.fill_(y, 1.0); y", x=(2, 3))
call("torch.isin", "torch.isin(x, torch.tensor([0, 1]))", x=Ints((2, 3)))
call("torch.nn.functional.one_hot", "F.one_hot(x, 3)", x=Ints((4,)))
call("torch.nn.functional.one_hot", "F.one_hot(x, num_classes=3).float()", x=Ints((2, 4)))
call("torch.nn.functional.one_hot", "F.one_hot(x)", x=Ints((4,)))
call("torch.nn.functional.embedding", "F.embedding(i, w)", w="torch.ones(5, 2)", i=Ints((2, 3)))
call(
    "torch.nn.functional.embedding", "F.embedding(i, w, padding_idx=0)", w="torch.ones(5, 2)", i=Ints((2, 3))
)
call("torch.embedding", "torch.embedding(w, i)", w="torch.ones(5, 2)", i=Ints((2, 3)))
call("torch.nn.functional.embedding_bag", "F.embedding_bag(i, w)", w="torch.ones(5, 2)", i=Ints((2, 3)))
