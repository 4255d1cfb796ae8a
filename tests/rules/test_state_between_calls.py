"""What one call leaves for the next: a later call of eager, held against the converted model."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import CheckOptions, check_source

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.count, self.past, self.list, self.done = 0, None, [], False
        self.plain = torch.zeros(1, 4)
        self.register_buffer("buffer", torch.zeros(1, 4))
        self.register_buffer("calls", torch.zeros(1))
        self.line = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor):
        {}


def example():
    return (torch.rand(1, 4),)
"""

#: A body for ``forward``, and whether its second call depends on the first.
BODIES = [
    ("self.count += 1\n        return x * self.count", True),
    ("self.count = self.count + 1\n        return x * 2 if self.count > 1 else x", True),
    ("start = self.count\n        self.count += x.shape[1]\n        return x + start", True),
    ("y = x if self.past is None else x + self.past\n        self.past = x\n        return y", True),
    ("if self.past is None:\n            self.past = self.line(x)\n        return x + self.past", True),
    ("self.plain = self.plain + x\n        return x * self.plain", True),
    ("self.buffer = self.buffer * 0.5 + x\n        return self.buffer", True),
    ("self.buffer.add_(x)\n        return x * self.buffer", True),
    ("self.buffer += 1\n        return x * self.buffer", True),
    ("self.calls += 1\n        return x * self.calls", True),
    ("y = x + self.buffer\n        self.buffer.mul_(0.5).add_(x)\n        return y", True),
    ("self.list.append(x)\n        return torch.cat(self.list).sum(0)", True),
    ("self.list.append(x)\n        return x - self.list[0]", True),
    ("self.count += 1\n        return x", False),
    ("self.calls += 1\n        return x", False),
    ("self.past = x * 2\n        return self.past + 1", False),
    ("self.list.append(x)\n        return x", False),
    ("self.list = []\n        self.list.append(x)\n        return torch.cat(self.list)", False),
    ("self.count = 0\n        self.count += 1\n        return x * self.count", False),
    ("self.buffer[:] = x\n        return self.buffer * 2", False),
    ("self.buffer[:, :2] = x[:, 2:]\n        return self.buffer * 2", False),
    ("self.plain = self.plain.to(x)\n        return x * self.plain", False),
    (
        "if self.past is None:\n            self.past = torch.ones(x.shape[1])\n        return x + self.past",
        False,
    ),
    ("if self.training:\n            self.count += 1\n        return x * self.count", False),
]


def found(program: str, frontend: str = "trace") -> bool:
    report = check_source(program, options=CheckOptions(frontend=frontend))
    return any(one.code == "CML110" for one in report.findings)


@pytest.mark.parametrize(("body", "depends"), BODIES)
def test_what_the_next_call_depends_on_is_found(body: str, depends: bool) -> None:
    assert found(NET.format(body)) is depends


@pytest.mark.convert
@pytest.mark.parametrize(("body", "depends"), BODIES)
def test_a_later_call_differs(body: str, depends: bool, evidence: ModuleType, tmp_path: Path) -> None:
    import torch

    program = evidence.Program(NET.format(body), tmp_path)
    eager, inputs = program.eager(), torch.rand(4, 1, 4)
    with torch.no_grad():
        expected = [eager(x).numpy() for x in inputs][-1]
    converted = evidence.evaluate(program.lower(), [inputs[-1].numpy()])
    assert evidence._close([expected], converted) is not depends


_CONVERTED = """
import coremltools as ct
import numpy as np

traced = torch.jit.trace(Net().eval(), example())
ct.convert(
    traced,
    inputs=[ct.TensorType(shape=(1, 4))],
    states=[ct.StateType(ct.TensorType(shape=(1, 4), dtype=np.float16), name="buffer")],
    minimum_deployment_target=ct.target.iOS18,
)
"""


def test_a_buffer_that_is_changed_in_place_can_be_a_state() -> None:
    in_place = NET.format("self.buffer.add_(x)\n        return x * self.buffer")
    assert found(in_place)
    assert not found(in_place + _CONVERTED)
    overwritten = "self.buffer.zero_()\n        self.buffer.add_(x)\n        return x * self.buffer"
    assert not found(NET.format(overwritten))
    assigned = NET.format("self.buffer = self.buffer + x\n        return x * self.buffer")
    assert found(assigned + _CONVERTED)


def test_an_exported_program_makes_states_of_buffers() -> None:
    assert not found(NET.format("self.buffer = self.buffer + x\n        return x * self.buffer"), "export")
    assert found(NET.format("self.plain = self.plain + x\n        return x * self.plain"), "export")


_OUTER = """
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = Net()

    def forward(self, x):
        return self.net(x)
"""


def test_a_state_of_a_submodule_is_found_where_it_is_changed() -> None:
    report = check_source(NET.format("self.count += 1\n        return x * self.count") + _OUTER)
    assert [(one.code, one.symbol) for one in report.findings] == [("CML110", "Net.forward")]
