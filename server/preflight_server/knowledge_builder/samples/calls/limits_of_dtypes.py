# ruff: noqa: E501
"""Where the converters stop at a dtype: integers, booleans, narrow and wide floats, mixtures.

Beside what fails stands what converts, one thing varied at a time. Named with each group: where
coremltools 9.0 refuses, and its words.
"""

from __future__ import annotations

from typing import Any

from ..handwritten import Bools, Ints, Positive
from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

ints, bools, floats, positive = Ints((2, 3)), Bools((2, 3)), (2, 3), Positive((2, 3))
judge: Any

# ops.py bitwise_and: "The `bitwise_and` op only supports boolean input"
OPERATORS = {"and": "&", "or": "|", "xor": "^"}
for name, sign in OPERATORS.items():
    spellings = (
        (f"torch.bitwise_{name}", f"torch.bitwise_{name}(x, y)"),
        (f"torch.Tensor.bitwise_{name}", f"x.bitwise_{name}(y)"),
        (f"torch.Tensor.__{name}__", f"x {sign} y"),
    )
    for api, code in spellings:
        (converts if name == "and" else fails)(api, code, x=bools, y=bools)
        fails(api, code, x=ints, y=ints)
        fails(api, code, x=Ints((4,)), y=Ints((4,)))
        fails(api, code.replace("y", "1"), x=ints)
    converts(f"torch.logical_{name}", f"torch.logical_{name}(x, y)", x=bools, y=bools)
    converts(f"torch.Tensor.logical_{name}", f"x.logical_{name}(y)", x=bools, y=bools)
    converts(f"torch.logical_{name}", f"torch.logical_{name}(x, y)", x=ints, y=ints)
    converts(f"torch.logical_{name}", f"torch.logical_{name}(x, y)", x=floats, y=floats)
for api, code in (
    ("torch.bitwise_not", "torch.bitwise_not(x)"),
    ("torch.Tensor.bitwise_not", "x.bitwise_not()"),
    ("torch.Tensor.__invert__", "~x"),
):
    converts(api, code, x=bools)
    converts(api, code, x=ints)

# MIL ops of floats only: "expects tensor or scalar of dtype from type domain ['fp16', 'fp32'] but got tensor[...,int32]"
for name in "acos asin atan cos cosh erf exp expm1 log10 log2 nan_to_num reciprocal rsqrt sigmoid sin sinh sqrt tan tanh".split():
    converts.both(name, "", x=Positive((2, 3)))
    fails.both(name, "", x=Ints((2, 3), 2))
    fails.both(name, "", x=Ints((4,), 2))
    fails.both(name, "", x=bools)
    converts(f"torch.{name}", f"torch.{name}(x.float())", x=Ints((2, 3), 2))
    converts(f"torch.Tensor.{name}", f"x.float().{name}()", x=Ints((2, 3), 2))
# The same, but here torch refuses booleans itself.
for name in ("ceil", "floor", "round", "relu"):
    converts.both(name, "", x=floats)
    fails.both(name, "", x=ints)
    fails.both(name, "", x=Ints((4,)))
    converts(f"torch.Tensor.{name}", f"x.float().{name}()", x=ints)
# Converters that cast integers, and not booleans.
for name in ("exp2", "log", "log1p", "sign", "square", "isnan"):
    converts.both(name, "", x=positive)
    converts.both(name, "", x=Ints((2, 3), 2))
    fails.both(name, "", x=bools)
for name in ("abs", "neg"):
    converts.both(name, "", x=floats)
    converts.both(name, "", x=ints)
for name in ("relu", "hardtanh", "relu6", "tanhshrink", "tanh", "sigmoid"):
    converts(f"torch.nn.functional.{name}", f"F.{name}(x)", x=floats)
    converts(f"torch.nn.functional.{name}", f"F.{name}(x.float())", x=ints)
    fails(f"torch.nn.functional.{name}", f"F.{name}(x)", x=ints)
    fails(f"torch.nn.functional.{name}", f"F.{name}(x)", x=Ints((4,)))
converts("torch.nn.functional.softsign", "F.softsign(x)", x=floats)
converts("torch.nn.functional.softsign", "F.softsign(x)", x=ints)
converts("torch.nn.functional.threshold", "F.threshold(x, 0.0, 0.0)", x=floats)
converts("torch.nn.functional.threshold", "F.threshold(x, 0, 0)", x=ints)
for module in ("ReLU", "ReLU6", "Hardtanh", "Tanh", "Sigmoid"):
    converts(f"torch.nn.{module}", f"nn.{module}()(x)", x=floats)
    fails(f"torch.nn.{module}", f"nn.{module}()(x)", x=ints)
    fails(f"torch.nn.{module}", f"nn.{module}()(x)", x=Ints((4,)))
# ops.py softmax, log_softmax: dtype= is ignored, and what comes in stays an integer.
for name in ("softmax", "log_softmax"):
    for space, start in (
        ("torch", f"torch.{name}(x, "),
        ("torch.Tensor", f"x.{name}("),
        ("torch.nn.functional", f"F.{name}(x, "),
    ):
        converts(f"{space}.{name}", f"{start}dim=1)", x=floats)
        converts(
            f"{space}.{name}",
            f"{start.replace('x', 'x.float()', 1) if space == 'torch.Tensor' else start.replace('(x', '(x.float()')}dim=1)",
            x=ints,
        )
        converts(f"{space}.{name}", f"{start}dim=1, dtype=torch.float32)", x=floats)
        fails(f"{space}.{name}", f"{start}dim=1, dtype=torch.float32)", x=ints)

# Reducing and ordering
for name in ("mean", "std", "var", "logsumexp"):
    converts.both(name, "dim=1", x=floats)
for name in ("sum", "cumsum", "any", "all"):
    for kind in (floats, ints, bools):
        converts.both(name, "dim=1", x=kind)
for name, arguments in (
    ("amax", "dim=1"),
    ("amin", "dim=1"),
    ("max", "dim=1"),
    ("min", "dim=1"),
    ("max", ""),
    ("min", ""),
    ("cumprod", "1"),
    ("sort", ""),
    ("argsort", ""),
):
    converts.both(name, arguments, x=floats)
    converts.both(name, arguments, x=ints)
    fails.both(name, arguments, x=bools)
for name, arguments in (("argmax", "dim=1"), ("argmin", "dim=1"), ("topk", "2")):
    converts.both(name, arguments, x=floats)
    converts.both(name, arguments, x=ints)

# MIL less, greater_equal, ...: "expects ... of dtype from type domain ['fp16', 'fp32', 'int32'] but got tensor[...,bool]"
SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
for name, sign in SIGNS.items():
    for kinds in (
        {"x": floats, "y": floats},
        {"x": ints, "y": ints},
        {"x": floats, "y": ints},
        {"x": bools, "y": bools},
    ):
        judge = fails if kinds["x"] == bools and name not in ("eq", "ne") else converts
        judge.both(name, "y", **kinds)
        judge(f"torch.Tensor.__{name}__", f"x {sign} y", **kinds)
for name in ("maximum", "minimum"):
    converts.both(name, "y", x=floats, y=floats)
    converts.both(name, "y", x=ints, y=ints)
    fails.both(name, "y", x=bools, y=bools)
for name in ("eq", "gt", "lt"):
    converts.both(name, "0.5", x=floats)
    converts.both(name, "0.5", x=ints)
    converts.both(name, "1", x=bools)

# Mixing dtypes
for name in ("add", "sub", "mul", "div", "maximum", "minimum", "pow"):
    converts.both(name, "y", x=positive, y=Positive((2, 3)))
    converts.both(name, "y", x=positive, y=ints)
    converts.both(name, "y", x=ints, y=positive)
converts.both("add", "y", x=floats, y=bools)
converts.both("mul", "y", x=floats, y=bools)
converts("torch.cat", "torch.cat([x, y])", x=floats, y=ints)
converts("torch.cat", "torch.cat([x, y])", x=bools, y=bools)
converts("torch.cat", "torch.cat([x, y])", x=ints, y=ints)
converts("torch.cat", "torch.cat([x, y])", x=floats, y=bools)
converts("torch.stack", "torch.stack([x, y])", x=ints, y=ints)
# ... share the same data type: "Tensors in 'values' of the stack op should share the same data type."
for first, second in ((floats, ints), (ints, floats), (floats, bools), (ints, bools)):
    fails("torch.stack", "torch.stack([x, y])", x=first, y=second)
converts("torch.stack", "torch.stack([x, y.float()])", x=floats, y=ints)
converts("torch.stack", "torch.stack([x, y])", x=bools, y=bools)
converts("torch.where", "torch.where(m, x, y)", m=bools, x=floats, y=floats)
converts("torch.where", "torch.where(m, x, y)", m=bools, x=floats, y=ints)
converts("torch.where", "torch.where(m, x, y)", m=bools, x=ints, y=ints)
converts("torch.where", "torch.where(m, x, 0)", m=bools, x=floats)
converts("torch.where", "torch.where(m, x, 0.0)", m=bools, x=ints)
converts("torch.where", "torch.where(m, 1, 0)", m=bools)
converts("torch.matmul", "torch.matmul(x, y)", x=ints, y=Ints((3, 4)))
converts("torch.Tensor.__matmul__", "x @ y", x=ints, y=Ints((3, 4)))
converts("torch.bmm", "torch.bmm(x, y)", x=Ints((1, 2, 3)), y=Ints((1, 3, 4)))

# ops.py clamp_min, clamp_max: an assertion that both have one dtype
for name in ("clamp_min", "clamp_max"):
    converts.both(name, "y", x=floats, y=floats)
    converts.both(name, "y", x=ints, y=ints)
    converts.both(name, "y.float()", x=floats, y=ints)
    fails.both(name, "y", x=floats, y=ints)
    fails.both(name, "y", x=ints, y=floats)
converts.both("clamp", "0, 1", x=ints)
converts.both("clamp", "min=0", x=ints)
converts.both("clamp", "max=1.5", x=ints)
converts.both("clamp", "min=y", x=floats, y=floats)

# Casts: Core ML has float32, float16, int32 and bool, and the wider ones become these
for name in ("float", "half", "int", "long", "bool", "double", "short", "char", "byte"):
    converts(f"torch.Tensor.{name}", f"x.{name}()", x=positive)
    converts(f"torch.Tensor.{name}", f"x.{name}()", x=ints)
fails("torch.Tensor.bfloat16", "x.bfloat16()", x=floats)
fails("torch.Tensor.bfloat16", "x.bfloat16().float()", x=floats)
for name in ("float32", "float16", "int32", "int64", "bool", "float64", "int16", "int8", "uint8"):
    converts("torch.Tensor.to", f"x.to(torch.{name})", x=positive)
    converts("torch.Tensor.to", f"x.to(dtype=torch.{name})", x=ints)
    converts("torch.Tensor.type", f"x.type(torch.{name})", x=positive)
for name in ("bfloat16", "complex64"):
    result = ".real" if name == "complex64" else ""
    fails("torch.Tensor.to", f"x.to(torch.{name}){result}", x=positive)
    fails("torch.Tensor.type", f"x.type(torch.{name}){result}", x=positive)
# ops.py type_as
converts("torch.Tensor.type_as", "x.type_as(y)", x=floats, y=floats)
converts("torch.Tensor.type_as", "x.type_as(y)", x=ints, y=floats)
converts("torch.Tensor.type_as", "x.type_as(y)", x=positive, y=ints)
converts("torch.Tensor.type_as", "x.type_as(y)", x=positive, y=bools)

# ops.py ones, zeros, full, arange with a dtype
for name in ("ones", "zeros"):
    for dtype in (
        "torch.float32",
        "torch.float16",
        "torch.int32",
        "torch.int64",
        "torch.bool",
        "torch.float64",
    ):
        converts(f"torch.{name}", f"torch.{name}(2, 3, dtype={dtype})", x=floats)
        converts(f"torch.{name}_like", f"torch.{name}_like(x, dtype={dtype})", x=floats)
for dtype in ("torch.float32", "torch.int32", "torch.int64", "torch.float16"):
    converts("torch.full", f"torch.full((2, 3), 2, dtype={dtype})", x=floats)
    converts("torch.arange", f"torch.arange(3, dtype={dtype})", x=floats)

# Computing in narrow and wide floats
for cast in ("half()", "double()"):
    converts("torch.matmul", f"torch.matmul(x.{cast}, y.{cast})", x=floats, y=(3, 4))
    converts("torch.nn.functional.softmax", f"F.softmax(x.{cast}, dim=1)", x=floats)
    converts("torch.Tensor.__add__", f"x.{cast} + y.{cast}", x=floats, y=floats)
    converts("torch.nn.functional.relu", f"F.relu(x.{cast})", x=floats)
converts("torch.Tensor.__add__", "x.half() + y", x=floats, y=floats)

# Indices: gather, one_hot and embedding take integers only
converts("torch.gather", "torch.gather(x, 1, i)", x=floats, i=ints)
converts("torch.gather", "torch.gather(x, 1, i.long())", x=floats, i=positive)
# MIL gather, scatter: no booleans
for api, code in (
    ("torch.gather", "torch.gather(x, 1, i)"), ("torch.Tensor.gather", "x.gather(1, i)"),
    ("torch.scatter", "torch.scatter(x, 1, i, x)"), ("torch.Tensor.scatter", "x.scatter(1, i, x)"),
):  # fmt: skip
    converts(api, code, x=ints, i=Ints((2, 3)))
    converts(api, code.replace("x", "x.int()").replace(", x.int())", ", x.int())"), x=bools, i=Ints((2, 3)))
    fails(api, code, x=bools, i=Ints((2, 3)))
    fails(api, code, x=Bools((3, 4)), i=Ints((3, 4)))
converts("torch.nn.functional.one_hot", "F.one_hot(x, 3)", x=ints)
converts("torch.nn.functional.one_hot", "F.one_hot(x.long(), 3)", x=positive)
fails("torch.nn.functional.one_hot", "F.one_hot(x)", x=ints)
fails("torch.nn.functional.one_hot", "F.one_hot(x, -1)", x=ints)
fails("torch.nn.functional.one_hot", "F.one_hot(x, num_classes=-1)", x=Ints((4,)))
converts("torch.nn.functional.embedding", "F.embedding(i, w)", i=ints, w="torch.rand(5, 2)")
converts("torch.nn.functional.embedding", "F.embedding(i.int(), w)", i=ints, w="torch.rand(5, 2)")

# ops.py imag, view_as_real: "The `imag` op only supports complex input."
converts("torch.Tensor.real", "x.real * 2", x=floats)
converts("torch.view_as_real", "torch.view_as_real(torch.complex(x, y))", x=floats, y=floats)
converts("torch.Tensor.imag", "torch.complex(x, y).imag", x=floats, y=floats)

# ops.py scaled_dot_product_attention: what a mask may be
for mask in ("m > 0", "m"):
    converts(
        "torch.nn.functional.scaled_dot_product_attention",
        f"F.scaled_dot_product_attention(q, k, v, attn_mask={mask})",
        q=(1, 2, 4, 8),
        k=(1, 2, 4, 8),
        v=(1, 2, 4, 8),
        m=(4, 4),
    )

# masked_fill and dropping values in
converts("torch.Tensor.masked_fill", "x.masked_fill(m, 0.0)", x=floats, m=bools)
converts("torch.Tensor.masked_fill", "x.masked_fill(m, -float('inf'))", x=floats, m=bools)
converts("torch.Tensor.masked_fill", "x.masked_fill(m, 0)", x=ints, m=bools)
converts("torch.Tensor.masked_fill", "x.masked_fill(m, v)", x=floats, m=bools, v="torch.tensor(2.0)")
converts.both("index_select", "1, i", x=floats, i=Ints((2,)))
converts.both("index_select", "1, i", x=ints, i=Ints((2,)))
fails.both("index_select", "1, i", x=bools, i=Ints((2,)))
fails.both("index_select", "0, i", x=Bools((3, 4)), i=Ints((2,)))

# Integers divided, remaindered, raised
for name, sign in (("floordiv", "//"), ("mod", "%"), ("truediv", "/"), ("pow", "**")):
    converts(f"torch.Tensor.__{name}__", f"x {sign} 2", x=ints)
    converts(f"torch.Tensor.__{name}__", f"x {sign} 2", x=positive)
    converts(f"torch.Tensor.__{name}__", f"x {sign} (y + 1)", x=ints, y=ints)
    converts(f"torch.Tensor.__{name}__", f"x {sign} y", x=positive, y=Positive((2, 3)))
for mode in ("'floor'", "'trunc'"):
    converts.both("div", f"2, rounding_mode={mode}", x=ints)
    converts.both("div", f"2, rounding_mode={mode}", x=positive)

# Convolving and pooling integers
converts("torch.nn.functional.max_pool2d", "F.max_pool2d(x.float(), 2)", x=Ints((1, 4, 8, 8)))
converts("torch.nn.functional.interpolate", "F.interpolate(x, scale_factor=2)", x=(1, 4, 8, 8))
converts("torch.nn.functional.pad", "F.pad(x, (1, 1))", x=Ints((1, 4, 8)))
converts("torch.nn.functional.pad", "F.pad(x, (1, 1), value=5)", x=Ints((1, 4, 8)))
converts("torch.nn.functional.pad", "F.pad(x, (1, 1))", x=Bools((1, 4, 8)))
# The MIL ops of convolutions, means and pixel shuffles take floats; roll gathers.
fails("torch.nn.functional.avg_pool2d", "F.avg_pool2d(x, 2)", x=Ints((1, 4, 8, 8)))
fails("torch.nn.functional.avg_pool1d", "F.avg_pool1d(x, 2)", x=Ints((1, 4, 8)))
converts("torch.nn.functional.avg_pool1d", "F.avg_pool1d(x, 2)", x=(1, 4, 8))
fails("torch.nn.functional.pixel_shuffle", "F.pixel_shuffle(x, 2)", x=Ints((1, 4, 2, 2)))
converts("torch.nn.functional.pixel_shuffle", "F.pixel_shuffle(x, 2)", x=(1, 4, 2, 2))
fails(
    "torch.nn.functional.conv1d",
    "F.conv1d(x, w)",
    x=Ints((1, 2, 4)),
    w="torch.ones(3, 2, 1, dtype=torch.int64)",
)
converts("torch.nn.functional.conv1d", "F.conv1d(x, w)", x=(1, 2, 4), w="torch.ones(3, 2, 1)")
for name, arguments in (("flip", "[1]"), ("roll", "1, 1"), ("tril", ""), ("triu", "")):
    converts.both(name, arguments, x=floats)
    converts.both(name, arguments, x=ints)
    (fails if name == "roll" else converts).both(name, arguments, x=bools)
fails.both("outer", "y", x=Bools((3,)), y=Bools((4,)))
converts.both("outer", "y", x=Ints((3,)), y=Ints((4,)))
converts.both("outer", "y", x=(3,), y=(4,))
# Writing into a tensor of booleans scatters.
converts("torch.Tensor.__setitem__", "y = x + 0; y[0] = 1; y", x=floats)
converts("torch.Tensor.__setitem__", "y = x + 0; y[0] = 1; y", x=ints)
fails("torch.Tensor.__setitem__", "y = x.clone(); y[0] = True; y", x=bools)

# Core ML has floats where torch has whole numbers: no index, and taken where whole numbers aren't.
KEPT = ("(x > 0).sum(1, keepdim=True)", "x.argmax(1, keepdim=True) // 2", "x.long().clamp(min=0)")
for kept in KEPT:
    for api, code in (
        ("torch.gather", f"torch.gather(x, 1, {kept} % 2)"),
        ("torch.Tensor.gather", f"x.gather(1, {kept} % 2)"),
    ):
        fails(api, code, x=positive)
        converts(api, code.replace(kept, f"({kept}).long()"), x=positive)
    fails("torch.nn.functional.one_hot", f"F.one_hot({kept}, 9)", x=positive)
    converts("torch.nn.functional.one_hot", f"F.one_hot(({kept}).long(), 9)", x=positive)
    fails("torch.Tensor.scatter", f"x.scatter(1, {kept} % 2, 1.0)", x=positive)
    fails("torch.scatter", f"torch.scatter(x, 1, {kept} % 2, 1.0)", x=positive)
    for name in ("sqrt", "rsqrt", "exp", "sigmoid", "log", "reciprocal", "tanh"):
        converts(f"torch.{name}", f"torch.{name}({kept} + 1)", x=positive)
        converts(f"torch.Tensor.{name}", f"({kept} + 1).{name}()", x=positive)
    converts("torch.nn.functional.relu", f"F.relu({kept})", x=positive)
    converts("torch.nn.functional.embedding", f"F.embedding({kept}, w)", x=positive, w="torch.rand(9, 2)")
    converts("torch.Tensor.__getitem__", f"w[{kept}]", x=positive, w="torch.rand(9, 2)")
