from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from preflight_server.conversion.errors import NeedsInputs, UsageError
from preflight_server.conversion.inputs import InputSpec
from preflight_server.conversion.recipe import find_inputs, settings_for
from preflight_server.conversion.target import find_target

HEAD = """
import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, channels=3):
        super().__init__()
        self.first = nn.Conv2d(channels, 8, 3)

    def forward(self, image):
        return self.first(image)
"""


def inputs(folder: Path, target: str) -> tuple[InputSpec, ...]:
    found = find_target(target, folder)
    return find_inputs(found, settings_for(found))


@pytest.mark.parametrize(
    ("script", "spec"),
    [
        ("t = torch.jit.trace(Net(), torch.rand(1, 3, 8, 8))", InputSpec(None, (1, 3, 8, 8))),
        (
            "m = Net().eval()\nx = torch.zeros((2, 3, 4, 4))\ntorch.jit.trace(m, x)",
            InputSpec(None, (2, 3, 4, 4)),
        ),
        (
            "m = Net()\nm = m.eval()\ntorch.jit.trace(m, (torch.ones(1, 3, 5, 5),))",
            InputSpec(None, (1, 3, 5, 5)),
        ),
        (
            "s = (1, 3, 6, 6)\ntorch.jit.trace(Net(), example_inputs=torch.rand(*s))",
            InputSpec(None, (1, 3, 6, 6)),
        ),
        ("n = 7\ntorch.export.export(Net(), (torch.rand(1, 3, n, n),))", InputSpec(None, (1, 3, 7, 7))),
        ("torch.jit.trace(Net(), torch.randint(0, 9, (1, 3)))", InputSpec(None, (1, 3), "int64")),
        ("torch.jit.trace(Net(), torch.rand(1, 3).half())", InputSpec(None, (1, 3), "float16")),
        ("torch.jit.trace(Net(), torch.zeros(1, 3, dtype=torch.int32))", InputSpec(None, (1, 3), "int32")),
    ],
)
def test_the_files_own_trace_tells_the_shape(
    write: Callable[..., Path], script: str, spec: InputSpec
) -> None:
    body = "".join(f"    {line}\n" for line in script.splitlines())
    folder = write("net.py", f"{HEAD}\nif __name__ == '__main__':\n{body}")
    assert inputs(folder, "net.py::Net") == (spec,)


def test_a_trace_of_something_else_does_not(write: Callable[..., Path]) -> None:
    folder = write(
        "net.py", HEAD + "\nclass Other(nn.Module): pass\ntorch.jit.trace(Other(), torch.rand(1))\n"
    )
    with pytest.raises(NeedsInputs):
        inputs(folder, "net.py::Net")


def test_settings_go_before_the_trace(write: Callable[..., Path]) -> None:
    write("src/net.py", HEAD + "\ntorch.jit.trace(Net(), torch.rand(1, 3, 8, 8))\n")
    folder = write(
        "pyproject.toml",
        "[tool.coreml-preflight.targets]\n"
        '"src/net.py::Net" = {inputs = ["image=1,3,32,32"], output = "a.mlpackage"}\n',
    )
    assert inputs(folder, "src/net.py::Net") == (InputSpec("image", (1, 3, 32, 32)),)
    assert settings_for(find_target("src/net.py", folder))["output"] == "a.mlpackage"
    assert settings_for(find_target("src/net.py::Net(4)", folder)) == {}


def test_settings_that_can_not_be_read_are_a_question_of_usage(write: Callable[..., Path]) -> None:
    write("net.py", HEAD)
    folder = write(
        "pyproject.toml", '[tool.coreml-preflight.targets]\n"net.py::Net" = {inputs = ["image=big"]}\n'
    )
    with pytest.raises(UsageError, match=r"pyproject\.toml.*whole numbers"):
        inputs(folder, "net.py::Net")


@pytest.mark.parametrize(
    ("layer", "guess"),
    [
        ("nn.Conv2d(channels, 8, 3)", "--input image=1,3,224,224"),
        ("nn.Linear(784, 10)", "--input image=1,784"),
        ("nn.Sequential(nn.Flatten(), nn.Linear(in_features=9, out_features=2))", "--input image=1,9"),
        ("nn.Embedding(100, 8)", "--input image=1,16:int32"),
    ],
)
def test_the_first_layer_is_only_a_suggestion(write: Callable[..., Path], layer: str, guess: str) -> None:
    folder = write("net.py", HEAD.replace("nn.Conv2d(channels, 8, 3)", layer))
    with pytest.raises(NeedsInputs) as question:
        inputs(folder, "net.py::Net")
    assert str(question.value).endswith(guess)
    assert question.value.parameters == ("image",)
    assert [f"--input {spec}" for spec in question.value.guess] == [guess]
