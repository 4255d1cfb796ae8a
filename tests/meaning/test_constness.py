"""Whether a tensor is a constant of the traced graph: it depends on no input."""

from __future__ import annotations

import textwrap

import pytest

from preflight_analyzers.meaning.values import Source, source_of
from tests.meaning.seen import calls_of

_NET = """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(4, 4)
        self.weight = nn.Parameter(torch.rand(4))
        self.register_buffer("buffer", torch.zeros(4))
        self.plain = torch.ones(4)
    def forward(self, x: torch.Tensor):
"""


def source_at_tanh(body: str) -> Source:
    """What the operand of ``torch.tanh`` depends on."""
    (call,) = calls_of(_NET + textwrap.indent(body, " " * 8) + "\n", "torch.tanh")
    return source_of(call.arguments.positional[0])


@pytest.mark.parametrize(
    "body",
    [
        "return torch.tanh(self.weight)",
        "return torch.tanh(self.buffer)",
        "return torch.tanh(self.plain)",
        "return torch.tanh(self.linear.weight)",
        "return torch.tanh(self.weight * 2 + self.buffer)",
        "return torch.tanh(torch.tensor([1.0, 2.0]))",
        "return torch.tanh(torch.zeros(3))",
        "return torch.tanh(torch.zeros(3, dtype=x.dtype, device=self.device))",
        "return torch.tanh(torch.tensor([]))",
        "return torch.tanh(torch.arange(4).float().view(2, 2))",
        "return torch.tanh(F.one_hot(torch.arange(3)))",
        "y = torch.zeros(4)\ny[0] = 1\nreturn torch.tanh(y)",
        "self.buffer.add_(1)\nreturn torch.tanh(self.buffer)",
        "y = torch.zeros(4)\nx.add_(1)\nreturn torch.tanh(y)",
    ],
)
def test_constant(body: str) -> None:
    assert source_at_tanh(body) <= Source.STATE


@pytest.mark.parametrize(
    ("body", "source"),
    [
        ("return torch.tanh(x)", Source.INPUT),
        ("return torch.tanh(x * self.weight)", Source.INPUT),
        ("return torch.tanh(torch.zeros(x.shape[0]))", Source.SHAPE),
        ("return torch.tanh(torch.zeros_like(x))", Source.SHAPE),
        ("return torch.tanh(x.new_zeros(3))", Source.SHAPE),
        ("self.buffer = x\nreturn torch.tanh(self.buffer)", Source.INPUT),
        ("self.buffer += x\nreturn torch.tanh(self.buffer)", Source.INPUT),
        ("self.buffer[0] = x[0]\nreturn torch.tanh(self.buffer)", Source.INPUT),
        ("self.buffer[0] += x[0]\nreturn torch.tanh(self.buffer)", Source.INPUT),
        ("self.buffer.copy_(x)\nreturn torch.tanh(self.buffer)", Source.INPUT),
        ("y = torch.zeros(4)\ny.add_(x)\nreturn torch.tanh(y)", Source.INPUT),
        ("y = torch.zeros(4)\ny[0] = x[0]\nreturn torch.tanh(y)", Source.INPUT),
        ("return torch.tanh(self.weight * self.unknown)", Source.UNSURE),
        ("return torch.tanh(torch.zeros(unknown()))", Source.UNSURE),
        ("y = torch.zeros(4)\ny[0] = unknown()\nreturn torch.tanh(y)", Source.UNSURE),
    ],
)
def test_not_constant(body: str, source: Source) -> None:
    assert source_at_tanh(body) is source
