# ruff: noqa: E501
"""Element-wise functions, products of matrices, linear algebra, Fourier transforms."""

from __future__ import annotations

from ..handwritten import Bools, Calls, Ints, Positive

calls = call = Calls()

for name in (
    "abs exp log sqrt rsqrt sin cos tan tanh sigmoid relu neg floor ceil round sign square reciprocal erf log2 "
    "log10 log1p expm1 exp2 asin acos atan sinh cosh atanh asinh acosh frac trunc isnan isinf isfinite "
    "logical_not positive absolute negative nan_to_num sgn signbit deg2rad rad2deg erfc erfinv lgamma digamma "
    "arccosh arcsinh arctanh arctan arcsin arccos sinc logit i0"
).split():
    call.both(name, "", x=Positive((2, 3)))
    call.both(name, "", x=(1, 2, 3, 4))
for name in ("acosh", "asinh", "arccosh", "arcsinh"):
    call(f"torch.{name}_", f"y = x * 1; torch.{name}_(y); y", x=Positive((2, 3)))
    call(f"torch.Tensor.{name}_", f"y = x * 1; y.{name}_(); y", x=Positive((2, 3)))
call.both("round", "decimals=2", x=(2, 3))
call("torch.special.round", "torch.special.round(x)", x=(2, 3))
for name in ("add", "sub", "mul", "div", "pow", "fmod", "remainder", "atan2", "true_divide", "floor_divide",
             "maximum", "minimum", "subtract", "multiply", "divide", "float_power", "hypot", "copysign",
             "xlogy", "ldexp", "logaddexp", "heaviside", "arctan2"):  # fmt: skip
    call.both(name, "y", x=Positive((2, 3)), y=Positive((2, 3)))
    if name not in {"atan2", "maximum", "minimum", "hypot", "ldexp", "logaddexp", "heaviside", "arctan2"}:
        call.both(name, "2", x=(2, 3))
        call.both(name, "0.5", x=Positive((1, 2, 3)))
for name in ("add", "sub"):
    call.both(name, "y, alpha=2", x=(2, 3), y=(2, 3))
    call.both(name, "y", x=Ints((2, 3)), y=Ints((2, 3)))
call.both("div", "y, rounding_mode='floor'", x=(2, 3), y=Positive((2, 3)))
call.both("div", "2, rounding_mode='floor'", x=Ints((2, 3)))
call.both("div", "y, rounding_mode='trunc'", x=(2, 3), y=Positive((2, 3)))
call("torch.pow", "torch.pow(2, x)", x=(2, 3))
call("torch.pow", "torch.pow(10000, x / 8)", x=(2, 3))
call("torch.rsub", "torch.rsub(x, 1)", x=(2, 3))
for name in (
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "greater",
    "less",
    "not_equal",
    "greater_equal",
    "less_equal",
):
    call.both(name, "y", x=(2, 3), y=(2, 3))
    call.both(name, "0", x=(2, 3))
for name in ("logical_and", "logical_or", "logical_xor", "bitwise_and", "bitwise_or", "bitwise_xor"):
    call.both(name, "y", x=Bools((2, 3)), y=Bools((2, 3)))
    if name.startswith("bitwise"):
        call.both(name, "y", x=Ints((2, 3)), y=Ints((2, 3)))
        call(f"torch.Tensor.{name}_", f"z = x > 0; z.{name}_(y); z", x=(2, 3), y=Bools((2, 3)))
call.both("bitwise_not", "", x=Bools((2, 3)))
call.both("bitwise_not", "", x=Ints((2, 3)))
call("torch.Tensor.logical_and", "(x > 0).logical_and(x < 1)", x=(2, 3))
call("torch.logical_not", "torch.logical_not(x)", x=Bools((2, 3)))
for name in ("clamp", "clip"):
    call.both(name, "0, 1", x=(2, 3))
    call.both(name, "min=0", x=(2, 3))
    call.both(name, "max=1.0", x=(2, 3))
    call.both(name, "min=-1.0, max=1.0", x=(1, 2, 3, 4))
    call.both(name, "min=1e-6", x=(2, 3))
    call.both(name, "0, 2", x=Ints((2, 3)))
call.both("clamp_min", "0.0", x=(2, 3))
call.both("clamp_max", "1.0", x=(2, 3))
call("torch.Tensor.clamp", "x.clamp(y, y + 1)", x=(2, 3), y=(2, 3))
call.both("lerp", "y, 0.5", x=(2, 3), y=(2, 3))
call.both("lerp", "y, z", x=(2, 3), y=(2, 3), z=(2, 3))
call.both("addcmul", "y, y, value=0.5", x=(2, 3), y=(2, 3))
call.both("addcmul", "y, y", x=(2, 3), y=(2, 3))
call.both("addcdiv", "y, y", x=(2, 3), y=Positive((2, 3)))
call.both("matmul", "y", x=(2, 3), y=(3, 4))
call.both("matmul", "y", x=(2, 4, 3), y=(2, 3, 4))
call.both("matmul", "y.transpose(-2, -1)", x=(1, 2, 4, 8), y=(1, 2, 4, 8))
call.both("matmul", "w", x=(1, 2, 3), w="torch.ones(3, 4)")
call.both("bmm", "y", x=(2, 4, 3), y=(2, 3, 4))
call.both("bmm", "y.transpose(1, 2)", x=(2, 4, 3), y=(2, 4, 3))
call.both("mm", "y", x=(2, 3), y=(3, 4))
call.both("mv", "y", x=(2, 3), y=(3,))
call.both("dot", "y", x=(3,), y=(3,))
call.both("inner", "y", x=(2, 3), y=(2, 3))
call.both("outer", "y", x=(3,), y=(4,))
call.both("ger", "y", x=(3,), y=(4,))
call.both("addmm", "y, z", x=(2, 4), y=(2, 3), z=(3, 4))
call.both("baddbmm", "y, z", x=(2, 2, 4), y=(2, 2, 3), z=(2, 3, 4))
call.both("baddbmm", "y, z, beta=0.5, alpha=2.0", x=(2, 2, 4), y=(2, 2, 3), z=(2, 3, 4))
call.both("cross", "y, dim=-1", x=(2, 3), y=(2, 3))
call("torch.linalg.cross", "torch.linalg.cross(x, y)", x=(2, 3), y=(2, 3))
call.both("kron", "y", x=(2, 3), y=(2, 3))
call("torch.tensordot", "torch.tensordot(x, y, dims=1)", x=(2, 3), y=(3, 4))
call("torch.tensordot", "torch.tensordot(x, y, dims=([1], [0]))", x=(2, 3), y=(3, 4))
for equation, x, y in (
    ("ij,jk->ik", (2, 3), (3, 4)), ("bij,bjk->bik", (2, 2, 3), (2, 3, 4)), ("bhid,bhjd->bhij", (1, 2, 4, 8), (1, 2, 4, 8)),
    ("bhij,bhjd->bhid", (1, 2, 4, 4), (1, 2, 4, 8)), ("nchw,nc->nhw", (1, 2, 3, 4), (1, 2)), ("i,j->ij", (3,), (4,)),
    ("bqc,bchw->bqhw", (1, 2, 3), (1, 3, 4, 4)), ("bnqd,bnkd->bnqk", (1, 2, 4, 8), (1, 2, 4, 8)),
    ("...ij,...jk->...ik", (2, 2, 3), (2, 3, 4)), ("ab,cb->ac", (2, 3), (4, 3)), ("ij,ij->i", (2, 3), (2, 3)),
    ("bcij,cd->bdij", (1, 3, 4, 4), (3, 5)),
):  # fmt: skip
    call("torch.einsum", f"torch.einsum('{equation}', x, y)", x=x, y=y)
call("torch.einsum", "torch.einsum('bij->bji', x)", x=(1, 2, 3))
call("torch.einsum", "torch.einsum('ij->', x)", x=(2, 3))
call("torch.einsum", "torch.einsum('ii->i', x)", x=(3, 3))
call("torch.einsum", "torch.einsum('bhd,hde->bhe', x, w)", x=(1, 2, 3), w="torch.ones(2, 3, 4)")
call("torch.einsum", "torch.einsum('ij,jk,kl->il', x, y, z)", x=(2, 3), y=(3, 4), z=(4, 5))
call("torch.chain_matmul", "torch.chain_matmul(x, y, z)", x=(2, 3), y=(3, 4), z=(4, 5))
call("torch.linalg.multi_dot", "torch.linalg.multi_dot([x, y, z])", x=(2, 3), y=(3, 4), z=(4, 5))
call("torch.linalg.inv", "x @ torch.linalg.inv(w)", x=(2, 3), w="torch.eye(3) * 2")
call("torch.linalg.inv", "torch.linalg.inv(x)", x=(3, 3))
call("torch.inverse", "x @ torch.inverse(w)", x=(2, 3), w="torch.eye(3) * 2")
call("torch.inverse", "torch.inverse(x)", x=(3, 3))
call("torch.Tensor.inverse", "x @ w.inverse()", x=(2, 3), w="torch.eye(3) * 2")
call("torch.Tensor.inverse", "x.inverse()", x=(3, 3))
for name, arguments in (
    ("det", "x"), ("slogdet", "x"), ("svd", "x"), ("svdvals", "x"), ("eigh", "x @ x.mT"), ("eigvalsh", "x @ x.mT"),
    ("qr", "x"), ("pinv", "x"), ("cholesky", "x @ x.mT + 3 * torch.eye(3)"), ("solve", "x, x"), ("lstsq", "x, x"),
    ("matrix_rank", "x"), ("matrix_power", "x, 2"), ("matrix_exp", "x"), ("cond", "x"), ("diagonal", "x"),
):  # fmt: skip
    call(f"torch.linalg.{name}", f"torch.linalg.{name}({arguments})", x=(3, 3))
call("torch.linalg.diagonal", "torch.linalg.diagonal(x)", x=(2, 3, 3))
call("torch.linalg.matmul", "torch.linalg.matmul(x, y)", x=(2, 3), y=(3, 4))
call("torch.lobpcg", "torch.lobpcg(x @ x.mT, k=1)[0]", x=(4, 4))
for name in ("fft", "ifft", "rfft", "ihfft"):
    shown = f"torch.fft.{name}(x)"
    if name == "ifft":
        call("torch.fft.ifft", "torch.fft.ifft(torch.fft.fft(x)).real", x=(2, 4))
        call("torch.fft.ifft", "torch.fft.ifft(torch.complex(x, x)).abs()", x=(2, 4))
    elif name != "ihfft":
        call(f"torch.fft.{name}", f"{shown}.real", x=(2, 4))
        call(f"torch.fft.{name}", f"{shown}.abs()", x=(2, 4))
        call(f"torch.fft.{name}", f"y = {shown}; torch.stack([y.real, y.imag], -1)", x=(1, 2, 4))
        call(f"torch.fft.{name}", f"torch.fft.{name}(x, dim=-1, norm='ortho').abs()", x=(2, 4))
call("torch.fft.irfft", "torch.fft.irfft(torch.fft.rfft(x))", x=(2, 4))
call("torch.fft.irfft", "torch.fft.irfft(torch.fft.rfft(x, dim=-1), n=4, dim=-1)", x=(2, 4))
call("torch.fft.fftn", "torch.fft.fftn(x, dim=(-2, -1)).real", x=(1, 4, 4))
call("torch.fft.ifftn", "torch.fft.ifftn(torch.fft.fftn(x, dim=(-2, -1)), dim=(-2, -1)).real", x=(1, 4, 4))
call("torch.fft.rfftn", "torch.fft.rfftn(x, dim=(-2, -1)).abs()", x=(1, 4, 4))
call("torch.fft.irfftn", "torch.fft.irfftn(torch.fft.rfftn(x, dim=(-2, -1)), dim=(-2, -1))", x=(1, 4, 4))
call("torch.fft.fft2", "torch.fft.fft2(x).real", x=(1, 4, 4))
call("torch.fft.ifft2", "torch.fft.ifft2(torch.complex(x, x)).real", x=(1, 4, 4))
call("torch.fft.rfft2", "torch.fft.rfft2(x).abs()", x=(1, 4, 4))
call("torch.fft.irfft2", "torch.fft.irfft2(torch.complex(x, x))", x=(1, 4, 3))
call("torch.fft.fftshift", "torch.fft.fftshift(x)", x=(2, 4))
call("torch.fft.ifftshift", "torch.fft.ifftshift(x)", x=(2, 4))
window = {"w": "torch.hann_window(8)"}
call("torch.stft", "torch.stft(x, 8, 4, window=w, return_complex=True).abs()", x=(1, 32), **window)
call("torch.stft", "torch.stft(x, n_fft=8, hop_length=4, return_complex=True).real", x=(1, 32))
call("torch.Tensor.stft", "x.stft(8, 4, window=w, return_complex=True).abs()", x=(1, 32), **window)
call(
    "torch.istft",
    "torch.istft(torch.stft(x, 8, 4, window=w, return_complex=True), 8, 4, window=w)",
    x=(1, 32),
    **window,
)
for name in ("real", "imag", "angle", "conj", "resolve_conj", "resolve_neg", "conj_physical"):
    result = "" if name in {"real", "imag", "angle"} else ".real"
    call(f"torch.{name}", f"torch.{name}(torch.fft.fft(x)){result}", x=(2, 4))
for name in ("gammainc", "gammaincc"):
    call(f"torch.special.{name}", f"torch.special.{name}(x, x)", x=Positive((2, 3)))
for name, argument in (("softmax", ", dim=-1"), ("log_softmax", ", dim=-1"), ("expit", ""), ("logsumexp", ", dim=-1"),
                       ("exp2", ""), ("expm1", ""), ("log1p", ""), ("erf", ""), ("sinc", ""), ("logit", "")):  # fmt: skip
    call(f"torch.special.{name}", f"torch.special.{name}(x{argument})", x=Positive((2, 3)))
call(
    "torch.fake_quantize_per_tensor_affine",
    "torch.fake_quantize_per_tensor_affine(x, 0.1, 0, 0, 255)",
    x=(2, 3),
)
call("torch.quantize_per_tensor", "torch.quantize_per_tensor(x, 0.1, 0, torch.quint8).dequantize()", x=(2, 3))
call("torch.Tensor.dequantize", "torch.quantize_per_tensor(x, 0.1, 0, torch.quint8).dequantize()", x=(2, 3))
call("torch.dequantize", "torch.dequantize(torch.quantize_per_tensor(x, 0.1, 0, torch.quint8))", x=(2, 3))
call(
    "torch.fake_quantize_per_channel_affine",
    "torch.fake_quantize_per_channel_affine(x, s, z, 0, 0, 255)",
    x=(2, 3),
    s="torch.ones(2)",
    z="torch.zeros(2, dtype=torch.int32)",
)
for name in ("batch_norm_stats",):
    call(f"torch.{name}", f"torch.{name}(x, 1e-5)", x=(1, 3, 4, 4))
call("torch.segment_reduce", "torch.segment_reduce(x, 'sum', lengths=torch.tensor([2, 1]))", x=(3, 2))
call("torch.cumulative_trapezoid", "torch.cumulative_trapezoid(x)", x=(2, 3))
call("torch.vander", "torch.vander(x)", x=(3,))
call("torch.gradient", "torch.gradient(x)[0]", x=(6,))
