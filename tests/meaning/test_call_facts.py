"""What is known of a call, as flat facts."""

from __future__ import annotations

from typing import Any

import pytest

from preflight_analyzers.meaning.analysis import analyze
from preflight_analyzers.meaning.call_facts import CallFacts, Signature
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.unit import Unit

PROGRAM = """\
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2, dilation=2)
        self.w = nn.Parameter(torch.zeros(3, 4))

    def forward(self, x, n):
        return {}


traced = torch.jit.trace(Net().eval(), (torch.rand(1, 3, 8, 8), torch.zeros(2, dtype=torch.int32)))
"""


def facts(code: str, api: str, signature: Signature, forward: Signature = ()) -> dict[str, Any]:
    events = analyze(Unit(PROGRAM.format(code), "net.py")).events
    (event,) = {e.node.at: e for e in reversed(events) if isinstance(e, ApiCall) and e.api == api}.values()
    return dict(CallFacts(event, signature, forward))


SUM: Signature = (("self", None), ("dim", None), ("keepdim", [False]), ("*dtype", [None]))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("torch.sum(x)", {"self.dtype": "float", "self.rank": 4, "self.const": False, "dim.type": "absent"}),
        ("torch.sum(n)", {"self.dtype": "int", "self.rank": 1, "keepdim": False, "dtype": None}),
        ("torch.sum(self.w)", {"self.const": True, "self.rank": 2, "self.empty": False}),
        ("torch.sum(x, -1)", {"dim": -1, "dim.axis": 3, "dim.axis-rank": -1, "dim.type": "int"}),
        ("torch.sum(x, dim=(1, 2))", {"dim": (1, 2), "dim.len": 2, "dim.min": 1, "dim.len-rank": -2}),
        ("torch.sum(x, 1, True)", {"keepdim": True, "dim": 1}),
        ("torch.sum(x, dtype=torch.float64)", {"dtype": "torch.float64", "dtype.type": "name"}),
        ("torch.sum(input=x > 0)", {"self.dtype": "bool"}),
    ],
)
def test_arguments_are_facts_of_their_parameters(code: str, expected: dict[str, Any]) -> None:
    assert expected.items() <= facts(code, "torch.sum", SUM).items()


def test_a_fact_that_is_not_known_is_left_out() -> None:
    known = facts("torch.sum(x.view(unknown()), unknown())", "torch.sum", SUM)
    assert "self.rank" not in known
    assert not any(name.startswith("dim") for name in known)


def test_numbers_spread_over_the_arguments_are_a_tuple() -> None:
    known = facts("x.repeat(2, 1, 1, 1, 1)", "torch.Tensor.repeat", (("self", None), ("repeats", None)))
    assert known["repeats.len"] == 5
    assert known["repeats.len-rank"] == 1


def test_tensors_in_a_list_share_what_all_of_them_are() -> None:
    known = facts("torch.cat([x, x * 2], 1)", "torch.cat", (("tensors", None), ("dim", [0])))
    assert known["tensors.type"] == "tensors"
    assert known["tensors.rank"] == 4
    mixed = facts("torch.stack([n, n > 0])", "torch.stack", (("tensors", None), ("dim", [0])))
    assert "tensors.dtype" not in mixed
    assert mixed["dtypes"] == "bool,int"


def test_of_a_module_its_constructor_and_its_inputs_count() -> None:
    signature: Signature = (("kernel_size", None), ("stride", [None]), ("padding", [0]), ("dilation", [1]))
    known = facts("self.pool(x)", "torch.nn.MaxPool2d", signature, (("input", None),))
    assert (known["kernel_size"], known["dilation"], known["*input.rank"]) == (2, 2, 4)


def test_it_is_told_which_results_are_used() -> None:
    topk: Signature = (("self", None), ("k", None))
    assert facts("torch.topk(x, 2)", "torch.topk", topk)["results.more"] is True
    assert facts("torch.topk(x, 2)[0]", "torch.topk", topk)["results.more"] is False
    assert facts("torch.topk(x, 2).indices", "torch.topk", topk).get("results.more") is not False


def test_parameters_of_overloads_go_by_any_of_their_names() -> None:
    signature: Signature = (("self", None), ("dim|other", None))
    assert facts("torch.max(x, dim=1)", "torch.max", signature)["dim|other"] == 1
    assert facts("torch.max(x, other=x)", "torch.max", signature)["dim|other.type"] == "tensor"
