"""Arguments that may decide by their literal value: which of the candidates fail is found by running them.

One entry: the API, the parameter, how it is called with ``{v}`` for the value (in one way or several), and
the candidates. The builder learns from them as from the API's other samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import Sample
from .handwritten import Call, Ints, sample_of

PREFIX = "argument:"
#: Stands for the value where the argument is left out.
OMITTED = "(omitted)"


class Limit(NamedTuple):
    api: str
    parameter: str
    codes: tuple[str, ...]
    values: tuple[Any, ...]
    inputs: tuple[dict[str, Any], ...]

    @property
    def key(self) -> str:
        return f"{PREFIX}{self.api}:{self.parameter}"


LIMITS: list[Limit] = []


def limit(
    api: str,
    parameter: str,
    codes: str | tuple[str, ...],
    values: tuple[Any, ...],
    *inputs: dict[str, Any],
    **given: Any,
) -> None:
    ways = (codes,) if isinstance(codes, str) else codes
    LIMITS.append(Limit(api, parameter, ways, values, inputs or (given,)))


def limit_samples(key: str) -> Iterator[Sample]:
    """Every candidate in every way; the sample's name starts with the value's repr."""
    for entry in LIMITS:
        if entry.key != key:
            continue
        for value in (OMITTED, *map(repr, entry.values)):
            for code in entry.codes:
                for given in entry.inputs:
                    filled = {
                        name: _fill(item, value) if isinstance(item, str) else item
                        for name, item in given.items()
                    }
                    call = Call(entry.api, _fill(code, value), tuple(filled.items()))
                    if "{v}" not in repr(call):
                        yield sample_of(call, f"{value} | ")


def _fill(code: str, value: str) -> str:
    if value == OMITTED:
        return re.sub(r"(, )?\b\w+=\{v\}", "", code)
    return code.replace("{v}", value)


def limit_keys() -> list[str]:
    return sorted({entry.key for entry in LIMITS})


_BOTH = (("torch", "torch.{name}(x, "), ("torch.Tensor", "x.{name}("))


def both(
    name: str,
    parameter: str,
    arguments: str,
    values: tuple[Any, ...],
    **given: Any,
) -> None:
    """The function and the method of one name."""
    for space, start in _BOTH:
        limit(
            f"{space}.{name}",
            parameter,
            start.format(name=name) + arguments + ")",
            values,
            **given,
        )


signal: dict[str, Any] = {"x": (1, 4, 8)}
image: dict[str, Any] = {"x": (1, 4, 8, 8)}
volume: dict[str, Any] = {"x": (1, 4, 6, 6, 6)}
shapes: dict[int, dict[str, Any]] = {1: signal, 2: image, 3: volume}
pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}

modes = ("nearest", "linear", "bilinear", "bicubic", "trilinear", "area", "nearest-exact")
for function in ("interpolate", "upsample"):
    limit(
        f"torch.nn.functional.{function}", "mode",
        (f"F.{function}(x, scale_factor=2, mode={{v}})", f"F.{function}(x, size=x.shape[2:], mode={{v}})"),
        modes, signal, image, volume,
    )  # fmt: skip
limit(
    "torch.nn.Upsample", "mode", "m(x)", modes,
    *({**shape, "m": "nn.Upsample(scale_factor=2, mode={v})"} for shape in shapes.values()),
)  # fmt: skip
limit(
    "torch.nn.functional.pad",
    "mode",
    "F.pad(x, (1, 1), mode={v})",
    ("constant", "reflect", "replicate", "circular"),
    {"x": (1, 4, 8)},
    {"x": (4, 8)},
)
limit(
    "torch.nn.functional.pad",
    "mode",
    "F.pad(x, (1, 1, 1, 1), mode={v})",
    ("constant", "reflect", "replicate", "circular"),
    image,
)
for n, shape in shapes.items():
    paddings = ("zeros", "reflect", "replicate", "circular")
    limit(
        f"torch.nn.Conv{n}d",
        "padding_mode",
        "m(x)",
        paddings,
        m=f"nn.Conv{n}d(4, 4, 3, padding=1, padding_mode={{v}})",
        **shape,
    )
    for kind, function in (("MaxPool", "max_pool"), ("AvgPool", "avg_pool")):
        api = f"torch.nn.functional.{function}{n}d"
        call, module = f"F.{function}{n}d(x, 2, ", f"nn.{kind}{n}d(2, "
        ceil: tuple[str, ...] = (f"{call}ceil_mode={{v}})", f"F.{function}{n}d(x, 3, 2, 1, ceil_mode={{v}})")
        if kind == "MaxPool":
            limit(api, "dilation", call + "dilation={v})", (1, 2, 3), **shape)
            limit(
                f"torch.nn.{kind}{n}d",
                "dilation",
                "m(x)",
                (1, 2, 3),
                m=module + "dilation={v})",
                **shape,
            )
            indices = (call + "return_indices={v})", call + "return_indices={v})[0]")
            limit(api, "return_indices", indices, (False, True), **shape)
            limit(
                f"torch.nn.{kind}{n}d",
                "return_indices",
                ("m(x)", "m(x)[0]"),
                (False, True),
                m=module + "return_indices={v})",
                **shape,
            )
            limit(api, "ceil_mode", ceil, (False, True), **shape)
        else:
            ceil += (f"{call}ceil_mode={{v}}, count_include_pad=False)",)
            limit(api, "ceil_mode", ceil, (False, True), **shape)
            if n > 1:
                limit(
                    api,
                    "divisor_override",
                    call + "divisor_override={v})",
                    (None, 1, 3),
                    **shape,
                )
                limit(
                    f"torch.nn.{kind}{n}d",
                    "divisor_override",
                    "m(x)",
                    (None, 1, 3),
                    m=module + "divisor_override={v})",
                    **shape,
                )
    adaptive = f"F.adaptive_max_pool{n}d(x, 1, return_indices={{v}})"
    limit(
        f"torch.nn.functional.adaptive_max_pool{n}d",
        "return_indices",
        (adaptive, adaptive + "[0]"),
        (False, True),
        **shape,
    )
    kernel = ", 3" * n
    transposed = f"F.conv_transpose{n}d(x, w, stride=2, padding=1, output_padding={{v}})"
    limit(
        f"torch.nn.functional.conv_transpose{n}d",
        "output_padding",
        transposed,
        (0, 1),
        w=f"torch.ones(4, 6{kernel})",
        **shape,
    )
    limit(
        f"torch.nn.ConvTranspose{n}d",
        "output_padding",
        "m(x)",
        (0, 1),
        m=f"nn.ConvTranspose{n}d(4, 6, 3, stride=2, padding=1, output_padding={{v}})",
        **shape,
    )
    limit(
        f"torch.nn.BatchNorm{n}d",
        "track_running_stats",
        "m(x)",
        (True, False),
        m=f"nn.BatchNorm{n}d(4, track_running_stats={{v}})",
        **shape,
    )
    limit(
        f"torch.nn.InstanceNorm{n}d",
        "track_running_stats",
        "m(x)",
        (False, True),
        m=f"nn.InstanceNorm{n}d(4, track_running_stats={{v}})",
        **shape,
    )
for name in ("add", "sub", "subtract"):
    for space, start in _BOTH:
        ways = (start.format(name=name) + "y, alpha={v})", start.format(name=name) + "0.5, alpha={v})")
        limit(f"{space}.{name}", "alpha", ways, (1, 2, 0.5), **pair)
for name in ("add_", "sub_"):
    limit(
        f"torch.Tensor.{name}",
        "alpha",
        f"z = x * 1; z.{name}(y, alpha={{v}}); z",
        (1, 2, 0.5),
        **pair,
    )
limit("torch.rsub", "alpha", "torch.rsub(x, y, alpha={v})", (1, 2, 0.5), **pair)
both("sort", "stable", "stable={v}", (False, True), x=(2, 3))
both("argsort", "stable", "stable={v}", (False, True), x=(2, 3))
both("sort", "descending", "-1, {v}", (False, True), x=(2, 3))
both("round", "decimals", "decimals={v}", (0, 1, 2), x=(2, 3))
both("topk", "sorted", "2, sorted={v}", (True, False), x=(2, 3))
both("topk", "largest", "2, largest={v}", (True, False), x=(2, 3))
both("unique", "sorted", "sorted={v}", (True, False), x=Ints((6,)))
both("unique", "return_counts", "return_counts={v}", (False, True), x=Ints((6,)))
both("unique", "dim", "dim={v}", (None, 0, -1), x=Ints((6,)))
both("div", "rounding_mode", "y, rounding_mode={v}", (None, "floor", "trunc"), **pair)
both("std", "correction", "dim=1, correction={v}", (0, 1, 2), x=(2, 3))
both("var", "correction", "dim=1, correction={v}", (0, 1, 2), x=(2, 3))
both("norm", "p", "p={v}, dim=1", (1, 2, 3, 0, 0.5, float("inf"), float("-inf"), "fro"), x=(2, 3))
limit(
    "torch.linalg.norm",
    "ord",
    "torch.linalg.norm(x, {v}, dim=1)",
    (None, 1, 2, 3, 0, 0.5, float("inf"), float("-inf")),
    x=(2, 3),
)
limit(
    "torch.linalg.vector_norm",
    "ord",
    "torch.linalg.vector_norm(x, {v}, dim=1)",
    (1, 2, 3, 0, 0.5, float("inf"), float("-inf")),
    x=(2, 3),
)
limit(
    "torch.linalg.matrix_norm",
    "ord",
    "torch.linalg.matrix_norm(x, {v})",
    ("fro", "nuc", 1, -1, 2, -2, float("inf"), float("-inf")),
    x=(3, 3),
)
limit(
    "torch.nn.functional.normalize",
    "p",
    "F.normalize(x, p={v}, dim=1)",
    (1, 1.0, 2, 2.0, 3, float("inf")),
    x=(2, 3),
)
limit(
    "torch.nn.functional.grid_sample",
    "mode",
    "F.grid_sample(x, g, mode={v}, align_corners=True)",
    ("bilinear", "nearest", "bicubic"),
    x=(1, 3, 4, 4),
    g=(1, 5, 5, 2),
)
limit(
    "torch.nn.functional.grid_sample",
    "padding_mode",
    "F.grid_sample(x, g, padding_mode={v}, align_corners=True)",
    ("zeros", "border", "reflection"),
    x=(1, 3, 4, 4),
    g=(1, 5, 5, 2),
)
limit("torch.nn.functional.one_hot", "num_classes", "F.one_hot(x, num_classes={v})", (3, 5, -1), x=Ints((4,)))
limit(
    "torch.nn.functional.embedding",
    "max_norm",
    "F.embedding(x, w, max_norm={v})",
    (None, 1.0, 2.0),
    x=Ints((2, 3)),
    w="torch.ones(5, 2)",
)
limit(
    "torch.nn.Embedding",
    "max_norm",
    "m(x)",
    (None, 1.0, 2.0),
    x=Ints((2, 3)),
    m="nn.Embedding(5, 2, max_norm={v})",
)
limit(
    "torch.nn.functional.batch_norm",
    "training",
    "F.batch_norm(x, a, b, training={v})",
    (False, True),
    a="torch.zeros(4)",
    b="torch.ones(4)",
    **image,
)
limit(
    "torch.nn.functional.instance_norm",
    "use_input_stats",
    "F.instance_norm(x, a, b, use_input_stats={v})",
    (True, False),
    a="torch.zeros(4)",
    b="torch.ones(4)",
    **image,
)
limit("torch.nn.functional.gelu", "approximate", "F.gelu(x, approximate={v})", ("none", "tanh"), x=(2, 3))
attention: dict[str, Any] = {"q": (1, 2, 4, 8), "k": (1, 2, 4, 8), "v": (1, 2, 4, 8)}
limit(
    "torch.nn.functional.scaled_dot_product_attention",
    "dropout_p",
    "F.scaled_dot_product_attention(q, k, v, dropout_p={v})",
    (0.0, 0.1, 0.5),
    **attention,
)
limit(
    "torch.nn.functional.scaled_dot_product_attention",
    "enable_gqa",
    "F.scaled_dot_product_attention(q, k, v, enable_gqa={v})",
    (False, True),
    **attention,
)
limit(
    "torch.nn.functional.scaled_dot_product_attention",
    "is_causal",
    "F.scaled_dot_product_attention(q, k, v, is_causal={v})",
    (False, True),
    **attention,
)
for option in ("add_bias_kv", "add_zero_attn"):
    limit(
        "torch.nn.MultiheadAttention",
        option,
        "m(x, x, x)[0]",
        (False, True),
        x=(3, 1, 4),
        m=f"nn.MultiheadAttention(4, 2, {option}={{v}})",
    )
for kind in ("RNN", "LSTM", "GRU"):
    limit(
        f"torch.nn.{kind}",
        "bidirectional",
        ("m(x)[0]", "m(x)"),
        (False, True),
        x=(5, 1, 3),
        m=f"nn.{kind}(3, 4, bidirectional={{v}})",
    )
    limit(
        f"torch.nn.{kind}",
        "num_layers",
        "m(x)[0]",
        (1, 2, 3),
        x=(5, 1, 3),
        m=f"nn.{kind}(3, 4, num_layers={{v}})",
    )
    limit(
        f"torch.nn.{kind}",
        "batch_first",
        "m(x)[0]",
        (False, True),
        x=(5, 1, 3),
        m=f"nn.{kind}(3, 4, batch_first={{v}})",
    )
limit(
    "torch.nn.RNN",
    "nonlinearity",
    "m(x)[0]",
    ("tanh", "relu"),
    x=(5, 1, 3),
    m="nn.RNN(3, 4, nonlinearity={v})",
)
limit(
    "torch.nn.LSTM",
    "proj_size",
    ("m(x)[0]", "m(x)"),
    (0, 1, 2),
    x=(5, 1, 3),
    m="nn.LSTM(3, 4, proj_size={v})",
)
for name in ("mse_loss", "nll_loss"):
    target: dict[str, Any] = {"y": Ints((2,))} if name == "nll_loss" else {"y": (2, 3)}
    limit(
        f"torch.nn.functional.{name}",
        "reduction",
        f"F.{name}(x, y, reduction={{v}})",
        ("none", "mean", "sum"),
        x=(2, 3),
        **target,
    )
equations = ("bij,bjk->bik", "...ij,...jk->...ik", "...j,jk->...k", "b...j,bjk->b...k", "...j,bjk->...bk")
limit(
    "torch.einsum",
    "equation",
    "torch.einsum({v}, x, y)",
    equations,
    {"x": (2, 2, 3), "y": (2, 3, 4)},
    {"x": (1, 4, 8, 8), "y": (8, 3)},
)
limit("torch.meshgrid", "indexing", "torch.meshgrid(x, y, indexing={v})", ("ij", "xy"), x=(3,), y=(4,))
limit("torch.cdist", "p", "torch.cdist(x, y, p={v})", (1.0, 2.0, 3.0), x=(2, 3), y=(4, 3))
limit(
    "torch.scatter",
    "reduce",
    "torch.scatter(x, 1, i, y, reduce={v})",
    ("add", "multiply"),
    x=(2, 3),
    i=Ints((2, 3)),
    y=(2, 3),
)
limit(
    "torch.Tensor.scatter",
    "reduce",
    "x.scatter(1, i, y, reduce={v})",
    ("add", "multiply"),
    x=(2, 3),
    i=Ints((2, 3)),
    y=(2, 3),
)
limit(
    "torch.nn.functional.unfold",
    "dilation",
    "F.unfold(x, 2, dilation={v})",
    (1, 2, 3),
    **image,
)
limit(
    "torch.nn.functional.fold",
    "dilation",
    "F.fold(x, (6, 6), 2, dilation={v}, stride=2)",
    (1, 2),
    x=(1, 12, 9),
)
limit(
    "torch.stft",
    "pad_mode",
    "torch.stft(x, 8, 4, pad_mode={v}, return_complex=True).abs()",
    ("reflect", "constant", "replicate", "circular"),
    x=(1, 32),
)
limit(
    "torch.stft",
    "onesided",
    "torch.stft(x, 8, 4, onesided={v}, return_complex=True).abs()",
    (True, False),
    x=(1, 32),
)
limit(
    "torch.stft",
    "normalized",
    "torch.stft(x, 8, 4, normalized={v}, return_complex=True).abs()",
    (False, True),
    x=(1, 32),
)
limit(
    "torch.stft",
    "center",
    "torch.stft(x, 8, 4, center={v}, return_complex=True).abs()",
    (True, False),
    x=(1, 32),
)
limit(
    "torch.multinomial",
    "replacement",
    (
        "torch.multinomial(x.softmax(-1), 2, replacement={v})",
        "torch.multinomial(x.softmax(-1), 1, replacement={v})",
    ),
    (True, False),
    x=(2, 3),
)
for name in ("fft", "rfft"):
    limit(
        f"torch.fft.{name}",
        "norm",
        f"torch.fft.{name}(x, norm={{v}}).abs()",
        (None, "backward", "ortho", "forward"),
        x=(2, 4),
    )
both("diff", "n", "n={v}", (1, 2), x=(2, 6))
both("argmax", "keepdim", "1, {v}", (False, True), x=(2, 3))
both("cumsum", "dim", "{v}", (0, 1, -1), x=(2, 3))
both("squeeze", "dim", "{v}", (0, 1, -1), x=(1, 2, 1))
both("tril", "diagonal", "{v}", (0, 1, -1), x=(3, 3))
both("triu", "diagonal", "{v}", (0, 1, -1), x=(3, 3))
