# ruff: noqa: E501
"""Arithmetic, comparisons and logic, element by element."""

from __future__ import annotations

from typing import Any

from ..handwritten import Bools, Ints, Positive
from ..ways_out import Ways

way = Ways()

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}
positive: dict[str, Any] = {"x": Positive((2, 3)), "y": Positive((2, 3))}
bools: dict[str, Any] = {"x": Bools((2, 3)), "y": Bools((2, 3))}

way("Tensor.__or__ Tensor.bitwise_or bitwise_or Tensor.__ror__", "x | y", "torch.logical_or(x, y)", **bools)
way(
    "Tensor.__xor__ Tensor.bitwise_xor bitwise_xor Tensor.__rxor__",
    "x ^ y",
    "torch.logical_xor(x, y)",
    **bools,
)
way("Tensor.__ior__ Tensor.bitwise_or_", "x | y", "x = torch.logical_or(x, y); x", **bools)
way("Tensor.__ixor__ Tensor.bitwise_xor_", "x ^ y", "x = torch.logical_xor(x, y); x", **bools)
way("Tensor.__iand__", "x & y", "x = torch.logical_and(x, y); x", **bools)
way("Tensor.__lshift__ Tensor.bitwise_left_shift bitwise_left_shift", "x << 2", "x * 4", x=Ints((2, 3)))
way(
    "Tensor.__rshift__ Tensor.bitwise_right_shift bitwise_right_shift", "x >> 2", "x // 4", x=Ints((2, 3), 20)
)
way("Tensor.__pos__ Tensor.positive positive", "+x * 2", "x * 2", x=(2, 3))
way("Tensor.addcmul addcmul", "x.addcmul(y, z, value=0.5)", "x + 0.5 * y * z", **pair, z=(2, 3))
way("Tensor.addcdiv addcdiv", "x.addcdiv(y, z, value=0.5)", "x + 0.5 * y / z", **pair, z=Positive((2, 3)))
way("Tensor.lerp lerp", "x.lerp(y, 0.3)", "x + 0.3 * (y - x)", **pair)
way("Tensor.trunc trunc Tensor.fix fix", "x.trunc()", "x.sign() * x.abs().floor()", x=(2, 3))
way(
    "Tensor.fmod fmod",
    "x.fmod(y)",
    "x - y * ((x / y).sign() * (x / y).abs().floor())",
    x=(2, 3),
    y=Positive((2, 3)),
)
way("Tensor.erfc erfc special.erfc", "x.erfc()", "1 - torch.erf(x)", x=(2, 3))
way(
    "Tensor.logit logit special.logit",
    "(x / 2).logit()",
    "torch.log((x / 2) / (1 - x / 2))",
    x=Positive((2, 3)),
)
way(
    "Tensor.acosh acosh Tensor.arccosh arccosh",
    "(x + 1).acosh()",
    "torch.log((x + 1) + torch.sqrt((x + 1) ** 2 - 1))",
    x=Positive((2, 3)),
)
way(
    "Tensor.asinh asinh Tensor.arcsinh arcsinh",
    "x.asinh()",
    "torch.log(x + torch.sqrt(x * x + 1))",
    x=Positive((2, 3)),
)
way("Tensor.deg2rad deg2rad", "x.deg2rad()", "x * (math.pi / 180)", x=(2, 3))
way("Tensor.rad2deg rad2deg", "x.rad2deg()", "x * (180 / math.pi)", x=(2, 3))
way("hypot Tensor.hypot", "x.hypot(y)", "torch.sqrt(x * x + y * y)", **pair)
way("fmax Tensor.fmax", "x.fmax(y)", "torch.maximum(x, y)", **pair)
way("fmin Tensor.fmin", "x.fmin(y)", "torch.minimum(x, y)", **pair)
way("float_power Tensor.float_power", "x.float_power(2)", "x ** 2", x=(2, 3))
way("logaddexp Tensor.logaddexp", "x.logaddexp(y)", "torch.logsumexp(torch.stack([x, y]), dim=0)", **pair)
way("xlogy Tensor.xlogy special.xlogy", "x.xlogy(y)", "x * torch.log(y)", **positive)
way("copysign Tensor.copysign", "x.copysign(y)", "x.abs() * y.sign()", **pair)
way("sgn Tensor.sgn", "x.sgn()", "x.sign()", x=(2, 3))
way("signbit Tensor.signbit", "x.signbit()", "x < 0", x=(2, 3))
way("isposinf Tensor.isposinf", "x.isposinf()", "x == float('inf')", x=(2, 3))
way("isinf Tensor.isinf", "x.isinf()", "x.abs() == float('inf')", x=(2, 3))
way("isfinite Tensor.isfinite", "x.isfinite()", "x.abs() < float('inf')", x=(2, 3))
way("isclose Tensor.isclose", "x.isclose(y)", "(x - y).abs() <= 1e-8 + 1e-5 * y.abs()", **pair)
way("heaviside Tensor.heaviside", "torch.heaviside(x, torch.zeros_like(x))", "(x > 0).float()", x=(2, 3))
way("Tensor.zero_", "torch.zeros_like(x)", "x = torch.zeros_like(x); x", x=(2, 3))
way("Tensor.cumsum_", "x.cumsum(1)", "x = x.cumsum(1); x", x=(2, 3))
way("Tensor.__rand__", "x & y", "torch.logical_and(x, y)", **bools)
way("Tensor.__ilshift__ Tensor.bitwise_left_shift_", "x << 2", "x = x * 4; x", x=Ints((2, 3)))
way("Tensor.__irshift__ Tensor.bitwise_right_shift_", "x >> 2", "x = x // 4; x", x=Ints((2, 3), 20))
way("Tensor.__rlshift__", "2 << x", "2 * 2 ** x", x=Ints((2, 3)))
way("Tensor.__rrshift__", "20 >> x", "20 // 2 ** x", x=Ints((2, 3)))
way("isneginf Tensor.isneginf", "x.isneginf()", "x == float('-inf')", x=(2, 3))
way(
    "isreal Tensor.isreal",
    "torch.isreal(torch.complex(x, x))",
    "torch.complex(x, x).imag == 0",
    said="x.imag == 0",
    x=(2, 3),
)
way("ldexp Tensor.ldexp", "x.ldexp(y)", "x * 2.0 ** y", **pair)
way("logaddexp2 Tensor.logaddexp2", "x.logaddexp2(y)", "torch.log(2.0 ** x + 2.0 ** y) / math.log(2)", **pair)
way(
    "frexp Tensor.frexp",
    "torch.frexp(x)",
    "e = torch.floor(torch.log(x.abs()) / math.log(2)) + 1; (x / 2.0 ** e, e)",
    x=(2, 3),
)
way("special.round", "torch.special.round(x)", "torch.round(x)", x=(2, 3))
way("Tensor.bfloat16", "x.bfloat16()", "x.half()", x=Ints((2, 3)))
way(
    "fake_quantize_per_tensor_affine",
    "torch.fake_quantize_per_tensor_affine(x, 0.1, 3, 0, 255)",
    "(torch.clamp(torch.round(x / 0.1) + 3, 0, 255) - 3) * 0.1",
    x=(2, 3),
)
way(
    "fake_quantize_per_channel_affine",
    "torch.fake_quantize_per_channel_affine(x, s, z, 0, 0, 255)",
    "(torch.clamp(torch.round(x / s.unsqueeze(1)) + z.unsqueeze(1), 0, 255) - z.unsqueeze(1)) * s.unsqueeze(1)",
    x=(2, 3),
    s="torch.tensor([0.1, 0.2])",
    z="torch.tensor([3, 4], dtype=torch.int32)",
)
way(
    "bucketize",
    "torch.bucketize(x, b)",
    "(b < x.unsqueeze(-1)).int().sum(dim=-1)",
    x=(2, 3),
    b="torch.tensor([-1.0, 0.0, 1.0])",
)
way(
    "isin",
    "torch.isin(x, t)",
    "(x.unsqueeze(-1) == t).any(dim=-1)",
    x=Ints((2, 3), 9),
    t="torch.tensor([1, 4, 7])",
)
EUCLID = (
    "for _ in range(8): x, y = torch.where(y == 0, x, y), torch.where(y == 0, y, x % torch.clamp(y, min=1))"
)
way("gcd Tensor.gcd", "x.gcd(y)", f"{EUCLID}; x", x=Ints((2, 3), 20), y=Ints((2, 3), 20))
way(
    "lcm Tensor.lcm",
    "(x + 1).lcm(y + 1)",
    f"x = x + 1; y = y + 1; z = x * y; {EUCLID}; z // x",
    said=f"z = x * y; {EUCLID}; z // x",
    x=Ints((2, 3), 20),
    y=Ints((2, 3), 20),
)
way(
    "Tensor.lcm_ lcm_",
    "(x + 1).lcm(y + 1)",
    f"x = x + 1; y = y + 1; z = x * y; {EUCLID}; z // x",
    said=f"z = x * y; {EUCLID}; x = z // x",
    x=Ints((2, 3), 20),
    y=Ints((2, 3), 20),
)
way(
    "Tensor.resolve_conj resolve_conj Tensor.resolve_neg resolve_neg detach_copy",
    "x.resolve_conj() * 2",
    "x * 2",
    said="x itself",
    x=(2, 3),
)
way("Tensor.to_dense", "x.to_dense() * 2", "x * 2", said="x itself", x=(2, 3))
