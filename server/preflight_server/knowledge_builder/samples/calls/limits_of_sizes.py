# ruff: noqa: E501
"""Where the converters stop at sizes and bounds that are only known once the model runs.

Beside what fails stands what converts: sizes of the input are known to the converter.
"""

from __future__ import annotations

from typing import Any

from ..handwritten import Bools, Ints, Positive
from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

table: dict[str, Any] = {"x": (2, 3)}
#: A number that follows from values, one that is drawn, one that is known.
COUNT, DRAWN, KNOWN = "n = (x > 0.5).sum(); ", "n = torch.randint(1, 3, (1,)); ", "n = torch.tensor(2); "

# rand, randn: "Cannot add const [<...Var object ...>]"
for name in ("rand", "randn"):
    for size in ("n", "n, 3", "(2, n)"):
        for number in (COUNT, DRAWN):
            fails(f"torch.{name}", f"{number}x + torch.{name}({size}).sum()", **table)
        converts(f"torch.{name}", f"{KNOWN}x + torch.{name}({size}).sum()", **table)
    for size in ("4", "2, 3, 4", "(1, 2, 3, 4)", "1, x.shape[0], 3, 1"):
        converts(f"torch.{name}", f"x + torch.{name}({size}).sum()", **table)
    for size in ("x.shape[0], 1", "(x.shape[0], 1)", "x.shape", "x.shape[0] * 1, 1", "2, 3", "1"):
        converts(f"torch.{name}", f"x * torch.{name}({size})", **table)

# randint: "'list' object has no attribute 'val'", "Input high must be const at compile time"
for given in ("0, 3, (n,)", "0, 3, (2, n)", "low=0, high=3, size=(2, n)"):
    for number in (COUNT, DRAWN):
        fails("torch.randint", f"{number}x + torch.randint({given}).sum()", **table)
    converts("torch.randint", f"{KNOWN}x + torch.randint({given}).sum()", **table)
for given in ("0, n + 1, (2, 3)", "n, 10, (2, 3)", "0, n + 1, (x.shape[0], 1)"):
    fails("torch.randint", f"{COUNT}x + torch.randint({given})", **table)
for given in (
    "0, 3, (2, 3)", "low=0, high=3, size=(2, 3)", "0, 3, (x.shape[0], 3)", "0, x.shape[1], (2, 3)",
    "0, x.shape[1] * 2 - 1, x.shape", "0, 3, (1,), dtype=torch.int32",
):  # fmt: skip
    converts("torch.randint", f"x + torch.randint({given})", **table)
for given in (
    "0, 3, (4,)",
    "0, 3, (2, 3, 4)",
    "5, 9, size=(4, 1, 1)",
    "low=5, high=9, size=(4, 1, 1)",
    "0, high=3, size=(4,)",
):
    converts("torch.randint", f"x + torch.randint({given}).sum()", **table)
# "'int' object is not iterable" where only one bound is given
for given in (
    "3, (2, 3)",
    "3, size=(2, 3)",
    "10, (2, 3)",
    "x.shape[1], (2, 3)",
    "2, (x.shape[0], 3)",
    "1, (1,)",
):
    fails("torch.randint", f"x + torch.randint({given})", **table)

for given in ("1, (2, 3, 4)", "9, size=(2, 3, 4)", "high=9, size=(4,)"):
    fails("torch.randint", f"x + torch.randint({given}).sum()", **table)

# linspace: "Dynamic steps input for torch.linspace is not supported"; eye: "'NoneType' object cannot be interpreted as an integer"
fails("torch.linspace", f"{COUNT}x + torch.linspace(0, 1, n).sum()", **table)
fails("torch.linspace", f"{COUNT}x + torch.linspace(0, 1, steps=n + 1).sum()", **table)
for given in ("0, 1, 3", "0, 1, x.shape[1]", "0, 1, steps=x.shape[1] * 1"):
    converts("torch.linspace", f"x + torch.linspace({given})", **table)
converts("torch.linspace", f"{COUNT}x + torch.linspace(0, n, 3)", **table)
fails("torch.linspace", f"{DRAWN}x + torch.linspace(0, 1, n[0]).sum()", **table)
converts("torch.linspace", f"{KNOWN}x + torch.linspace(0, 1, n).sum()", **table)
fails("torch.eye", f"{DRAWN}x + torch.eye(n[0]).sum()", **table)
converts("torch.eye", f"{KNOWN}x + torch.eye(n).sum()", **table)
for given in ("n", "n, 3"):
    fails("torch.eye", f"{COUNT}x + torch.eye({given}).sum()", **table)
for given in ("3", "x.shape[1]", "x.shape[1] * 1, x.shape[1]", "3, 3"):
    converts("torch.eye", f"x @ torch.eye({given})", **table)
for name in ("zeros", "ones", "empty"):
    converts(f"torch.{name}", f"{COUNT}x + torch.{name}(n).sum()", **table)
    converts(f"torch.{name}", f"{COUNT}x + torch.{name}((2, n)).sum()", **table)
converts("torch.full", f"{COUNT}x + torch.full((2, n), 2.0).sum()", **table)
converts("torch.arange", f"{COUNT}x + torch.arange(n).sum()", **table)

# pad: "Only 1D dynamic padding (2 values) is supported"
for given in ("(0, n)", "(n, 0)", "(0, n, 0, 0)"):
    fails("torch.nn.functional.pad", f"{COUNT}F.pad(x, {given})", **table)
    fails("torch.nn.functional.pad", f"{COUNT}F.pad(x, {given})", x=(1, 2, 3, 4))
    fails("torch.nn.functional.pad", f"{DRAWN}F.pad(x, {given})", x=(1, 2, 3, 4))
    converts("torch.nn.functional.pad", f"{KNOWN}F.pad(x, {given})", x=(1, 2, 3, 4))
converts("torch.nn.functional.pad", f"{COUNT}F.pad(x, (0, n))", x=(3,))
for given in ("(0, x.shape[1])", "(0, 4 - x.shape[1])", "(0, 4 - x.shape[1], 0, 1)"):
    converts("torch.nn.functional.pad", f"F.pad(x, {given})", **table)

# reciprocal of whole numbers: MIL's inverse takes floats
whole = Ints((2, 3), 2)
for code in ("1.0 / (x + 1)", "1 / (x + 1)", "2.0 / (x + 1)", "1.0 / (x.sum(1) + 1)", "1.0 / (x[0] + 1)"):
    fails("torch.Tensor.__rtruediv__", code, x=whole)
    converts("torch.Tensor.__rtruediv__", code.replace("x", "x.float()"), x=whole)
    converts("torch.Tensor.__rtruediv__", code, x=Positive((2, 3)))
fails("torch.Tensor.__rtruediv__", "1.0 / (x.long() + 1)", x=Positive((2, 3)))
fails("torch.Tensor.__rtruediv__", "1.0 / x", x=Bools((2, 3)))
fails("torch.Tensor.__rtruediv__", "x * (1.0 / torch.arange(1, 4))", x=Positive((2, 3)))
fails(
    "torch.Tensor.__rtruediv__", "x / 2 + 1.0 / w", x=Positive((2, 3)), w="torch.ones(3, dtype=torch.int64)"
)
# Core ML has floats already of these.
for code in ("1.0 / (x // 2 + 1)", "1.0 / x.clamp(min=1)", "1.0 / ((x > 0).sum(1) + 1)"):
    converts("torch.Tensor.__rtruediv__", code, x=whole)
