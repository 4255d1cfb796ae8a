"""Inputs that a program says it traces and converts with, beside those that torch records in the trace."""

from __future__ import annotations

import textwrap
import warnings
from typing import Any

import pytest

from preflight_analyzers.meaning.values import Shape
from tests.meaning.seen import HEAD, operand

pytestmark = pytest.mark.convert

_ONE = "class Net(nn.Module):\n    def forward(self, x):\n        return torch.abs(x)\n"
_TWO = "class Net(nn.Module):\n    def forward(self, x, y):\n        return torch.abs(y) + x\n"

#: Each traces as ``traced`` and converts; the operand of ``torch.abs`` is looked at.
PROGRAMS = {
    "a tensor": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(1, 3, 8, 8))
ct.convert(traced, inputs=[ct.TensorType(shape=(1, 3, 8, 8))], convert_to="milinternal")
""",
    "a tuple": _TWO
    + """
traced = torch.jit.trace(Net().eval(), (torch.rand(3), torch.rand(2, 3)))
ct.convert(
    traced, inputs=[ct.TensorType(shape=(3,)), ct.TensorType(shape=(2, 3))], convert_to="milinternal"
)
""",
    "a list": _TWO
    + """
traced = torch.jit.trace(Net().eval(), [torch.rand(3), torch.rand(2, 3)])
ct.convert(traced, inputs=[ct.TensorType(shape=(3,)), ct.TensorType(shape=(2, 3))], convert_to="milinternal")
""",
    "integers": _ONE.replace("abs(x)", "abs(x) * x")
    + """
traced = torch.jit.trace(Net().eval(), torch.ones(2, 5, dtype=torch.int64))
ct.convert(traced, inputs=[ct.TensorType(shape=(2, 5), dtype=np.int32)], convert_to="milinternal")
""",
    "python's float": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(2))
ct.convert(traced, inputs=[ct.TensorType("x", (2,), float)], convert_to="milinternal")
""",
    "a flexible axis": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(1, 4, 6))
shape = (1, 4, ct.RangeDim(1, 8))
ct.convert(traced, inputs=[ct.TensorType(shape=shape)], convert_to="milinternal")
""",
    "several shapes": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(1, 4, 6))
shapes = ct.EnumeratedShapes(shapes=[(1, 4, 6), (1, 4, 9)])
ct.convert(traced, inputs=[ct.TensorType(shape=shapes)], convert_to="milinternal")
""",
    "an image": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(1, 3, 8, 8))
image = ct.ImageType(name="x", shape=(1, 3, 8, 8), scale=1 / 255.0)
ct.convert(traced, inputs=[image], convert_to="milinternal")
""",
    "a grey image": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(1, 1, 8, 8))
image = ct.ImageType("x", (1, 1, 8, 8), color_layout=ct.colorlayout.GRAYSCALE)
ct.convert(traced, inputs=[image], convert_to="milinternal")
""",
    "a function that converts": _ONE
    + """
def convert(net, example):
    traced = torch.jit.trace(net.eval(), example)
    inputs = [ct.TensorType(shape=(2, 7))]
    return traced, ct.convert(traced, inputs=inputs, convert_to="milinternal")

traced, _ = convert(Net(), torch.rand(2, 7))
""",
    "a model made by a function": _ONE
    + """
def made():
    net = Net()
    net.eval()
    return net

traced = torch.jit.trace(made(), torch.rand(5))
ct.convert(traced, inputs=[ct.TensorType(shape=(5,))], convert_to="milinternal")
""",
    "layers of torch": _ONE
    + """
net = nn.Sequential(Net(), nn.Linear(4, 2)).eval()
traced = torch.jit.trace(net, torch.rand(1, 4))
ct.convert(traced, inputs=[ct.TensorType(shape=(1, 4))], convert_to="milinternal")
""",
    "a model in a model": _ONE
    + """
class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Net()
    def forward(self, image):
        return self.inner(image) * 2

traced = torch.jit.trace(Outer().eval(), torch.rand(1, 2))
ct.convert(traced, inputs=[ct.TensorType(shape=(1, 2))], convert_to="milinternal")
""",
    "a function": """
def f(x):
    return torch.abs(x)

traced = torch.jit.trace(f, torch.rand(6))
""",
    "a lambda": _ONE
    + """
net = Net().eval()
traced = torch.jit.trace(lambda x: net(x), (torch.rand(6),))
""",
    "a tuple in a tuple": """
class Net(nn.Module):
    def forward(self, pair, z):
        x, y = pair
        return torch.abs(y) + x + z

traced = torch.jit.trace(Net().eval(), ((torch.rand(3), torch.rand(2, 3)), torch.rand(3)))
inputs = [(ct.TensorType(shape=(3,)), ct.TensorType(shape=(2, 3))), ct.TensorType(shape=(3,))]
ct.convert(traced, inputs=inputs, convert_to="milinternal")
""",
    "by its name": _TWO
    + """
traced = torch.jit.trace(
    Net().eval(), example_kwarg_inputs={"x": torch.rand(3), "y": torch.rand(2, 3)}
)
inputs = [ct.TensorType(shape=(3,)), ct.TensorType(shape=(2, 3))]
ct.convert(traced, inputs=inputs, convert_to="milinternal")
""",
    "what a default leaves out": """
class Net(nn.Module):
    def forward(self, x, mask=None, scale=2.0):
        if mask is not None:
            x = x * torch.abs(mask)
        return x * scale

traced = torch.jit.trace(Net().eval(), (torch.rand(2, 3), torch.rand(2, 1)))
inputs = [ct.TensorType(shape=(2, 3)), ct.TensorType(shape=(2, 1))]
ct.convert(traced, inputs=inputs, convert_to="milinternal")
""",
    "a scalar": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.tensor(1.0).reshape(1))
ct.convert(traced, inputs=[ct.TensorType(shape=[1])], convert_to="milinternal")
""",
    "the shape of the example": _ONE
    + """
example = torch.randint(0, 9, (1, 4))
traced = torch.jit.trace(Net().eval(), example)
inputs = [ct.TensorType(name="x", shape=example.shape, dtype=np.int32)]
ct.convert(traced, inputs=inputs, convert_to="milinternal")
""",
    "a module's parameters": """
class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.layer = nn.Linear(width, 2 * width)
    def forward(self, x):
        return torch.abs(self.layer(x * self.scale).transpose(1, 2))

traced = torch.jit.trace(Net(4).eval(), torch.rand(1, 3, 4))
ct.convert(traced, inputs=[ct.TensorType(shape=(1, 3, 4))], convert_to="milinternal")
""",
    "two conversions": _ONE
    + """
traced = torch.jit.trace(Net().eval(), torch.rand(1, 4))
for width in (4, 8):
    ct.convert(traced, inputs=[ct.TensorType(shape=(1, width))], convert_to="milinternal")
""",
}
#: Known by ``convert(inputs=)`` not to be sizes of every input.
FLEXIBLE: dict[str, Shape | None] = {"a flexible axis": (1, 4, None), "several shapes": (1, 4, None)}


def traced_operand(program: str) -> tuple[str, list[int]]:
    """The dtype and shape of what the trace gives to abs."""
    import torch

    names: dict[str, Any] = {"__name__": "net"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(HEAD + program, names)
    graph = names["traced"].inlined_graph  # owns its nodes
    node = graph.findNode("aten::abs")
    kind = node.inputsAt(0).type()
    assert isinstance(kind.dtype(), torch.dtype)
    return str(kind.dtype()).removeprefix("torch."), kind.sizes()


@pytest.mark.parametrize("what", PROGRAMS)
def test_the_operand_is_what_torch_traces(what: str) -> None:
    program = textwrap.dedent(PROGRAMS[what])
    real_dtype, real_shape = traced_operand(program)
    dtype, shape = operand(program, "torch.abs")
    assert dtype == real_dtype
    assert shape == FLEXIBLE.get(what, tuple(real_shape))
