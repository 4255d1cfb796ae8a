"""`convert` on examples/: each good one gives a model that opens again, with its inputs and outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.examples.conftest import REPOSITORY, Command

pytestmark = pytest.mark.convert

Shape = tuple[int, ...]


class Example(NamedTuple):
    target: str
    inputs: dict[str, Shape]
    output: Shape
    #: The programs and the network know their own inputs; a module has to be told.
    asks_for_inputs: bool = True
    suffix: str = ".mlpackage"


EXAMPLES = (
    Example("log10.py::Log10", {"x": (1, 3, 224, 224)}, (1, 3, 224, 224)),
    Example("two_inputs.py::GatedSum", {"left": (1024, 2048), "right": (1024, 2048)}, (1024, 2048)),
    Example("image_classifier.py::MobileClassifier", {"image": (1, 3, 224, 224)}, (1, 10)),
    Example("image_classifier.py::MobileClassifier(classes=7)", {"image": (2, 3, 64, 64)}, (2, 7)),
    Example("attention.py::SelfAttention", {"tokens": (1, 16, 64)}, (1, 16, 64)),
    Example("mil_sqrt.py::square_root", {"x": (1, 3, 16, 16)}, (1, 3, 16, 16), asks_for_inputs=False),
    Example(
        "mil_matmul.py::matrix_product",
        {"left": (123, 456), "right": (456, 789)},
        (123, 789),
        asks_for_inputs=False,
    ),
    Example(
        "mil_add.py::elementwise_add",
        {"left": (8, 128), "right": (8, 128)},
        (8, 128),
        asks_for_inputs=False,
    ),
    Example(
        "neural_network_cube.py::cube",
        {"x": (10, 20, 30)},
        (10, 20, 30),
        asks_for_inputs=False,
        suffix=".mlmodel",
    ),
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.target)
def test_a_good_example_converts_to_a_model_that_opens_again(
    example: Example, preflight: Command, tmp_path: Path
) -> None:
    import coremltools

    output = tmp_path / f"model{example.suffix}"
    inputs = [f"--input={name}={','.join(map(str, shape))}" for name, shape in example.inputs.items()]
    answer = preflight(
        "convert",
        f"examples/{example.target}",
        *(inputs if example.asks_for_inputs else ()),
        "--output-format",
        "json",
        "-o",
        output,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr
    report = json.loads(answer.stdout)
    assert report["outcome"] == "converted"
    assert [entry for entry in report["problems"] if entry["severity"] == "error"] == []
    assert {entry["name"]: tuple(entry["shape"]) for entry in report["inputs"]} == example.inputs
    assert [tuple(entry["shape"]) for entry in report["outputs"]] == [example.output]

    description = coremltools.models.MLModel(str(output), skip_model_load=True).get_spec().description
    assert shapes(description.input) == example.inputs
    assert list(shapes(description.output).values()) == [example.output]


def shapes(features) -> dict[str, Shape]:
    return {feature.name: tuple(feature.type.multiArrayType.shape) for feature in features}


def test_every_good_example_is_converted_here() -> None:
    files = {path.name for path in REPOSITORY.glob("examples/*.py")}
    assert files == {example.target.partition("::")[0] for example in EXAMPLES}
