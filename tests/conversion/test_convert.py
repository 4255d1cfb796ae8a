"""Each kind of target is converted, and the saved model opened again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from preflight_server.conversion.errors import NeedsInputs, UsageError
from preflight_server.conversion.request import Progress

from .conftest import Bench, left_behind

pytestmark = pytest.mark.convert

NET = """
import torch
import torch.nn as nn
from near import double

class Net(nn.Module):
    def __init__(self, width=3):
        super().__init__()
        self.first = nn.Linear(width, 2)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x, y=None, scale=None):
        x = double(self.dropout(self.first(x)))
        return x if scale is None else x * scale

class Embed(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 4)

    def forward(self, ids, mask):
        return self.table(ids) * mask.unsqueeze(-1)

class Attend(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(8, 2, batch_first=True)

    def forward(self, x):
        return self.layer(x)

class Keyword(nn.Module):
    def forward(self, x, *, scale):
        return x * scale

def make():
    return Net(4)

zoo = {"small": Net(5).eval()}
training = Net(6)
"""

PROGRAM = """
import coremltools as ct
from coremltools.converters.mil import Builder as mb

@mb.program(input_specs=[mb.TensorSpec(shape=(2, 3))])
def plain(x):
    return mb.sqrt(x=x, name="root")

@mb.program(input_specs=[mb.TensorSpec(shape=(2, 3))], opset_version=ct.target.iOS17)
def newer(x):
    return mb.add(x=x, y=1.0, name="total")
"""

BUILDER = """
from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder

cube = NeuralNetworkBuilder(
    [("x", datatypes.Array(10, 20, 30))], [("y", None)], disable_rank5_shape_mapping=True
)
cube.add_unary(name="cube", input_name="x", output_name="y", mode="power", alpha=3)
"""


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    write("my models/near.py", "def double(x): return x * 2\n")
    write("my models/net.v2.py", NET)
    write("program.py", PROGRAM)
    return write("builder.py", BUILDER)


@pytest.mark.parametrize(
    ("expression", "inputs", "expected", "output"),
    [
        ("Net", ["1,3"], {"x": (1, 3)}, (1, 2)),
        ("Net(width=7)", ["x=2,7"], {"x": (2, 7)}, (2, 2)),
        ("make", ["1,4"], {"x": (1, 4)}, (1, 2)),
        ("make()", ["1,4"], {"x": (1, 4)}, (1, 2)),
        ("zoo['small']", ["1,5"], {"x": (1, 5)}, (1, 2)),
        ("Net()", ["scale=1,2", "x=1,3"], {"x": (1, 3), "scale": (1, 2)}, (1, 2)),
        ("Embed", ["1,16:int32", "1,16"], {"ids": (1, 16), "mask": (1, 16)}, (1, 16, 4)),
        ("Keyword", ["x=1,3", "scale=1,3"], {"x": (1, 3), "scale": (1, 3)}, (1, 3)),
    ],
)
def test_a_module_converts(
    bench: Bench,
    folder: Path,
    expression: str,
    inputs: list[str],
    expected: dict[str, tuple[int, ...]],
    output: tuple[int, ...],
) -> None:
    import coremltools as ct

    report = bench.convert(folder, f"my models/net.v2.py::{expression}", *inputs, output="out.mlpackage")
    assert report.converted, report.problems
    assert {one.name: one.shape for one in report.inputs} == expected
    assert [one.shape for one in report.outputs] == [output]
    spec = ct.models.MLModel(str(folder / "out.mlpackage"), skip_model_load=True).get_spec()
    opened = {one.name: tuple(one.type.multiArrayType.shape) for one in spec.description.input}
    assert opened == expected
    assert [one.name for one in spec.description.output] == [one.name for one in report.outputs]
    assert report.size
    assert sum(report.torch_ops.values()) > 0
    assert sum(report.mil_ops.values()) > 0
    assert set(report.seconds) == {"start", "load", "trace", "convert", "save"}
    assert left_behind(folder) == []
    assert not list(folder.rglob("__pycache__"))


def test_attention_is_traced_in_parts_that_convert(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "my models/net.v2.py::Attend", "1,4,8")
    assert report.converted, report.problems
    assert report.frontend == "trace"


@pytest.mark.parametrize(("name", "version"), [("plain", 6), ("newer", 8)])
def test_a_program_converts_for_the_oldest_system_it_can(
    bench: Bench, folder: Path, name: str, version: int
) -> None:
    import coremltools as ct

    report = bench.convert(folder, f"program.py::{name}")
    assert report.converted, report.problems
    assert report.output == f"{name}.mlpackage"
    assert report.frontend is None
    spec = ct.models.MLModel(str(folder / report.output), skip_model_load=True).get_spec()
    assert spec.specificationVersion == version
    assert [tuple(one.type.multiArrayType.shape) for one in spec.description.input] == [(2, 3)]


def test_a_builder_is_saved_as_mlmodel(bench: Bench, folder: Path) -> None:
    import coremltools as ct

    report = bench.convert(folder, "builder.py")
    assert report.converted, report.problems
    assert report.output == "cube.mlmodel"
    assert report.layers == {"unary": 1}
    spec = ct.utils.load_spec(str(folder / "cube.mlmodel"))
    assert list(spec.description.input[0].type.multiArrayType.shape) == [10, 20, 30]


def test_a_file_of_a_package_is_imported_as_part_of_it(bench: Bench, write: Callable[..., Path]) -> None:
    write("pk/__init__.py", "")
    write("pk/maths.py", "def double(x): return x * 2\n")
    write("pk/nets/__init__.py", "")
    folder = write(
        "pk/nets/net.py",
        "import torch\nfrom ..maths import double\n"
        "class Net(torch.nn.Module):\n    def forward(self, x): return double(x)\n",
    )
    assert bench.convert(folder, "pk/nets/net.py::Net", "1,3").converted


def test_a_script_is_loaded_without_converting_by_itself(bench: Bench, write: Callable[..., Path]) -> None:
    folder = write(
        "script.py",
        "import torch\nimport coremltools as ct\n"
        "class Net(torch.nn.Module):\n    def forward(self, x): return torch.relu(x)\n"
        "model = Net().eval()\n"
        "traced = torch.jit.trace(model, torch.rand(1, 4))\n"
        "saved = ct.convert(traced, inputs=[ct.TensorType(shape=(1, 4))])\n"
        "saved.save('by_itself.mlpackage')\n"
        "rows = saved.predict({})['y'].shape[0] + 1\n",
    )
    report = bench.convert(folder, "script.py")
    assert report.converted, report.problems
    assert report.inputs[0].shape == (1, 4)
    assert not (folder / "by_itself.mlpackage").exists()
    assert [problem.span.line for problem in report.problems if problem.span] == [7, 9]


def test_training_mode_is_told_where_the_user_left_it_on(bench: Bench, folder: Path) -> None:
    ours = bench.convert(folder, "my models/net.v2.py::Net", "1,3", output="a.mlpackage")
    assert [problem.severity for problem in ours.problems] == ["info"]
    theirs = bench.convert(folder, "my models/net.v2.py::training", "1,6", output="b.mlpackage")
    assert [(problem.severity, problem.span.line) for problem in theirs.problems if problem.span] == [
        ("warning", NET.splitlines().index("training = Net(6)") + 1)
    ]


def test_progress_goes_through_the_stages_and_never_back(bench: Bench, folder: Path) -> None:
    seen: list[Progress] = []
    bench.convert(folder, "my models/net.v2.py::Net", "1,3", on_progress=seen.append)
    assert list(dict.fromkeys(one.stage for one in seen)) == ["start", "load", "trace", "convert", "save"]
    fractions = [one.fraction for one in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len([one for one in seen if one.stage == "convert"]) > 10


def test_an_output_is_replaced_only_when_asked_and_kept_when_the_new_one_fails(
    bench: Bench, folder: Path
) -> None:
    target = "my models/net.v2.py::Net"
    old = folder / "out.mlpackage"
    old.mkdir()
    (old / "mine").write_text("old")
    with pytest.raises(UsageError, match="--overwrite"):
        bench.convert(folder, target, "1,3", output="out.mlpackage")
    failed = bench.convert(folder, target, "1,4", output="out.mlpackage", overwrite=True)
    assert failed.outcome == "trace-failed"
    assert (old / "mine").read_text() == "old"
    done = bench.convert(folder, target, "1,3", output="out.mlpackage", overwrite=True)
    assert done.converted
    assert not (old / "mine").exists()
    assert (old / "Manifest.json").exists()
    assert left_behind(folder) == []


def test_what_only_the_worker_can_know_is_asked_all_the_same(bench: Bench, folder: Path) -> None:
    with pytest.raises(NeedsInputs, match="--input x=1,4") as question:
        bench.convert(folder, "my models/net.v2.py::make")
    assert question.value.parameters == ("x",)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        (["z=1,3"], "no parameter 'z' in forward(x, y, scale)"),
        (["x=1,3", "x=1,3"], "given twice"),
        (["1,3", "1", "1", "1"], "4 inputs are given"),
        (["scale=1,3"], "no shape for x"),
    ],
)
def test_inputs_that_do_not_fit_forward_are_refused(
    bench: Bench, folder: Path, inputs: list[str], says: str
) -> None:
    with pytest.raises(UsageError) as error:
        bench.convert(folder, "my models/net.v2.py::Net", *inputs)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
