# ruff: noqa: E501
"""Where the converters of tensor operations stop: arguments, call forms, ranks, constness.

Beside what fails stands what converts, one thing varied at a time. Named with each group: the function in
coremltools 9.0's frontend/torch/ops.py that refuses, and its words.
"""

from __future__ import annotations

from typing import Any

from ..handwritten import Bools, Ints, Positive
from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}

# add, sub: "ADD does not support scale factor param", "SUB does not support scale factor param"
for name in ("add", "sub"):
    for given in ("y", "y, alpha=1", "2.0", "0.5, alpha=1"):
        converts.both(name, given, **pair)
    for given in ("y, alpha=2", "y, alpha=0.5", "2.0, alpha=2", "y, alpha=-1"):
        fails.both(name, given, **pair)
fails("torch.rsub", "torch.rsub(x, y, alpha=2)", **pair)
converts("torch.rsub", "torch.rsub(x, y)", **pair)

# div: floor and trunc are all there is; round takes no decimals
for mode in ("None", "'floor'", "'trunc'"):
    converts.both("div", f"y, rounding_mode={mode}", x=(2, 3), y=Positive((2, 3)))
converts.both("round", "", x=(2, 3))
for given in ("decimals=1", "decimals=0", "decimals=-1"):
    fails.both("round", given, x=(2, 3))

# _matrix_norm: "Matrix norm is not defined for the current inputs"
for order in ("1", "-1", "'fro'", "float('inf')", "-float('inf')"):
    converts("torch.linalg.matrix_norm", f"torch.linalg.matrix_norm(x, {order})", x=(3, 3))
    converts(
        "torch.linalg.matrix_norm", f"torch.linalg.matrix_norm(x, ord={order}, dim=(-2, -1))", x=(2, 3, 3)
    )
    converts("torch.linalg.norm", f"torch.linalg.norm(x, {order}, dim=(0, 1))", x=(3, 3))
for order in ("2", "-2", "'nuc'"):
    fails("torch.linalg.matrix_norm", f"torch.linalg.matrix_norm(x, {order})", x=(3, 3))
    fails("torch.linalg.matrix_norm", f"torch.linalg.matrix_norm(x, ord={order}, dim=(-2, -1))", x=(2, 3, 3))
    fails("torch.linalg.norm", f"torch.linalg.norm(x, {order}, dim=(0, 1))", x=(3, 3))
    fails("torch.linalg.norm", f"torch.linalg.norm(x, {order})", x=(3, 3))
for order in ("None", "1", "2", "3", "0", "0.5", "float('inf')", "-float('inf')"):
    if order != "None":
        converts("torch.linalg.vector_norm", f"torch.linalg.vector_norm(x, {order}, dim=1)", x=(2, 3))
    converts("torch.linalg.norm", f"torch.linalg.norm(x, {order}, dim=1)", x=(2, 3))
for order in ("1", "2", "3", "0", "float('inf')", "'fro'"):
    converts("torch.norm", f"torch.norm(x, p={order}, dim=1)", x=(2, 3))
    converts("torch.Tensor.norm", f"x.norm(p={order}, dim=1)", x=(2, 3))
for name in ("torch.norm(x, p='nuc')", "torch.norm(x, 'nuc', dim=(0, 1))"):
    fails("torch.norm", name, x=(3, 3))

# transpose: "transpose without dims for rank > 2 is unsupported"
converts("torch.Tensor.T", "x.T", x=(2, 3))
fails("torch.Tensor.T", "x.T", x=(2, 3, 4))
fails("torch.Tensor.T", "x.T", x=(1, 2, 3, 4))
converts.both("t", "", x=(2, 3))
converts.both("transpose", "0, 1", x=(2, 3, 4))

# _unique2: "sorted=False not supported for unique op"; with dim it is another op
for given in ("", "sorted=True", "return_inverse=True", "return_counts=True", "True, True"):
    converts.both("unique", given, x=Ints((6,)))
for given in (
    "sorted=False",
    "False",
    "sorted=False, return_counts=True",
    "dim=0",
    "dim=-1",
    "return_counts=True, dim=0",
):
    fails.both("unique", given, x=Ints((6,)))

# topk, sort, argsort: every option of topk; of the others no stable=
for given in ("2", "2, dim=1", "2, -1", "2, largest=False", "2, sorted=True", "2, 1, False, True"):
    converts.both("topk", given, x=(2, 5))
for given in ("", "dim=1", "-1", "descending=True", "0, True"):
    converts.both("sort", given, x=(2, 5))
    converts.both("argsort", given, x=(2, 5))
for given in ("stable=True", "stable=False", "dim=1, stable=True", "stable=True, descending=True"):
    fails.both("sort", given, x=(2, 5))
    fails.both("argsort", given, x=(2, 5))

# diagonal: "Only offset == 0 and dim1 == 0 and dim2 == 1 handled"
# (it compares the variables, not their values, and so refuses these as well)
for given in ("", "0, 0, 1", "1", "offset=-1", "dim1=1, dim2=0", "0, -2, -1"):
    fails.both("diagonal", given, x=(3, 3))
fails.both("diagonal", "dim1=1, dim2=2", x=(2, 3, 3))

# linalg_inv: "For non-const input, the lowering for Torch `linalg_inv` op is not supported"
for api, code in (
    ("torch.inverse", "torch.inverse({v})"),
    ("torch.linalg.inv", "torch.linalg.inv({v})"),
    ("torch.Tensor.inverse", "{v}.inverse()"),
):
    converts(api, f"x @ {code.format(v='w')}", x=(2, 3), w="torch.eye(3) * 2")
    fails(api, code.format(v="x"), x=(3, 3))
    fails(api, code.format(v="x"), x=(2, 3, 3))
    fails(api, f"y = x + 1; {code.format(v='y')}", x=(3, 3))

# repeat_interleave: "Conversion for torch.repeat_interleave with Tensor repeats has not been implemented"
for given in ("2", "2, dim=0", "3, 1", "torch.tensor([2, 2]), dim=0"):
    converts.both("repeat_interleave", given, x=(2, 3))
for given in (
    "torch.tensor([1, 2]), dim=0",
    "torch.tensor([1, 2, 3]), dim=1",
    "repeats=torch.tensor([3, 1]), dim=0",
):
    fails.both("repeat_interleave", given, x=(2, 3))

# full_like, new_full: an assertion that the value is known
converts("torch.full", "x + torch.full((2, 3), 2.0)", x=(2, 3))
converts("torch.full_like", "torch.full_like(x, 2.0)", x=(2, 3))
converts("torch.Tensor.new_full", "x.new_full((2, 3), 2.0)", x=(2, 3))
converts("torch.full", "torch.full((2, 3), x.sum())", x=(2, 3))
fails("torch.full_like", "torch.full_like(x, x.sum())", x=(2, 3))
fails("torch.full_like", "torch.full_like(x, x.mean())", x=(2, 3))
fails("torch.Tensor.new_full", "x.new_full((2, 3), x.sum())", x=(2, 3))

# multinomial: "When num_samples is larger than 1, only replacement=True is supported."
weights: dict[str, Any] = {"x": Positive((2, 5))}
for given in ("1", "1, replacement=True", "3, replacement=True", "3, True"):
    converts.both("multinomial", given, **weights)
for given in ("2", "3, replacement=False", "num_samples=2", "4, False"):
    fails.both("multinomial", given, **weights)

# randn: "This op does not support complex number dtype."
for name in ("randn", "rand"):
    converts(f"torch.{name}", f"x + torch.{name}(2, 3)", x=(2, 3))
    converts(f"torch.{name}_like", f"torch.{name}_like(x)", x=(2, 3))
fails("torch.randn", "torch.randn(2, 3, dtype=torch.complex64).real", x=(2, 3))
fails("torch.randn_like", "torch.randn_like(x, dtype=torch.complex64).real", x=(2, 3))

# meshgrid: "Requires >= 2 tensor inputs."
converts("torch.meshgrid", "torch.meshgrid(x, y, indexing='ij')", x=(3,), y=(4,))
converts("torch.meshgrid", "torch.meshgrid(x, y, x, indexing='ij')", x=(3,), y=(4,))
for place in (0, 1):
    converts("torch.meshgrid", f"torch.meshgrid(x, y, indexing='ij')[{place}]", x=(3,), y=(4,))
    converts("torch.meshgrid", f"torch.meshgrid([x, y], indexing='ij')[{place}] * 2", x=(3,), y=(4,))
fails("torch.meshgrid", "torch.meshgrid(x, indexing='ij')[0] * 2", x=(3,))
fails("torch.meshgrid", "torch.meshgrid([x])[0] * 2", x=(3,))

# searchsorted: "Not support `searchsorted` op with different ranks of `sorted_sequence` and `values`"
EDGES = "torch.tensor([-1.0, 0.0, 1.0])"
converts("torch.searchsorted", "torch.searchsorted(b, x)", x=(4,), b=EDGES)
converts("torch.searchsorted", "torch.searchsorted(b, x, right=True)", x=(4,), b=EDGES)
converts("torch.searchsorted", "torch.searchsorted(b, x)", x=(2, 4), b="torch.rand(2, 3).sort().values")
fails("torch.searchsorted", "torch.searchsorted(b, x)", x=(2, 4), b=EDGES)
fails("torch.searchsorted", "torch.searchsorted(b, x)", x=(2, 3, 4), b=EDGES)

# index_put: "If there existed any whole slice (e.g. : in x[:, 0]), only torch.index_put(..., accumulate=False) handled"
rows: dict[str, Any] = {"x": (4, 3), "i": Ints((2,), 4), "y": (2, 3), "z": (2,)}
for code in (
    "x.index_put((i,), y)",
    "x.index_put((i, i % 3), z)",
    "x.index_put((i,), y, accumulate=True)",
    "x.index_put((x > 0,), torch.tensor(0.0))",
):
    converts("torch.Tensor.index_put", code, **rows)
    converts("torch.index_put", code.replace("x.index_put(", "torch.index_put(x, "), **rows)

# index_put by several masks: "Unsupported index_put_ usage."
MASKS = {"m": "torch.tensor([True, False, True, False])", "n": "torch.tensor([True, False, True])"}
for api, start in (("torch.Tensor.index_put", "x.index_put("), ("torch.index_put", "torch.index_put(x, ")):
    converts(api, f"{start}(m,), torch.tensor(5.0))", x=(4, 3), m=MASKS["m"])
    converts(api, f"{start}(m,), torch.tensor(5.0))", x=(4, 3), m=Bools((4, 3)))
    fails(api, f"{start}(m, n), torch.tensor(5.0))", x=(4, 3), **MASKS)
for code in (
    "y[m] = 5.0",
    "y[m, 0] = 5.0",
    "y[i] = 5.0",
    "y[:, i] = 5.0",
    "y[i] += 1.0",
    "y[0] = 5.0",
    "y[1:] = 5.0",
):
    converts("torch.Tensor.__setitem__", f"y = x * 1; {code}; y", x=(4, 3), m=Bools((4,)), i=Ints((2,), 3))
fails("torch.Tensor.__setitem__", "y = x * 1; y[m, n] = 5.0; y", x=(4, 3), **MASKS)
# "_internal_op_tensor_inplace_fill does not support dynamic index"
for code in ("y[i[0]] = 5.0", "y[i[0] :] = 5.0", "y[: i[1]] = 5.0"):
    fails("torch.Tensor.__setitem__", f"y = x * 1; {code}; y", x=(4, 3), i=Ints((2,), 3))
# A single element is put in.
for code in ("y[i[0]] = 5.0", "y[i[1]] = 2"):
    converts("torch.Tensor.__setitem__", f"y = x * 1; {code}; y", x=(4,), i=Ints((2,), 3))
for code in ("x[i[0]]", "x[i[0] :]", "x[:, i[1]]"):
    converts("torch.Tensor.__getitem__", code, x=(4, 3), i=Ints((2,), 2))
# narrow: a start that is not known
for given in ("0, 1, 2", "dim=1, start=0, length=2", "-1, 0, 2"):
    converts.both("narrow", given, x=(4, 3))
fails.both("narrow", "0, i[0], 1", x=(4, 3), i=Ints((2,), 2))
fails.both("narrow", "1, i[0], 2", x=(4, 3), i=Ints((2,), 1))

# einsum: "unsupported einsum equation": no "...", no letter twice in one operand but for the diagonal, no result left out
products: dict[str, Any] = {"x": (2, 3, 4), "y": (2, 4, 5)}
for code in (
    "torch.einsum('bij,bjk->bik', x, y)",
    "torch.einsum('bij,bjk->bki', x, y)",
    "torch.einsum('bij->bji', x)",
):
    converts("torch.einsum", code, **products)
for code in (
    "torch.einsum('...ij,...jk->...ik', x, y)",
    "torch.einsum('b...j,bjk->b...k', x, y)",
    "torch.einsum('...j->...', x)",
    "torch.einsum('...', x)",
    "torch.einsum('bij,bjk', x, y)",
):
    fails("torch.einsum", code, **products)
converts("torch.einsum", "torch.einsum('ii->i', x)", x=(3, 3))
for code in ("torch.einsum('ii', x)", "torch.einsum('ii->', x)", "torch.einsum('ij->', x)"):
    fails("torch.einsum", code, x=(3, 3))

# cumprod along a size that is known; cat and stack of one
converts.both("cumprod", "1", x=(2, 3))
converts("torch.cat", "torch.cat([x], dim=0) * 2", x=(2, 3))
converts("torch.stack", "torch.stack([x]) * 2", x=(2, 3))
converts("torch.stack", "torch.stack([x.sum(), x.mean()])", x=(2, 3))
converts("torch.stack", "torch.stack([x[0, 0], x[1, 1], x[0, 1]])", x=(2, 3))

# unflatten, flatten, tile, repeat: sizes are known
for given in ("1, (2, 3)", "-1, (2, 3)", "dim=1, sizes=(3, -1)"):
    converts.both("unflatten", given, x=(2, 6))
converts.both("tile", "(2, 1)", x=(2, 3))
converts("torch.Tensor.repeat", "x.repeat(2, 1)", x=(2, 3))
converts("torch.Tensor.repeat", "x.repeat(2, 1, 3)", x=(2, 3))

# matmul: "list index out of range" where the second operand is a vector
converts("torch.matmul", "torch.matmul(x, y)", x=(2, 3), y=(3, 4))
converts("torch.matmul", "torch.matmul(x, y)", x=(3,), y=(3, 4))
converts("torch.matmul", "torch.matmul(x, y)", x=(3,), y=(5, 3, 4))
for api, code in (
    ("torch.matmul", "torch.matmul(x, y)"),
    ("torch.Tensor.matmul", "x.matmul(y)"),
    ("torch.Tensor.__matmul__", "x @ y"),
):
    converts(api, code, x=(5, 2, 3), y=(3, 4))
    converts(api, f"w = y.unsqueeze(-1); {code.replace('y', 'w')}", x=(2, 3), y=(3,))
    for shape in ((2, 3), (3,), (5, 2, 3)):
        fails(api, code, x=shape, y=(3,))

# scatter: what reduce= does
for given in (
    "1, i, y",
    "1, i, 2.0",
    "1, i, y, reduce='add'",
    "1, i, y, reduce='multiply'",
    "dim=1, index=i, src=y",
):
    converts.both("scatter", given, x=(2, 3), y=(2, 3), i=Ints((2, 3)))
for given in (
    "1, i, y, reduce='sum'",
    "1, i, y, reduce='prod'",
    "1, i, y, reduce='mean'",
    "1, i, y, reduce='amax'",
):
    fails.both("scatter_reduce", given, x=(2, 3), y=(2, 3), i=Ints((2, 3)))
converts.both("scatter_add", "1, i, y", x=(2, 3), y=(2, 3), i=Ints((2, 3)))

# hann_window of a size that is read off
converts("torch.hann_window", "x * torch.hann_window(8)", x=(2, 8))
converts("torch.hann_window", "x * torch.hann_window(8, periodic=False)", x=(2, 8))

# A tensor made of values that are not known
converts("torch.tensor", "x + torch.tensor([1.0, 2.0, 3.0])", x=(2, 3))
converts("torch.tensor", "x + torch.tensor(2.0)", x=(2, 3))

# Complex results cannot be returned nor copied about; their parts can.
for code in (
    "torch.fft.fft(x).real",
    "torch.fft.fft(x).imag",
    "torch.fft.fft(x).abs()",
    "torch.view_as_real(torch.fft.fft(x))",
):
    converts("torch.fft.fft", code, x=(2, 4))
for code in (
    "(torch.fft.fft(x) * 2).real",
    "(torch.fft.fft(x) * torch.fft.fft(x)).real",
    "torch.fft.fft(x).transpose(0, 1).real",
    "torch.fft.fft(x)[0].real",
):
    fails("torch.fft.fft", code, x=(2, 4))

# Masks and boolean indices
converts("torch.Tensor.__getitem__", "x[m]", x=(2, 3), m=Bools((2, 3)))
converts("torch.Tensor.__getitem__", "x[i]", x=(2, 3), i=Ints((4,), 2))
converts("torch.Tensor.__getitem__", "x[:, i]", x=(2, 3), i=Ints((4,), 2))
converts("torch.Tensor.__getitem__", "x[i, j]", x=(2, 3), i=Ints((4,), 2), j=Ints((4,), 3))
