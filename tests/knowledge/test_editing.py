"""One call in a program's text, changed so that a fact is true of it."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.convert

PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.m = nn.MaxPool2d(2)

    def forward(self, x, y):
        return {}


example = (torch.rand(2, 3), torch.rand(2, 3))
"""


def changed(call: str, api: str, names: list[str], *facts: tuple[str, Any]) -> list[str]:
    from preflight_server.knowledge_builder.editing import edited

    sources = edited(PROGRAM.format(call), api, names, facts)
    return [
        line.strip() for text in sources for line in text.splitlines() if "return" in line or "Pool" in line
    ]


@pytest.mark.parametrize(
    ("call", "api", "names", "fact", "expected"),
    [
        ("torch.sum(x, 1)", "torch.sum", ["self", "dim"], ("dim", 0), "return torch.sum(x, 0)"),
        ("torch.sum(x, dim=1)", "torch.sum", ["self", "dim"], ("dim", 0), "return torch.sum(x, dim=0)"),
        ("torch.sum(x)", "torch.sum", ["self", "dim"], ("dim", [0, 1]), "return torch.sum(x, dim=(0, 1))"),
        ("x.sum(1)", "torch.Tensor.sum", ["self", "dim"], ("dim", 0), "return x.sum(0)"),
        (
            "F.relu(x)",
            "torch.nn.functional.relu",
            ["input"],
            ("inplace", True),
            "return F.relu(x, inplace=True)",
        ),
        ("torch.add(x, y)", "torch.add", ["self"], ("alpha", float("inf")), "alpha=float('inf'))"),
        ("torch.sum(x)", "torch.sum", ["self"], ("dtype", "torch.float64"), "dtype=torch.float64)"),
        ("x * y", "torch.Tensor.__mul__", ["self", "other"], ("self.dtype", "int"), "x.to(torch.int64) * y"),
        ("x.sum()", "torch.Tensor.sum", ["self"], ("self.dtype", "bool"), "return (x > 0.5).sum()"),
    ],
)
def test_a_fact_is_set(call: str, api: str, names: list[str], fact: tuple[str, Any], expected: str) -> None:
    (_, line) = changed(call, api, names, fact)
    assert line.endswith(expected)


def test_of_a_module_the_constructor_is_changed() -> None:
    (made, _) = changed("self.m(x)", "torch.nn.MaxPool2d", ["kernel_size", "stride"], ("stride", 3))
    assert made == "self.m = nn.MaxPool2d(2, stride=3)"


def test_every_name_of_a_parameter_is_tried() -> None:
    lines = changed("torch.max(x)", "torch.max", ["self", "dim|other"], ("dim|other", 0))
    assert [line for line in lines if "return" in line] == [
        "return torch.max(x, dim=0)",
        "return torch.max(x, other=0)",
    ]


def test_a_program_that_cannot_be_changed_gives_none() -> None:
    assert changed("torch.sum(x) + torch.sum(y)", "torch.sum", ["self", "dim"], ("dim", 0)) == []
    assert changed("torch.mean(x)", "torch.sum", ["self", "dim"], ("dim", 0)) == []
    assert changed("torch.sum(x, 0)", "torch.sum", ["self", "dim"], ("dim", 0)) == []


def test_what_can_be_set() -> None:
    from preflight_server.knowledge_builder.editing import can_set

    assert can_set("dim", 0)
    assert can_set("self.dtype", "int")
    assert not can_set("self.dtype", "complex")
    assert not can_set("self.rank", 3)
    assert not can_set("*input.dtype", "int")
    assert not can_set("dtypes", "int")
