# ruff: noqa: E501
"""Other spellings for APIs that do not convert. Each is believed only when it was run: equal in value, and converts.

One entry: the API, its call, the other spelling, the inputs. What ships is the other spelling's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from ..case import Case, tensors_of
from . import Sample
from .handwritten import Bools, Call, Ints, Positive, sample_of

PREFIX = "instead:"


class WayOut(NamedTuple):
    api: str
    code: str
    instead: str
    inputs: tuple[tuple[str, Any], ...]
    #: What ships where the code alone does not explain itself.
    said: str | None = None


WAYS_OUT: list[WayOut] = []


def way(names: str, code: str, instead: str, *, said: str | None = None, **inputs: Any) -> None:
    """``names`` are qualified but for their leading ``torch.``, separated by spaces."""
    WAYS_OUT.extend(
        WayOut(f"torch.{name}", code, instead, tuple(inputs.items()), said) for name in names.split()
    )


def way_out_samples(key: str) -> Iterator[Sample]:
    """The other spellings of one API, best first; making a case fails where the values differ."""
    for entry in WAYS_OUT:
        if PREFIX + entry.api == key:
            original = sample_of(Call(entry.api, entry.code, entry.inputs), "")
            other = sample_of(
                Call(entry.api, entry.instead, entry.inputs), f"{entry.said or entry.instead} | "
            )
            yield other._replace(make=_checked(original, other))


def way_out_keys() -> list[str]:
    return sorted({PREFIX + entry.api for entry in WAYS_OUT})


def _checked(original: Sample, other: Sample) -> Any:
    def make(constants: bool, first_output: bool) -> Case:
        wanted, case = original.make(False, False), other.make(constants, first_output)
        with torch.no_grad():
            torch.testing.assert_close(
                tensors_of(case.module(*case.inputs)),
                tensors_of(wanted.module(*wanted.inputs)),
                check_dtype=False,
                rtol=1e-4,
                atol=1e-5,
            )
        return case

    return make


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
way("Tensor.new_ones", "x + x.new_ones((2, 3))", "x + torch.ones((2, 3))", x=(2, 3))
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
    "Tensor.take_along_dim take_along_dim",
    "x.take_along_dim(i, dim=1)",
    "x.gather(1, i)",
    x=(2, 3),
    i=Ints((2, 2)),
)
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
way("Tensor.addcmul addcmul", "x.addcmul(y, z, value=0.5)", "x + 0.5 * y * z", **pair, z=(2, 3))
way("Tensor.addcdiv addcdiv", "x.addcdiv(y, z, value=0.5)", "x + 0.5 * y / z", **pair, z=Positive((2, 3)))
way("Tensor.addcmul_", "x.addcmul(y, z, value=0.5)", "x = x + 0.5 * y * z; x", **pair, z=(2, 3))
way("Tensor.addcdiv_", "x.addcdiv(y, z, value=0.5)", "x = x + 0.5 * y / z; x", **pair, z=Positive((2, 3)))
way("Tensor.lerp lerp", "x.lerp(y, 0.3)", "x + 0.3 * (y - x)", **pair)
way("Tensor.lerp_", "x.lerp(y, 0.3)", "x = x + 0.3 * (y - x); x", **pair)
way("Tensor.zero_", "torch.zeros_like(x)", "x = torch.zeros_like(x); x", x=(2, 3))
way("Tensor.cumsum_", "x.cumsum(1)", "x = x.cumsum(1); x", x=(2, 3))
way("Tensor.trunc trunc Tensor.fix fix", "x.trunc()", "x.sign() * x.abs().floor()", x=(2, 3))
way("Tensor.trunc_ trunc_ Tensor.fix_ fix_", "x.trunc()", "x = x.sign() * x.abs().floor(); x", x=(2, 3))
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
way("Tensor.aminmax aminmax", "torch.aminmax(x, dim=1)", "(x.amin(dim=1), x.amax(dim=1))", x=(2, 3))
way("std_mean", "torch.std_mean(x, dim=1)", "(x.std(dim=1), x.mean(dim=1))", x=(2, 3))
way("var_mean", "torch.var_mean(x, dim=1)", "(x.var(dim=1), x.mean(dim=1))", x=(2, 3))
way("Tensor.count_nonzero count_nonzero", "x.count_nonzero(dim=1)", "(x != 0).int().sum(dim=1)", x=(2, 3))
way(
    "Tensor.nansum nansum",
    "x.nansum(dim=1)",
    "torch.where(torch.isnan(x), torch.zeros_like(x), x).sum(dim=1)",
    x=(2, 3),
)
way("Tensor.diff diff", "x.diff(dim=1)", "x[:, 1:] - x[:, :-1]", x=(2, 3))
way("Tensor.dist dist", "x.dist(y)", "torch.norm(x - y)", **pair)
way("Tensor.prod prod", "x.prod(dim=1)", "x[:, 0] * x[:, 1] * x[:, 2]", x=(2, 3))
way("Tensor.inner inner", "x.inner(y)", "x @ y.transpose(-2, -1)", **pair)
way("tensordot", "torch.tensordot(x, y, dims=1)", "torch.matmul(x, y)", x=(2, 3), y=(3, 4))
way("chain_matmul linalg.multi_dot", "torch.chain_matmul(x, y, z)", "x @ y @ z", x=(2, 3), y=(3, 4), z=(4, 5))
way(
    "addmv Tensor.addmv",
    "torch.addmv(x, y, z)",
    "x + (y @ z.unsqueeze(1)).squeeze(1)",
    x=(2,),
    y=(2, 3),
    z=(3,),
)
way(
    "addr Tensor.addr", "torch.addr(x, y, z)", "x + y.unsqueeze(1) * z.unsqueeze(0)", x=(2, 3), y=(2,), z=(3,)
)
way(
    "addbmm Tensor.addbmm",
    "torch.addbmm(x, y, z)",
    "x + torch.bmm(y, z).sum(dim=0)",
    x=(2, 4),
    y=(5, 2, 3),
    z=(5, 3, 4),
)
way("vdot Tensor.vdot", "torch.vdot(x, y)", "(x * y).sum()", x=(3,), y=(3,))
way("linalg.cross", "torch.linalg.cross(x, y)", "torch.cross(x, y, dim=-1)", **pair)
way("linalg.det det Tensor.det", "torch.linalg.det(x)", "x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0]", x=(2, 2))
way(
    "cdist",
    "torch.cdist(x, y)",
    "torch.sqrt(((x.unsqueeze(-2) - y.unsqueeze(-3)) ** 2).sum(dim=-1))",
    x=(2, 3),
    y=(4, 3),
)
way(
    "nn.functional.pairwise_distance pairwise_distance",
    "F.pairwise_distance(x, y)",
    "torch.norm(x - y + 1e-6, dim=-1)",
    **pair,
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
way("heaviside Tensor.heaviside", "torch.heaviside(x, torch.zeros_like(x))", "(x > 0).float()", x=(2, 3))
way("range", "x + torch.range(0, 2)", "x + torch.arange(0, 3, dtype=torch.float32)", x=(2, 3))
way("fft.fft2", "torch.fft.fft2(x).real", "torch.fft.fftn(x, dim=(-2, -1)).real", x=(1, 4, 4))
way("fft.rfft2", "torch.fft.rfft2(x).abs()", "torch.fft.rfftn(x, dim=(-2, -1)).abs()", x=(1, 4, 4))
way(
    "fft.ifft2",
    "torch.fft.ifft2(torch.complex(x, x)).real",
    "torch.fft.ifftn(torch.complex(x, x), dim=(-2, -1)).real",
    x=(1, 4, 4),
)
way(
    "fft.irfft2",
    "torch.fft.irfft2(torch.fft.rfftn(x, dim=(-2, -1)))",
    "torch.fft.irfftn(torch.fft.rfftn(x, dim=(-2, -1)), dim=(-2, -1))",
    x=(1, 4, 4),
)
way("fft.fftshift", "torch.fft.fftshift(x, dim=-1)", "torch.roll(x, 2, -1)", x=(2, 4))
way("fft.ifftshift", "torch.fft.ifftshift(x, dim=-1)", "torch.roll(x, -2, -1)", x=(2, 4))
way(
    "nn.functional.hardshrink hardshrink Tensor.hardshrink nn.Hardshrink",
    "F.hardshrink(x)",
    "torch.where(x.abs() > 0.5, x, torch.zeros_like(x))",
    x=(2, 3),
)
way("nn.functional.softshrink nn.Softshrink", "F.softshrink(x)", "x.sign() * F.relu(x.abs() - 0.5)", x=(2, 3))
way("nn.functional.celu celu nn.CELU", "F.celu(x)", "F.elu(x)", x=(2, 3))
way("nn.functional.celu_ celu_", "F.celu(x)", "x = F.elu(x); x", x=(2, 3))
way("nn.functional.elu_", "F.elu(x)", "x = F.elu(x); x", x=(2, 3))
way("nn.functional.logsigmoid nn.LogSigmoid", "F.logsigmoid(x)", "-F.softplus(-x)", x=(2, 3))
way("nn.functional.l1_loss nn.L1Loss", "F.l1_loss(x, y)", "(x - y).abs().mean()", **pair)
way(
    "nn.functional.smooth_l1_loss nn.SmoothL1Loss nn.functional.huber_loss nn.HuberLoss",
    "F.smooth_l1_loss(x, y)",
    "d = (x - y).abs(); torch.where(d < 1, 0.5 * d * d, d - 0.5).mean()",
    **pair,
)
way(
    "nn.functional.cross_entropy nn.CrossEntropyLoss",
    "F.cross_entropy(x, t)",
    "F.nll_loss(F.log_softmax(x, dim=1), t)",
    x=(2, 3),
    t=Ints((2,)),
)
way(
    "nn.functional.binary_cross_entropy_with_logits binary_cross_entropy_with_logits nn.BCEWithLogitsLoss",
    "F.binary_cross_entropy_with_logits(x, y)",
    "(F.softplus(x) - x * y).mean()",
    **pair,
)
way(
    "nn.functional.kl_div kl_div nn.KLDivLoss",
    "F.kl_div(x, y, reduction='sum')",
    "(y * (torch.log(y) - x)).sum()",
    **positive,
)
way(
    "nn.functional.bilinear bilinear nn.Bilinear",
    "F.bilinear(x, y, w)",
    "torch.einsum('bi,oij,bj->bo', x, w, y)",
    x=(2, 3),
    y=(2, 4),
    w="torch.ones(5, 3, 4)",
)
way(
    "nn.functional.bilinear bilinear nn.Bilinear",
    "F.bilinear(x, y, w)",
    "((x @ w).transpose(0, 1) * y.unsqueeze(1)).sum(dim=-1)",
    x=(2, 3),
    y=(2, 4),
    w="torch.ones(5, 3, 4)",
)
way(
    "nn.functional.embedding_bag nn.EmbeddingBag",
    "F.embedding_bag(i, w)",
    "F.embedding(i, w).mean(dim=1)",
    i=Ints((2, 3)),
    w="torch.ones(5, 2)",
)
way(
    "nn.functional.adaptive_avg_pool3d nn.AdaptiveAvgPool3d",
    "F.adaptive_avg_pool3d(x, 1)",
    "x.mean(dim=(2, 3, 4), keepdim=True)",
    x=(1, 4, 6, 6, 6),
)
way(
    "nn.functional.adaptive_max_pool3d nn.AdaptiveMaxPool3d",
    "F.adaptive_max_pool3d(x, 1)",
    "x.amax(dim=(2, 3, 4), keepdim=True)",
    x=(1, 4, 6, 6, 6),
)
way(
    "nn.CircularPad1d",
    "nn.CircularPad1d(1)(x)",
    "torch.cat([x[..., -1:], x, x[..., :1]], dim=-1)",
    x=(1, 4, 8),
)
way(
    "nn.GRUCell gru_cell",
    "c(x, h)",
    "g(x.unsqueeze(0), h.unsqueeze(0))[0][0]",
    said="nn.GRU over a sequence of one step",
    x=(2, 3),
    h=(2, 4),
    c="(lambda g: (lambda c: (c.weight_ih.data.copy_(g.weight_ih_l0), c.weight_hh.data.copy_(g.weight_hh_l0), c.bias_ih.data.copy_(g.bias_ih_l0), c.bias_hh.data.copy_(g.bias_hh_l0), c)[-1])(nn.GRUCell(3, 4)))((torch.manual_seed(1), nn.GRU(3, 4))[1])",
    g="(torch.manual_seed(1), nn.GRU(3, 4))[1]",
)
way(
    "nn.LSTMCell lstm_cell",
    "c(x, (h, k))[0]",
    "l(x.unsqueeze(0), (h.unsqueeze(0), k.unsqueeze(0)))[0][0]",
    said="nn.LSTM over a sequence of one step",
    x=(2, 3),
    h=(2, 4),
    k=(2, 4),
    c="(lambda g: (lambda c: (c.weight_ih.data.copy_(g.weight_ih_l0), c.weight_hh.data.copy_(g.weight_hh_l0), c.bias_ih.data.copy_(g.bias_ih_l0), c.bias_hh.data.copy_(g.bias_hh_l0), c)[-1])(nn.LSTMCell(3, 4)))((torch.manual_seed(1), nn.LSTM(3, 4))[1])",
    l="(torch.manual_seed(1), nn.LSTM(3, 4))[1]",
)
