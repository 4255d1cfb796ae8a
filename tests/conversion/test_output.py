from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from preflight_server.conversion.errors import UsageError
from preflight_server.conversion.output import choose_output, put_in_place
from preflight_server.conversion.target import Target, find_target

SOURCE = """
import torch
from coremltools.models.neural_network import NeuralNetworkBuilder
class Net(torch.nn.Module):
    def forward(self, x): return x
builder = NeuralNetworkBuilder([], [])
"""


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    return write("net.py", SOURCE)


def target(folder: Path, name: str) -> Target:
    return find_target(f"net.py::{name}", folder)


def test_the_default_is_named_like_the_target(folder: Path) -> None:
    assert (
        choose_output(target(folder, "Net"), None, folder, False).check(".mlpackage")
        == folder / "Net.mlpackage"
    )
    built = choose_output(target(folder, "builder"), None, folder, False)
    assert built.check(".mlmodel") == folder / "builder.mlmodel"


@pytest.mark.parametrize(
    ("name", "asked", "says"),
    [
        ("Net", "x.mlmodel", "-o x.mlpackage instead"),
        ("builder", "x.mlpackage", "-o x.mlmodel instead"),
        ("Net", "x.onnx", "saved as x.mlpackage"),
        ("Net", "x", "saved as x.mlpackage"),
        ("Net", "nowhere/x.mlpackage", "does not exist"),
        ("Net", "there.mlpackage", "add --overwrite"),
    ],
)
def test_a_wrong_output_is_refused_before_anything_runs(
    folder: Path, name: str, asked: str, says: str
) -> None:
    (folder / "there.mlpackage").mkdir()
    with pytest.raises(UsageError) as error:
        choose_output(target(folder, name), asked, folder, False)
    assert says in str(error.value)


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_model_is_replaced_whole(tmp_path: Path, is_folder: bool) -> None:
    old, new = tmp_path / "model", tmp_path / ".new"
    for path, text in ((old, "old"), (new, "new")):
        if is_folder:
            path.mkdir()
            (path / text).write_text(text)
        else:
            path.write_text(text)
    put_in_place(new, old, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (os.listdir(old) if is_folder else old.read_text()) == (["new"] if is_folder else "new")


def test_the_old_model_comes_back_when_the_new_one_can_not_be_moved(tmp_path: Path) -> None:
    old = tmp_path / "model"
    old.mkdir()
    (old / "weights").write_text("old")
    with pytest.raises(OSError, match="No such file"):
        put_in_place(tmp_path / "gone", old, overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert (old / "weights").read_text() == "old"


def test_a_model_that_has_appeared_meanwhile_is_left_alone(tmp_path: Path) -> None:
    for name in ("model", "new"):
        (tmp_path / name).write_text(name)
    with pytest.raises(FileExistsError):
        put_in_place(tmp_path / "new", tmp_path / "model", overwrite=False)
    assert (tmp_path / "model").read_text() == "model"
