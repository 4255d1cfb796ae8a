"""What Python gives anew at each call, and the tracer once: torch itself says which of these stay."""

from __future__ import annotations

from typing import Any

import pytest

from preflight_analyzers.check import check_source

NET = """\
import datetime
import random
import time
from datetime import datetime as moment
from random import uniform

import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, rate=0.5):
        super().__init__()
        self.rate = rate
        self.drawn = random.random()

    def forward(self, x: torch.Tensor):
        {}
"""

#: A body for ``forward``, and whether its trace keeps what the first call drew.
BODIES = [
    ("return x * random.random()", True),
    ("return x * uniform(1, 2)", True),
    ("return x * (2 + random.randint(0, 1000) / 7)", True),
    ("return x * random.choice([1.5, 2.5, 3.5, 4.5])", True),
    ("return x[:, random.sample(range(9), 5)]", True),
    ("return x * np.random.rand()", True),
    ("return x + torch.from_numpy(np.random.randn(9))", True),
    ("return x[:, torch.from_numpy(np.random.permutation(9))]", True),
    ("return x + torch.tensor(np.random.normal(0, 1))", True),
    ("return x + torch.full((9,), random.random())", True),
    ("return x * (time.perf_counter() % 1)", True),
    ("return x * moment.now().microsecond", True),
    ("return x * (datetime.datetime.now().timestamp() % 1)", True),
    ("start = random.randint(0, 4)\n        return x[:, start : start + 5]", True),
    ("if random.random() < 0.5:\n            return x * 2\n        return x * 3", True),
    ("return x * 2 if random.random() < self.rate else x * 3", True),
    ("return x * 2 if not self.training and random.random() < self.rate else x * 3", True),
    ("return x * 2 if self.training and random.random() < self.rate else x * 3", False),
    ("return x * 2 if random.random() < self.rate and self.training else x * 3", False),
    ("return x * 2 if random.random() < 2 or not self.training else x * 3", False),
    ("return x * self.drawn", False),
    ("return x * torch.rand(9)", False),
    ("return x + torch.randn_like(x)", False),
    ("unused = x * random.random()\n        return x", False),
    ("n = random.randint(0, 9)\n        assert 0 <= n < 10\n        return x", False),
    ("print(time.time())\n        return x", False),
]


def found(body: str) -> bool:
    return any(one.code == "CML109" for one in check_source(NET.format(body)).findings)


@pytest.mark.parametrize(("body", "stays"), BODIES)
def test_what_stays_is_found(body: str, stays: bool) -> None:
    assert found(body) is stays


@pytest.mark.convert
@pytest.mark.parametrize(("body", "stays"), BODIES)
def test_torch_agrees(body: str, stays: bool) -> None:
    import torch

    names: dict[str, Any] = {}
    exec(NET.format(body), names)
    net, x = names["Net"]().eval(), torch.rand(2, 9)
    traced = torch.jit.trace(net, x, check_trace=False)

    def varies(model: Any) -> bool:
        first = model(x)
        return any(not torch.equal(model(x), first) for _ in range(40))

    assert (varies(net) and not varies(traced)) is stays


def test_a_flag_that_is_not_known_may_decide_alone() -> None:
    assert not found("return x * 2 if random.random() < 0.5 and self.rate else x * 3")
