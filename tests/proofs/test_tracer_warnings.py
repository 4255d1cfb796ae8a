"""PyTorch's TracerWarnings as the yardstick: each is found on its line, and told harmless or not.

Harmless means that with every input of the example's shapes the trace computes what eager does.
"""

from __future__ import annotations

import textwrap
import warnings
from pathlib import Path

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.rules import taken_out
from preflight_analyzers.rules.registry import all_rules
from preflight_analyzers.selection import Selection

pytestmark = pytest.mark.convert

#: ``forward()`` of a module with a parameter ``p`` and a buffer ``b``, where ``x`` has 3 rows and 4 columns.
_PROGRAM = """\
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import _assert as assert_
from torch import nn


def double(*values):
    return sum(values) * 2


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.p = nn.Parameter(torch.ones(4))
        self.register_buffer("b", torch.arange(4.0))
        self.width = 4

    def forward(self, x):
{body}


def example():
    return (torch.rand(3, 4) + 0.25,)


if __name__ == "__main__":
    torch.jit.trace(Net(), example())
"""

#: Of sizes, constants, parameters and buffers; and of tensors that the tracer goes on following.
HARMLESS = """\
if x.shape[0] > 2:
    return x * 2
return x
---
if x.shape[0] % 2:
    return x * 2
return x
---
if x.shape[0]:
    return x * 2
return x
---
if not x.size(0):
    return x
return x * 2
---
if not (x.size(0) > 5 or
        x.size(1) > 5):
    return x * 2
return x
---
if (x.shape[0] > 2
        and x.shape[1] > 2):
    return x * 2
return x
---
h, w = x.shape
assert w == self.width, f"{w} columns"
return x.view(w, h)
---
assert (
    x.shape[1] % 2 == 0
), "odd"
return x * 2
---
return x * (2 if x.size(-1) == self.width else 3)
---
return x * (
    2
    if x.size(-1) == self.width
    else 3
)
---
large = x.shape[0] > 2 and x.shape[1] > 2
return x * (2 if large else 3)
---
large = (x.shape[0] == 7 or
         x.shape[1] == 4)
return x * (2 if large else 3)
---
odd = not x.shape[0] % 2
return x * (2 if odd else 3)
---
inside = 0 < x.shape[0] < 5
return x * (2 if inside else 3)
---
if x.shape == self.p.shape:
    return x
return x * 2
---
if x.shape[-2:] != (3, 5):
    return x * 2
return x
---
if tuple(x.size()) == (3, 4):
    return x * 2
return x
---
if x.shape[0] in (3, 4):
    return x * 2
return x
---
if 3 in x.shape:
    return x * 2
return x
---
if x.numel() > 3:
    return x * 2
return x
---
while x.shape[0] < 6:
    x = torch.cat([x, x])
return x
---
half = int(x.shape[1] / 2)
return x[:, :half] * 2
---
return x * x.shape.index(4)
---
return x * (x.shape.count(3) + 1)
---
half = int(x.shape[1]) // 2
if half > 1:
    return x[:, :half] * 2
return x
---
return x * float(x.shape[1]) ** -0.5
---
return x.view(
    -1,
    int(x.shape[1]),
)
---
return x / math.sqrt(x.shape[1])
---
padding = math.ceil(x.shape[1] / 3) * 3 - x.shape[1]
return F.pad(x, (0, padding))
---
rows = int(np.ceil(x.shape[0] / 2))
return x[:rows] * 2
---
size = max(x.shape[0], x.shape[1])
return F.pad(x, (0, size - 1))
---
return x * max(x.shape)
---
k = min(2, x.shape[1])
return x.topk(k)[0]
---
return x * sorted(x.shape)[0]
---
if all(size > 2 for size in x.shape):
    return x * 2
return x
---
if any([size > 3 for size in x.shape]):
    return x * 2
return x
---
def many():
    return x.shape[0] > 2
return x * 2 if many() else x
---
return torch.stack([x[i] for i in range(x.shape[0]) if i < x.shape[0] - 1])
---
parts = []
for row in x:
    parts.append(row * 2)
return torch.stack(parts)
---
first, second, third = x
return first + second + third
---
(
    first,
    second,
    third,
) = x
return first + second + third
---
return torch.stack([row * 2 for row in x])
---
return torch.stack(
    [
        row * 2
        for row in x
    ]
)
---
return torch.stack(list(x))
---
return torch.stack(
    list(
        x
    )
)
---
for i, row in enumerate(
    x,
):
    y = row * i
return y
---
return torch.stack(list(reversed(x)))
---
total = 0
for i, row in enumerate(x):
    total = total + row * i
return total
---
return torch.stack([a * b for a, b in zip(x, x)])
---
return sum(x)
---
return double(*x)
---
return torch.stack([*x])
---
return x * torch.tensor(3.0)
---
return x * torch.tensor(
    [1, 2, 3, 4],
)
---
return x * torch.as_tensor(self.width)
---
return x * torch.tensor(x.shape[0])
---
return x * torch.tensor([x.shape[0], 2, 3, 4])
---
return x * torch.tensor(x)
---
return x * torch.as_tensor(x)
---
return x * torch.Tensor([1.0, 2.0, 3.0, 4.0])
---
return x * torch.from_numpy(np.arange(4.0)).float()
---
if self.p.sum() > 0:
    return x * 2
return x
---
return x * self.b.max().item()
---
return x * float(self.p[0])
---
rates = [rate.item() for rate in torch.linspace(0, 1, 3)]
return x * rates[1]
---
if self.b.shape[0] == x.shape[1]:
    return x * 2
return x
---
scale = torch.arange(x.shape[1]).sum().item()
return x * scale
"""

#: What decides in Python code of torch's own, and what it is called with.
INSIDE = {
    "GroupNorm": ("nn.GroupNorm(2, 4)(x)", (3, 4)),
    "InstanceNorm1d": ("nn.InstanceNorm1d(4)(x)", (3, 4, 5)),
    "InstanceNorm2d": ("nn.InstanceNorm2d(4)(x)", (3, 4, 5, 5)),
    "InstanceNorm3d": ("nn.InstanceNorm3d(4)(x)", (3, 4, 5, 5, 5)),
    "LocalResponseNorm": ("nn.LocalResponseNorm(2)(x)", (3, 4, 5)),
    "MultiheadAttention": ("nn.MultiheadAttention(4, 2)(x, x, x)[0]", (3, 2, 4)),
    "TransformerEncoder": ("nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2), 1)(x)", (3, 2, 4)),
    "TransformerEncoderLayer": ("nn.TransformerEncoderLayer(4, 2)(x)", (3, 2, 4)),
    "TransformerDecoderLayer": ("nn.TransformerDecoderLayer(4, 2)(x, x)", (3, 2, 4)),
    "Transformer": ("nn.Transformer(4, 2)(x, x)", (3, 2, 4)),
    "TransformerDecoder": (
        "nn.TransformerDecoder(nn.TransformerDecoderLayer(4, 2), 1)(x, x)",
        (3, 2, 4),
    ),
    "SyncBatchNorm": ("nn.SyncBatchNorm(4)(x)", (3, 4)),
    "affine_grid": ("F.affine_grid(x, (3, 1, 4, 4))", (3, 2, 3)),
    "RNN": ("nn.RNN(4, 5)(x)[0]", (3, 2, 4)),
    "GRU": ("nn.GRU(4, 5)(x)[0]", (3, 2, 4)),
    "LSTM": ("nn.LSTM(4, 5)(x)[0]", (3, 2, 4)),
    "L1Loss": ("nn.L1Loss()(x, x * 0.5)", (3, 4)),
    "MSELoss": ("nn.MSELoss()(x, x * 0.5)", (3, 4)),
    "HuberLoss": ("nn.HuberLoss()(x, x * 0.5)", (3, 4)),
    "SmoothL1Loss": ("nn.SmoothL1Loss()(x, x * 0.5)", (3, 4)),
    "BCELoss": ("nn.BCELoss()(x * 0.5, x * 0.5)", (3, 4)),
    "BCEWithLogitsLoss": ("nn.BCEWithLogitsLoss()(x, x * 0.5)", (3, 4)),
    "group_norm": ("F.group_norm(x, 2)", (3, 4)),
    "instance_norm": ("F.instance_norm(x)", (3, 4, 5)),
    "l1_loss": ("F.l1_loss(x, x * 0.5)", (3, 4)),
    "mse_loss": ("F.mse_loss(x, x * 0.5)", (3, 4)),
    "huber_loss": ("F.huber_loss(x, x * 0.5)", (3, 4)),
    "smooth_l1_loss": ("F.smooth_l1_loss(x, x * 0.5)", (3, 4)),
    "binary_cross_entropy": ("F.binary_cross_entropy(x * 0.5, x * 0.5)", (3, 4)),
    "binary_cross_entropy_with_logits": ("F.binary_cross_entropy_with_logits(x, x * 0.5)", (3, 4)),
    "local_response_norm": ("F.local_response_norm(x, 2)", (3, 4, 5)),
    "multi_head_attention_forward": (
        "F.multi_head_attention_forward(x, x, x, 4, 2, torch.ones(12, 4), None, None, None, False, 0.0, "
        "torch.ones(4, 4), None, training=False)[0]",
        (3, 2, 4),
    ),
}

#: Torch warns of none of these.
QUIET = """\
assert len(x.shape) == 2 and x.dim() == 2
return x * 2
---
if x.ndim == 2 and isinstance(x, torch.Tensor) and x.dtype == torch.float32:
    return x * 2
return x
---
h, w = x.shape
return x.view(w, h * 1).reshape(-1, h * w)
---
return x[:, : x.shape[1] // 2] * 2
---
half = x.shape[1] // 2
return torch.cat([x[:, half:], -x[:, :half]], dim=-1)
---
return torch.stack([x[i] for i in range(x.shape[0])])
---
return x * torch.arange(x.shape[1]) + torch.zeros(x.shape[0], 1)
---
return F.pad(x, (0, 6 - x.shape[1], 0, 1))
---
return x * x.shape[1] ** -0.5
---
first, second = x.chunk(2, dim=1)
return first + second
---
first, *rest = x.unbind(0)
return first + sum(rest)
---
shape = [*x.shape[:-1], -1, 1]
return x.reshape(shape)
---
return x.reshape(x.shape[:1] + (2, 2)).flatten(1) * self.b.expand(x.shape[0], -1)
---
return F.interpolate(x[None], size=x.shape[1] * 2)
---
return F.avg_pool2d(x[None], x.shape)
---
torch._assert(x.dim() == 2, "rank")
return x * 2
---
n = np.zeros((x.shape[0], 3)).shape[0] + np.linspace(0, 1, x.shape[0])[0] + np.ones(x.shape).sum()
return x * float(n)
---
n = math.prod(x.shape) + sum(x.shape) + abs(x.shape[0]) + pow(x.shape[1], 2)
return x * n
---
rows = [0, 1, 2, 3, 4][: x.shape[0]] + [0] * x.shape[1] + list(range(x.shape[0]))
return x * len(rows)
---
sizes = torch.Size([x.shape[0], x.shape[1]])
return x * torch.empty(sizes).numel() + torch.linspace(0, x.shape[0], x.shape[1])
---
seen = None
if seen != x.shape[0] and x.shape[1] != seen and not x == seen:
    return x * 2
return x
---
return F.layer_norm(x, x.shape[-1:])
---
parts = [x] * x.shape[0]
return torch.stack(parts)
---
if self.width == 4 and not self.training and self.p is not None:
    return x * 2
return x
---
return x.masked_fill(x > 1, torch.finfo(x.dtype).min).softmax(-1)
---
return torch.where(x > 0.5, x, -x).clamp(max=x.mean())
---
return x * (x > 0.5).any()
---
return x[x[:, 0] > 0.5].sum(0)
---
return x * sum([x.mean(), x.std()]) * abs(x.min())
---
cache = {x.shape[0]: x * 2}
return list(cache.values())[0]
---
mask = torch.tril(torch.ones(x.shape[0], x.shape[0]))
return mask @ x
---
y = torch.zeros_like(x)
y[:, : x.shape[1] // 2] = 1
return y * x
---
try:
    return x * self.width
except ValueError:
    return x
"""

#: Of the values in an input.
HARMFUL = """\
if x.sum() > 0:
    return x * 2
return x
---
if x.shape[0] == 3 and x.sum() > 0:
    return x * 2
return x
---
while x.sum() > 1:
    x = x / 2
return x
---
return x * (2 if (x > 0).all() else 3)
---
scale = (x.sum() > 0 and 2) or 3
return x * scale
---
negative = not x.sum() > 0
return x * (2 if negative else 3)
---
inside = 0 < x.sum() < 50
return x * (2 if inside else 3)
---
if (
    0
    < x.sum()
    < 50
):
    return x * 2
return x
---
known = (x > 0).sum() in [12, 13]
return x * (2 if known else 3)
---
return x * x.sum().item()
---
return x * x.tolist()[0][0]
---
return x * int(x.sum())
---
return x * float(
    x.sum()
)
---
return x * (2 if bool(x.sum() > 0) else 3)
---
return x * math.sqrt(x.sum() ** 2)
---
return x * max(x[0, 0], x[0, 1])
---
return x * sorted([x[0, 0], x[0, 1]])[0]
---
return x * (2 if any(value > 0 for value in x[0]) else 3)
---
return x * torch.tensor([x[0, 0], 1.0, 1.0, 1.0])
---
return x * torch.as_tensor([x[0, 0], 1.0, 1.0, 1.0])
---
return x * torch.Tensor([x[0, 0], 1.0, 1.0, 1.0])
---
first = x.detach().numpy()[0, 0]
return x * float(first)
---
kept = int((x > 0).sum())
return x[:, :1] * kept
"""


@pytest.mark.parametrize("name", sorted(INSIDE))
def test_what_torch_decides_inside_is_found_on_request_at_the_call(name: str, tmp_path: Path) -> None:
    call, shape = INSIDE[name]
    module, separator, arguments = call.rpartition(")(") if name[0].isupper() else ("", "", call)
    body = f"return self.inside({arguments}" if separator else f"return {call}"
    source = _program(body).replace("self.width = 4", f"self.inside = {module})" if separator else "pass")
    source = source.replace("torch.rand(3, 4)", f"torch.rand{shape}")
    assert _warned_inside(source, tmp_path / "program.py")
    line = source.split("\n").index(" " * 8 + body) + 1
    assert _found(source, Selection(select=("ALL",))) == {line}
    assert _found(source, Selection()) == set()


@pytest.mark.parametrize(
    "shown", ["print(x)", "str(x[0, 0])", 'f"{x.shape[0]} rows"', '"%d rows" % x.shape[0]']
)
def test_what_is_only_shown_is_found_on_request(shown: str, tmp_path: Path) -> None:
    source = _program(f"{shown}\nreturn x * 2")
    assert _warned_inside(source, tmp_path / "program.py")
    line = source.split("\n").index(" " * 8 + shown) + 1
    assert _found(source, Selection(select=("ALL",))) == {line}
    assert _found(source, Selection()) == set()


@pytest.mark.parametrize(
    "line",
    [
        "return x.split(x.shape[1] // 2, dim=1)[0] * 2",
        "return torch.split(x, split_size_or_sections=x.shape[0])[0]",
        "torch._assert(x.shape[0] == 3, 'rows')",
        "x = x * float(np.prod(x.shape))",
        "n = np.maximum(x.shape[0], 2)",
        "n = np.sqrt(x.shape[0])",
        "n = np.eye(x.shape[0])",
        "y = [1.0, 2.0] * int(np.mean(list(x.shape)))",
        "name = 'rows of {}'.format(x.shape[0])",
        "assert_(x.size(0) > 2 and x.size(1) > 2, 'too small')",
    ],
)
def test_a_size_that_libraries_decide_by_is_found_on_request(line: str, tmp_path: Path) -> None:
    source = _program(f"{line}\nreturn x * 2")
    assert _warned_inside(source, tmp_path / "program.py")
    place = source.split("\n").index(" " * 8 + line) + 1
    assert _found(source, Selection(select=("ALL",))) == {place}
    assert _found(source, Selection()) == set()


def test_everything_that_is_known_to_decide_inside_was_run() -> None:
    assert set(INSIDE) == {name for names in taken_out.INSIDE.values() for name in names}


def _warned_inside(source: str, path: Path) -> bool:
    """Whether torch warns of lines of its own while it traces ``Net``."""
    import torch

    names: dict[str, object] = {"__name__": "program"}
    exec(compile(source, str(path), "exec"), names)
    net, example = names["Net"]().eval(), names["example"]()  # type: ignore[operator]
    with warnings.catch_warnings(record=True) as caught, torch.no_grad():
        warnings.simplefilter("always")
        torch.jit.trace(net, example, check_trace=False)
    return any(issubclass(one.category, torch.jit.TracerWarning) for one in caught)


def _split(table: str) -> list[str]:
    return [body.strip("\n") for body in table.split("\n---\n")]


def _program(body: str) -> str:
    return _PROGRAM.format(body=textwrap.indent(body, " " * 8))


def _warned(source: str, path: Path, *, ran_before: bool = False) -> tuple[set[int], object, object]:
    """The lines that torch warns of while it traces ``Net``; the module and the trace."""
    import torch

    path.write_text(source, encoding="utf-8")
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(source, str(path), "exec"), names)
    torch.manual_seed(1)
    net, example = names["Net"]().eval(), names["example"]()  # type: ignore[operator]
    if ran_before:
        net(*example)
    with warnings.catch_warnings(record=True) as caught, torch.no_grad():
        warnings.simplefilter("always")
        traced = torch.jit.trace(net, example, check_trace=False)
    lines = {
        one.lineno
        for one in caught
        if issubclass(one.category, torch.jit.TracerWarning) and one.filename == str(path)
    }
    return lines, net, traced


def _found(source: str, selection: Selection) -> set[int]:
    findings = check_source(source, "program.py", selection=selection).findings
    codes = {rule.code for rule in all_rules() if rule.code.startswith("CML1")}
    return {finding.range.start.line for finding in findings if finding.code in codes}


def _differs(net: object, traced: object) -> bool:
    """Whether the trace computes something else than eager on some input of the example's shape."""
    import torch

    torch.manual_seed(2)
    inputs = [-torch.rand(3, 4), torch.rand(3, 4) * 5, torch.randn(3, 4), torch.randn(3, 4) * 9]
    with torch.no_grad():
        return any(
            not torch.allclose(net(x), traced(x), equal_nan=True)  # type: ignore[operator]
            for x in inputs
        )


@pytest.mark.parametrize("body", _split(HARMLESS))
def test_a_harmless_warning_is_found_only_on_request(body: str, tmp_path: Path) -> None:
    source = _program(body)
    warned, net, traced = _warned(source, tmp_path / "program.py")
    assert warned, "torch doesn't warn"
    assert _found(source, Selection(select=("ALL",))) == warned
    assert _found(source, Selection()) == set()
    assert not _differs(net, traced)


#: Caches, which decide once they are filled. The lines that torch warns of then are marked.
CACHES = """\
if not hasattr(self, "seen") or self.seen != x.shape[0]:  #
    self.seen = x.shape[0]
return x * self.seen
---
self.size, self.row = getattr(self, "size", None), getattr(self, "row", None)
if self.row is None or (
    self.size != x.shape[1:]  #
):
    self.size = x.shape[1:]
    self.row = torch.arange(x.shape[1])
return x * self.row
"""


@pytest.mark.parametrize("body", _split(CACHES))
def test_what_the_call_before_left_decides_in_the_next(body: str, tmp_path: Path) -> None:
    source = _program(body)
    marked = {number for number, line in enumerate(source.split("\n"), 1) if line.endswith("  #")}
    assert _warned(source, tmp_path / "first.py")[0] == set()
    assert _warned(source, tmp_path / "program.py", ran_before=True)[0] == marked
    alone = source.partition("if __name__")[0]
    assert _found(alone, Selection(select=("CML105",))) == marked


@pytest.mark.parametrize("body", _split(QUIET))
def test_where_torch_is_quiet_nothing_is_found(body: str, tmp_path: Path) -> None:
    source = _program(body)
    warned, net, traced = _warned(source, tmp_path / "program.py")
    assert warned == set()
    assert not _warned_inside(source, tmp_path / "program.py")
    assert _found(source, Selection(select=("ALL",))) == set()
    assert not _differs(net, traced)


@pytest.mark.parametrize("body", _split(HARMFUL))
def test_a_harmful_warning_is_found(body: str, tmp_path: Path) -> None:
    source = _program(body)
    warned, net, traced = _warned(source, tmp_path / "program.py")
    assert warned, "torch doesn't warn"
    assert _found(source, Selection(select=("ALL",))) == warned
    assert _found(source, Selection()) <= warned
    assert _found(source, Selection()) != set()
    assert _differs(net, traced)
