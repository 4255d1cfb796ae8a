"""Dtypes and shapes as they go through a program.

Each ``torch.clone(value)`` is a place to look; the comment says what the linter knows of the value there:
dtype and sizes, ``?`` for what it doesn't. The comments are held against the program itself, run by torch.
"""

from __future__ import annotations

import importlib
import re
import sys
import textwrap
from typing import Any

import pytest

from preflight_analyzers.meaning.analysis import analyze
from preflight_analyzers.meaning.events import ApiCall, Branch
from preflight_analyzers.meaning.places import range_of
from preflight_analyzers.meaning.truth import decide
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.meaning.values import Known, Plain, Source, Tensor, join, same

_HEAD = """\
import math
import torch
import torch.nn as nn
import torch.nn.functional as F

"""

PROGRAMS = {
    "layers": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
                self.stem = nn.Sequential(conv, nn.BatchNorm2d(8), nn.ReLU())
                self.pool = nn.MaxPool2d(2)
                self.head = nn.Linear(8, 10)
            def forward(self, x):
                y = self.stem(torch.zeros(2, 3, 32, 32))
                torch.clone(y)  # float32 2 8 16 16
                y = self.pool(y)
                torch.clone(y)  # float32 2 8 8 8
                y = self.head(y.mean((2, 3)))
                torch.clone(y)  # float32 2 10
                return y
        """,
    "a size read off a tensor gives another its shape": """
        class Net(nn.Module):
            def forward(self, x):
                y = torch.zeros(2, 12, 8, 8)
                b, c, h, w = y.shape
                torch.clone(y.view(b, c // 4, 4, h * w))  # float32 2 3 4 64
                torch.clone(y.reshape(y.size(0), -1))  # float32 2 768
                torch.clone(y[:, : c // 2, h - 1, 1:])  # float32 2 6 7
                torch.clone(y.new_zeros(int(h / 2), -w + 9))  # float32 4 1
                return y
        """,
    "operators and types": """
        class Net(nn.Module):
            def forward(self, x):
                y = torch.ones(3, 1, dtype=torch.int32)
                torch.clone(y / 2)  # float32 3 1
                torch.clone(2 - y)  # int32 3 1
                torch.clone(y + torch.ones(4, dtype=torch.float16))  # float16 3 4
                torch.clone(y > 0)  # bool 3 1
                torch.clone(-y.half())  # float16 3 1
                torch.clone(~(y == 1))  # bool 3 1
                z = y.float()
                z *= 2
                torch.clone(z @ torch.zeros(1, 5))  # float32 3 5
                torch.clone(abs(z).T)  # float32 1 3
                torch.clone(z.to(torch.float64).type_as(y))  # int32 3 1
                return y
        """,
    "subscripts": """
        class Net(nn.Module):
            def forward(self, x):
                y = torch.zeros(2, 3, 4, 5)
                torch.clone(y[0])  # float32 3 4 5
                torch.clone(y[..., None, ::2])  # float32 2 3 4 1 3
                torch.clone(y[:, torch.tensor([0, 1]), :, 0])  # float32 2 2 4
                torch.clone(y[y > 0])  # float32 ?
                torch.clone(y[:, [0, 2]])  # float32 2 2 4 5
                y[:, 0] = 1
                torch.clone(y)  # float32 2 3 4 5
                return y
        """,
    "several": """
        class Net(nn.Module):
            def forward(self, x):
                y = torch.zeros(2, 7, 4)
                a, b = y.split([3, 4], dim=1)
                torch.clone(b)  # float32 2 4 4
                torch.clone(y.chunk(2, dim=1)[1])  # float32 2 3 4
                values, places = y.max(dim=-1, keepdim=True)
                torch.clone(places)  # int64 2 7 1
                for part in y.unbind(2):
                    torch.clone(part)  # float32 2 7
                torch.clone(torch.cat([a, b, y], dim=1))  # float32 2 14 4
                torch.clone(torch.stack(y.unbind(1), dim=-1))  # float32 2 4 7
                return y
        """,
    "recurrent and attention": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(8, 16, num_layers=2, batch_first=True, bidirectional=True)
                self.attention = nn.MultiheadAttention(32, 4, batch_first=True)
            def forward(self, x):
                y, (h, c) = self.lstm(torch.zeros(3, 5, 8))
                torch.clone(y)  # float32 3 5 32
                torch.clone(h)  # float32 4 3 16
                y, weights = self.attention(y, y, y)
                torch.clone(weights)  # float32 3 5 5
                q = y.view(3, 5, 4, 8).transpose(1, 2)
                torch.clone(F.scaled_dot_product_attention(q, q, q))  # float32 3 4 5 8
                return y
        """,
    "parameters and buffers": """
        class Net(nn.Module):
            def __init__(self, width=6):
                super().__init__()
                self.conv = nn.Conv2d(4, 8, (1, 3), groups=2)
                self.scale = nn.Parameter(torch.ones(1, 8, 1, 1))
                self.register_buffer("places", torch.arange(9))
                self.table = nn.Parameter(torch.zeros(3, width))
            def forward(self, x):
                torch.clone(self.conv.weight)  # float32 8 2 1 3
                torch.clone(self.scale * self.conv.bias.view(8, 1, 1))  # float32 1 8 1 1
                torch.clone(self.places)  # int64 9
                torch.clone(self.table)  # float32 3 6
                return x
        """,
    "in place": """
        class Net(nn.Module):
            def forward(self, x):
                y = torch.zeros(2, 3)
                torch.clone(y.relu_().add_(torch.ones(3, dtype=torch.float64)))  # float32 2 3
                y.unsqueeze_(0)
                torch.clone(y)  # float32 1 2 3
                return y
        """,
    "paths that meet": """
        class Net(nn.Module):
            def forward(self, x):
                y = torch.zeros(1, 8)
                n = y.shape[1]
                for _ in range(x.shape[0]):
                    y = torch.cat([y, y])
                    n = n // 2
                torch.clone(y)  # float32 ? 8
                torch.clone(y.new_zeros(n, 2))  # float32 ? 2
                if x.sum() > 0:
                    z = torch.zeros(2, 3)
                else:
                    z = torch.zeros(2, 4, dtype=torch.int64)
                torch.clone(z)  # ? 2 ?
                return y
        """,
    "helpers called with tensors of other shapes": """
        def half(t):
            return t[:, : t.shape[1] // 2]
        class Net(nn.Module):
            def forward(self, x):
                torch.clone(half(torch.zeros(2, 8)))  # float32 2 4
                torch.clone(half(torch.zeros(2, 6)))  # float32 2 3
                return x
        """,
    "a convolution of one's own": """
        class Causal(nn.Conv1d):
            def __init__(self, width):
                super().__init__(width, 2 * width, 3, dilation=2)
            def forward(self, x):
                return super().forward(F.pad(x, (4, 0)))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.causal = Causal(4)
            def forward(self, x):
                torch.clone(self.causal(torch.zeros(1, 4, 20)))  # float32 1 8 20
                return x
        """,
    "a size unpacked tells how many there are": """
        class Net(nn.Module):
            def forward(self, x):
                b, c, h, w = x.shape
                torch.clone(x)  # ? ? ? ? ?
                torch.clone(x.float().flatten(2).transpose(1, 2))  # float32 ? ? ?
                torch.clone(x.mean(1).view(b, 1, -1))  # ? ? 1 ?
                return x
        """,
    "mixed precision": """
        class Net(nn.Module):
            def forward(self, x):
                with torch.autocast("cpu", dtype=torch.bfloat16):
                    y = torch.zeros(2, 3) @ torch.zeros(3, 4)
                    torch.clone(y)  # ? 2 4
                return y
        """,
    "what isn't known is left open": """
        class Net(nn.Module):
            def __init__(self, n=None):
                super().__init__()
                self.n = n or 3
                self.conv = nn.Conv2d(3, 4, 1)
                self.conv.stride = (2, 2)
                self.cast = nn.Linear(2, 2).half()
            def forward(self, x):
                torch.clone(x.permute(0, 2, 3, 1))  # ? ? ? ? ?
                torch.clone(x + 1)  # ? ...
                torch.clone(torch.zeros(2, self.n))  # float32 2 ?
                torch.clone(self.conv(torch.zeros(1, 3, 8, 8)))  # float32 ...
                torch.clone(self.cast.weight)  # ? 2 2
                return x
        """,
}


def program(name: str) -> str:
    return _HEAD + textwrap.dedent(PROGRAMS[name])


def told(value: object) -> str:
    """What is known of a tensor, as the comments write it."""
    assert isinstance(value, Tensor)
    sizes = ["..."] if value.shape is None else ["?" if size is None else str(size) for size in value.shape]
    return " ".join([value.dtype or "?", *sizes])


def expected(text: str) -> dict[int, str]:
    lines = enumerate(text.splitlines(), 1)
    return {number: line.rpartition("  # ")[2] for number, line in lines if "torch.clone(" in line}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_told(name: str) -> None:
    text = program(name)
    unit = Unit(text, "net.py")
    found: dict[int, set[str]] = {}
    for event in analyze(unit).modules[-1].runs[-1].events:
        if isinstance(event, ApiCall) and event.api == "torch.clone":
            line = range_of(unit, event.site.block, event.site.at).start.line
            found.setdefault(line, set()).add(told(event.arguments.positional[0]))
    assert found == {line: {comment} for line, comment in expected(text).items()}


@pytest.mark.convert
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_comments_are_true(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = importlib.import_module("torch")
    text = program(name)
    found: dict[int, list[str]] = {}

    def look(value: Any) -> Any:
        real = [str(value.dtype).removeprefix("torch."), *map(str, value.shape)]
        found.setdefault(sys._getframe(1).f_lineno, []).append(" ".join(real))
        return value

    monkeypatch.setattr(torch, "clone", look)
    namespace: dict[str, Any] = {}
    exec(compile(text, "net.py", "exec"), namespace)
    namespace["Net"]().eval()(torch.zeros(2, 3, 4, 5))
    comments = expected(text)
    assert found.keys() == comments.keys()
    for line, comment in comments.items():
        allowed = re.escape(comment).replace(r"\.\.\.", ".*").replace(r"\?", r"\w+")
        assert all(re.fullmatch(allowed, real) for real in found[line]), (comment, found[line])


def test_a_size_decides_nothing() -> None:
    text = (
        _HEAD
        + """
class Net(nn.Module):
    def forward(self, x):
        y = torch.zeros(2, 3)
        if y.shape[1] == 3:
            return y
        return y.numpy()
"""
    )
    events = analyze(Unit(text, "net.py")).modules[-1].runs[-1].events
    branches = [event for event in events if isinstance(event, Branch)]
    assert [decide(branch.value) for branch in branches] == [None]
    assert any(isinstance(event, ApiCall) and event.api.endswith("numpy") for event in events)


def test_the_number_of_axes_is_known() -> None:
    text = (
        _HEAD
        + """
class Net(nn.Module):
    def forward(self, x):
        y = torch.zeros(2, 3)
        if y.dim() == 3 or len(y.shape) == 4 or y.ndim == 1:
            y = torch.clone(y)
        return y
"""
    )
    events = analyze(Unit(text, "net.py")).modules[-1].runs[-1].events
    assert not any(isinstance(event, ApiCall) and event.api == "torch.clone" for event in events)


def test_sizes_are_told_apart() -> None:
    three, four = (Plain("int", Source.SHAPE, number) for number in (3, 4))
    assert not same(three, four)
    joined = join(three, four)
    assert isinstance(joined, Plain)
    assert (joined.kind, joined.source, joined.value) == ("int", Source.SHAPE, None)
    assert decide(three) is None
    assert isinstance(join(three, Known(3)), Plain)
