"""Which results of a call reach what the model returns, beside what torch's own trace keeps of them."""

from __future__ import annotations

import textwrap
import warnings
from typing import Any

import pytest

from tests.meaning.seen import HEAD, calls_of

#: The body of ``forward(self, x)``, and the results of its ``torch.topk`` (numbered from 0) that are used.
USES: dict[str, tuple[str, set[int]]] = {
    "one of two": ("v, i = torch.topk(x, 2)\nreturn v * 2", {0}),
    "the other one": ("return torch.topk(x, 2)[1]", {1}),
    "both, as a whole": ("return torch.topk(x, 2)", {0, 1}),
    "by its name": ("return torch.topk(x, 2).indices + 1", {1}),
    "by the method's": ("return x.topk(2).values", {0}),
    "through other calls": ("v, i = torch.topk(x, 2)\nj = (i + 1).float()\nreturn torch.cat([v, j])", {0, 1}),
    "nothing": ("v, i = torch.topk(x, 2)\nreturn x", set()),
    "by what is dropped": ("v, i = torch.topk(x, 2)\nj = i * 2\nreturn v", {0}),
    "by Python alone": ("v, i = torch.topk(x, 2)\nif i.sum() > 0:\n    pass\nreturn v", {0}),
    "stored, never read": ("v, self.i = torch.topk(x, 2)\nreturn v", {0}),
    "stored and read": ("v, self.i = torch.topk(x, 2)\nreturn v + self.read()", {0, 1}),
    "in a dict": ("v, i = torch.topk(x, 2)\nreturn {'v': v, 'i': i}", {0, 1}),
    "in a list": (
        "o = []\nfor t in torch.topk(x, 2):\n    o.append(t + 1)\nreturn torch.stack(o)",
        {0, 1},
    ),
    "written in place": ("v, i = torch.topk(x, 2)\ny = torch.zeros(4, 2)\ny.add_(i)\nreturn y", {1}),
    "written and dropped": ("v, i = torch.topk(x, 2)\ny = torch.zeros(4, 2)\ny.add_(i)\nreturn v", {0}),
    "written to a part": ("v, i = torch.topk(x, 2)\ny = v * 2\ny[0] = i[0]\nreturn y", {0, 1}),
    "added up": ("v, i = torch.topk(x, 2)\nreturn sum([v, v])", {0}),
    "through a function": ("v, i = torch.topk(x, 2)\nreturn swap(v, i)[0]", {1}),
    "a function called twice": ("v, i = torch.topk(x, 2)\na = twice(i.float())\nb = twice(v)\nreturn b", {0}),
    "through a module": ("v, i = torch.topk(x, 2)\nreturn self.f(v)", {0}),
    "written to a part, dropped": ("v, i = torch.topk(x, 2)\ny = v * 2\ny[0] = i[0]\nreturn v", {0}),
    "on a path taken": ("v, i = torch.topk(x, 2)\nif x.dim() == 2:\n    return v\nreturn i", {0}),
}
#: What the trace uses, and isn't sure before it: it depends on the rank of the input.
UNSURE = ("on a path taken",)

_PROGRAM = """\
def swap(a, b):
    return b + 0, a + 0
def twice(t):
    return t * 2
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.ReLU()
    def read(self):
        return self.i
    def forward(self, x):
"""


def program(body: str) -> str:
    return _PROGRAM + textwrap.indent(body, " " * 8) + "\n"


@pytest.mark.parametrize("what", USES)
def test_used_results(what: str) -> None:
    body, expected = USES[what]
    source = program(body)
    found = [call.uses.results for call in calls_of(source, "torch.topk")]
    found += [call.uses.results for call in calls_of(source, "torch.Tensor.topk")]
    assert found == [set() if what in UNSURE else expected]


def test_nested_results_are_numbered_in_order() -> None:
    source = program("out, (h, c) = self.rnn(x)\nreturn c").replace("self.f =", "self.rnn = nn.LSTM(4, 4)\n#")
    (call,) = calls_of(source, "torch.nn.LSTM")
    assert call.uses.results == {2}


def test_a_helper_shared_by_two_modules_is_used_by_each_for_itself() -> None:
    source = """
        def best(t):
            return torch.topk(t, 2)
        class First(nn.Module):
            def forward(self, x):
                return best(x)[0].relu()
        class Second(nn.Module):
            def forward(self, x):
                return best(x)[1].relu()
        """
    assert [call.uses.results for call in calls_of(source, "torch.topk")] == [{0}, {1}]


@pytest.mark.convert
@pytest.mark.parametrize("what", USES)
def test_the_trace_keeps_the_same_results(what: str) -> None:
    import torch

    body, expected = USES[what]
    names: dict[str, Any] = {}
    exec(HEAD + program(body), names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(names["Net"]().eval(), torch.rand(4, 4), check_trace=False, strict=False)
    graph = traced.inlined_graph
    reached: set[str] = set()
    pending = list(graph.outputs())
    # An assignment to a part gives nothing; torch drops it where nobody sees what it writes.
    pending += [node.output() for node in graph.findAllNodes("aten::copy_")]
    while pending:
        value = pending.pop()
        if value.debugName() not in reached:
            reached.add(value.debugName())
            pending.extend(value.node().inputs())
    kept = {
        number
        for node in graph.findAllNodes("aten::topk")
        for number, value in enumerate(node.outputs())
        if value.debugName() in reached
    }
    assert kept == expected
