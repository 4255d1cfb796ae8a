# ruff: noqa: E501
"""A whole number written where the tensor is of floats: ``F.hardtanh(x, 0, 1)`` fails, ``0.0, 1.0`` converts.

MIL: "the named input `alpha` must have the same data type as the named input `x`. However, alpha has dtype
int32 whereas x has dtype fp32." Some converters in coremltools 9.0's frontend/torch/ops.py cast, these do not.
"""

from __future__ import annotations

from ..handwritten import Ints
from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

floats, ints = (2, 3), Ints((2, 3))

for function, module, whole, broken in (
    ("elu", "ELU", ("1", "2", "alpha=2"), ("1.0", "2.0", "alpha=0.5", "")),
    ("leaky_relu", "LeakyReLU", ("1", "0", "negative_slope=1"), ("0.1", "1.0", "negative_slope=0.2", "")),
    ("hardtanh", "Hardtanh", ("0, 1", "-2, 2", "min_val=0, max_val=1", "0, 6.0", "0.0, 6"), ("0.0, 1.0", "-2.0, 2.0", "min_val=0.0, max_val=1.0", "")),
    ("threshold", "Threshold", ("0, 0", "1, 0.0", "0, 0.0"), ("0.0, 0.0", "0.5, 0", "1.0, 2.0")),
):  # fmt: skip
    for judge, spellings in ((fails, whole), (converts, broken)):
        for given in spellings:
            judge(f"torch.nn.functional.{function}", f"F.{function}(x{', ' * bool(given)}{given})", x=floats)
            judge(f"torch.nn.{module}", "m(x)", m=f"nn.{module}({given})", x=floats)

# ops.py clamp_min, clamp_max: an assertion that both have one dtype; clamp casts
for name in ("clamp_min", "clamp_max"):
    for given in ("0", "1", "-1"):
        fails.both(name, given, x=floats)
        converts.both(name, given, x=ints)
    for given in ("0.0", "1.0", "-0.5"):
        converts.both(name, given, x=floats)
for given in ("0, 1", "0.0, 1.0", "0, 0.5", "min=0", "max=1", "min=0, max=1.0"):
    converts.both("clamp", given, x=floats)
# so does F.normalize, whose eps goes to clamp_min
for given in ("eps=1", "dim=0, eps=1", "2, 1, 1"):
    fails("torch.nn.functional.normalize", f"F.normalize(x, {given})", x=floats)
for given in ("eps=1.0", "dim=0, eps=1e-6", "2, 1, 1e-8", "p=2", "p=1, dim=0"):
    converts("torch.nn.functional.normalize", f"F.normalize(x, {given})", x=floats)

# ops.py addmm, baddbmm: alpha is multiplied as it is written, and so is beta of addmm
for given in ("beta=2", "alpha=2", "beta=2, alpha=2", "beta=0.5, alpha=2", "beta=0", "alpha=-1"):
    fails("torch.addmm", f"torch.addmm(b, x, y, {given})", b=(2, 4), x=(2, 3), y=(3, 4))
    fails("torch.Tensor.addmm", f"b.addmm(x, y, {given})", b=(2, 4), x=(2, 3), y=(3, 4))
for given in ("beta=2.0", "alpha=2.0", "beta=1, alpha=1", "beta=0.5, alpha=0.5", "beta=1"):
    converts("torch.addmm", f"torch.addmm(b, x, y, {given})", b=(2, 4), x=(2, 3), y=(3, 4))
    converts("torch.Tensor.addmm", f"b.addmm(x, y, {given})", b=(2, 4), x=(2, 3), y=(3, 4))
for given in ("alpha=2", "beta=2, alpha=2", "alpha=-1"):
    fails("torch.baddbmm", f"torch.baddbmm(b, x, y, {given})", b=(1, 2, 4), x=(1, 2, 3), y=(1, 3, 4))
    fails("torch.Tensor.baddbmm", f"b.baddbmm(x, y, {given})", b=(1, 2, 4), x=(1, 2, 3), y=(1, 3, 4))
for given in ("alpha=2.0", "beta=2", "beta=2.0, alpha=2.0", "beta=0", "alpha=1"):
    converts("torch.baddbmm", f"torch.baddbmm(b, x, y, {given})", b=(1, 2, 4), x=(1, 2, 3), y=(1, 3, 4))
    converts("torch.Tensor.baddbmm", f"b.baddbmm(x, y, {given})", b=(1, 2, 4), x=(1, 2, 3), y=(1, 3, 4))

# Converters that cast
for api, code, literals in (
    ("torch.nn.functional.softplus", "F.softplus(x, {})", "2 | 2.0, 10 | 1, 20"),
    ("torch.nn.functional.pad", "F.pad(x, (1, 1), value={})", "1 | 1.5"),
    ("torch.nn.functional.layer_norm", "F.layer_norm(x, (3,), eps={})", "0 | 1e-5"),
    ("torch.pow", "torch.pow(x, {})", "2 | 2.5"),
    ("torch.div", "torch.div(x, {})", "2 | 2.0"),
    ("torch.remainder", "torch.remainder(x, {})", "2 | 2.0"),
    ("torch.full_like", "torch.full_like(x, {})", "1 | 1.0"),
    ("torch.nan_to_num", "torch.nan_to_num(x, {})", "0 | 0.0"),
    ("torch.where", "torch.where(x > 0, {})", "x, 0 | x, 0.0 | 1, x | 1, 2.0"),
    ("torch.Tensor.masked_fill", "x.masked_fill(x > 0, {})", "1 | -1e9"),
):
    for literal in literals.split(" | "):
        converts(api, code.format(literal), x=floats)
