# ruff: noqa: E501
"""Where the converters stop at complex numbers: nearly everywhere, but for taking their parts.

MIL has no complex dtypes: "Input x=... expects tensor or scalar of dtype from type domain ['fp16', 'fp32', ...]
but got tensor[..., complex64]"; a dtype that is asked for is looked up in vain: "KeyError: np.int32(9)".
"""

from __future__ import annotations

from typing import Any

from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

pair: dict[str, Any] = {"x": (2, 4), "y": (2, 4)}
square: dict[str, Any] = {"x": (4, 4), "y": (4, 4)}
WEIGHT = "torch.rand(4, dtype=torch.complex64)"
z = "torch.complex(x, y)"

# What a complex number is taken apart by, and transformed back
converts("torch.real", f"torch.real({z})", **pair)
converts("torch.imag", f"torch.imag({z})", **pair)
converts("torch.Tensor.abs", f"{z}.abs()", **pair)
converts("torch.view_as_real", f"torch.view_as_real({z} + 2.0)", **pair)
for name in ("fft", "ifft", "fftn", "ifftn"):
    converts(f"torch.fft.{name}", f"torch.fft.{name}({z}).real", **pair)
for name in ("irfft", "irfftn"):
    converts(f"torch.fft.{name}", f"torch.fft.{name}({z})", **pair)
for name in ("clone", "contiguous", "detach"):
    converts(f"torch.Tensor.{name}", f"{z}.{name}().real", **pair)
converts("torch.Tensor.reshape", f"{z}.reshape(-1).real", **pair)
converts("torch.Tensor.view", f"{z}.view(4, 2).real", **pair)

converts("torch.Tensor.new_zeros", f"{z}.new_zeros((2, 4)).real + x", **pair)
converts("torch.Tensor.new_zeros", "torch.fft.fft(x).new_zeros(4).real + x", x=(2, 4))
for name in ("cat", "stack"):
    fails(f"torch.{name}", f"torch.{name}([{z}, {z}]).real", **pair)

# Arithmetic, but for adding floats
for name, sign in (("sub", "-"), ("mul", "*"), ("truediv", "/")):
    operator = f"torch.Tensor.__{name}__"
    for other in (z, "2.0", "2", "(x + 1)", "w"):
        fails(operator, f"({z} {sign} {other}).real", **pair, w=WEIGHT)
    fails(operator, f"(x {sign} {z}).real", **pair)
    fails(f"torch.Tensor.__r{name}__", f"(2.0 {sign} {z}).real", **pair)
    fails(f"torch.Tensor.__r{name}__", f"(2 {sign} {z}).real", **pair)
    function = name.removeprefix("true")
    for other in (z, "2.0", "x", "w"):
        fails(f"torch.{function}", f"torch.{function}({z}, {other}).real", **pair, w=WEIGHT)
        fails(f"torch.Tensor.{function}", f"{z}.{function}({other}).real", **pair, w=WEIGHT)
    fails(f"torch.{function}", f"torch.{function}(x, {z}).real", **pair)
for other in (z, "2.0", "(x + 1)", "w"):
    converts("torch.Tensor.__add__", f"({z} + {other}).real", **pair, w=WEIGHT)
fails("torch.Tensor.__pow__", f"({z} ** 2).real", **pair)
fails("torch.Tensor.__neg__", f"(-{z}).real", **pair)
for operand, given in ((z, square), ("w", square)):
    w = "torch.rand(4, 4, dtype=torch.complex64)"
    fails("torch.Tensor.__matmul__", f"({z} @ {operand}).real", **given, w=w)
    fails("torch.matmul", f"torch.matmul({z}, {operand}).real", **given, w=w)
    fails("torch.einsum", f"torch.einsum('ij,jk->ik', {z}, {operand}).real", **given, w=w)
fails(
    "torch.einsum",
    f"torch.einsum('bix,iox->box', {z}, w).real",
    x=(2, 4, 3),
    y=(2, 4, 3),
    w="torch.rand(4, 5, 3, dtype=torch.complex64)",
)
fails("torch.bmm", f"torch.bmm({z}, {z}).real", x=(1, 4, 4), y=(1, 4, 4))
fails(
    "torch.nn.functional.linear",
    f"F.linear({z}, w).real",
    **pair,
    w="torch.rand(3, 4, dtype=torch.complex64)",
)

# Parts, axes, order
for key in ("0", "0:1", ":, 1:", "None", "..., :2"):
    fails("torch.Tensor.__getitem__", f"{z}[{key}].real", **pair)
fails("torch.Tensor.__setitem__", f"v = {z}; v[0] = 0; v.real", **pair)
fails("torch.Tensor.__setitem__", f"v = {z}; v[0] = v[1]; v.real", **pair)
for name, arguments in (
    ("transpose", "0, 1"), ("permute", "(1, 0)"), ("flatten", ""), ("unsqueeze", "0"), ("squeeze", ""),
    ("flip", "(0,)"), ("roll", "1, 0"), ("narrow", "1, 0, 2"), ("select", "0, 1"), ("t", ""),
    ("sum", "-1"), ("mean", "-1"), ("cumsum", "0"), ("exp", ""), ("log", ""), ("sqrt", ""), ("sin", ""),
    ("cos", ""), ("tanh", ""), ("square", ""), ("reciprocal", ""), ("conj", ""), ("pow", "2"),
):  # fmt: skip
    fails(f"torch.{name}", f"torch.{name}({', '.join(filter(None, [z, arguments]))}).real", **pair)
    fails(f"torch.Tensor.{name}", f"{z}.{name}({arguments}).real", **pair)
fails("torch.Tensor.repeat", f"{z}.repeat(1, 2).real", **pair)
for name, arguments in (("chunk", "2, 1"), ("split", "2, 1"), ("unbind", "0")):
    fails(f"torch.{name}", f"torch.{name}({z}, {arguments})[0].real", **pair)
    fails(f"torch.Tensor.{name}", f"{z}.{name}({arguments})[0].real", **pair)
fails("torch.where", f"torch.where(x > 0, {z}, {z}).real", **pair)
for name in ("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like"):
    fails(f"torch.{name}", f"torch.{name}({z}).real", **pair)

# Made as such
for name in ("zeros", "ones", "empty", "randn"):
    for dtype in ("complex64", "complex128"):
        fails(f"torch.{name}", f"x + torch.{name}(2, 4, dtype=torch.{dtype}).real", x=(2, 4))
for dtype in ("complex64", "complex128"):
    fails("torch.full", f"x + torch.full((2, 4), 1.0, dtype=torch.{dtype}).real", x=(2, 4))
    fails("torch.tensor", f"x + torch.tensor([1.0], dtype=torch.{dtype}).real", x=(2, 4))
    for name in ("zeros_like", "ones_like", "empty_like"):
        fails(f"torch.{name}", f"torch.{name}(x, dtype=torch.{dtype}).real", x=(2, 4))
fails("torch.zeros", "x + torch.zeros(2, 4, dtype=torch.complex32).real", x=(2, 4))
fails("torch.Tensor.to", "x.to(torch.complex128).real", x=(2, 4))
fails("torch.Tensor.to", "x.to(dtype=torch.complex64).real", x=(2, 4))
fails("torch.Tensor.type", "x.type(torch.complex128).real", x=(2, 4))
