from __future__ import annotations

import ast

from preflight_server.conversion.candidates import find_candidates, only_candidates

SOURCE = """
import coremltools as ct
import torch
import torch.nn as nn
from coremltools.converters.mil import Builder as mb
from coremltools.models.neural_network import NeuralNetworkBuilder
from elsewhere import Base

class Block(nn.Module):
    def __init__(self, width, depth=2): ...
    def forward(self, x, mask=None, *, scale): ...

class Net(Block):
    pass

class Far(Base):
    def forward(self, x): ...

class Plain:
    def forward(self, x): ...

def make(): return Net(3).eval()
def other(): return 3

model = make()
layers = nn.Sequential(nn.ReLU()).to("cpu")
weight = nn.Parameter(torch.rand(3))
number = other()

@mb.program(input_specs=[mb.TensorSpec(shape=(1,))])
def program(x): return x

builder = NeuralNetworkBuilder([], [])
other_builder = ct.models.neural_network.NeuralNetworkBuilder([], [])

if __name__ == "__main__":
    script_only = Net(3)
"""


def test_every_convertible_object_is_found_and_nothing_else() -> None:
    found = {one.name: one.kind for one in find_candidates(ast.parse(SOURCE))}
    assert found == {
        "Block": "module-class",
        "Net": "module-class",
        "Far": "module-class",
        "model": "module",
        "layers": "module",
        "program": "program",
        "builder": "builder",
        "other_builder": "builder",
    }


def test_parameters_are_inherited_and_those_with_defaults_left_out() -> None:
    net = next(one for one in find_candidates(ast.parse(SOURCE)) if one.name == "Net")
    assert net.parameters == ("x", "scale")
    assert net.constructor == ("width",)


def test_a_class_gives_way_to_its_instance() -> None:
    names = [one.name for one in only_candidates(find_candidates(ast.parse(SOURCE)))]
    assert "model" in names
    assert "Net" not in names
    assert "Block" in names
