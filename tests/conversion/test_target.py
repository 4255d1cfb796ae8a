from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from preflight_server.conversion.errors import UsageError
from preflight_server.conversion.target import find_target

NET = "import torch\nclass Net(torch.nn.Module):\n    def forward(self, x): return x\n"


def test_the_only_candidate_is_taken(write: Callable[..., Path]) -> None:
    target = find_target("net.py", write("net.py", NET))
    assert (target.expression, target.shown, target.output_stem) == ("Net", "net.py::Net", "Net")


@pytest.mark.parametrize(
    ("expression", "stem"),
    [("Net()", "Net"), ("Net(width=8)", "Net"), ("zoo['small']", "zoo_small"), ("pkg.Net()", "Net")],
)
def test_the_output_is_named_after_the_expression(
    write: Callable[..., Path], expression: str, stem: str
) -> None:
    folder = write("my net.v2.py", NET + "zoo = {}\nimport pkg\n")
    assert find_target(f"my net.v2.py::{expression}", folder).output_stem == stem


def test_several_candidates_are_listed(write: Callable[..., Path]) -> None:
    folder = write("net.py", NET + NET.replace("Net", "Other"))
    with pytest.raises(UsageError, match=r"choose one: net\.py::Net, net\.py::Other"):
        find_target("net.py", folder)


def test_a_name_that_may_come_from_a_star_import_is_left_to_the_worker(write: Callable[..., Path]) -> None:
    assert find_target("net.py::Far", write("net.py", "from x import *\n")).expression == "Far"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("missing.py::Net", "no such file"),
        (".", "is a folder; give one of its files: empty.py, net.py"),
        ("sub", "is a folder; it holds no Python file"),
        ("net.py::Nett", "has no 'Nett' at module level; it has Net"),
        ("net.py::", "nothing stands behind '::'"),
        ("net.py::Net(", "is not a Python expression"),
        ("empty.py", "holds no nn.Module"),
        ("binary.bin", "is not Python text"),
        ("latin.txt", "is not Python text"),
        ("null.txt", "is not Python text"),
    ],
)
def test_what_can_not_be_a_target_is_refused_in_one_line(
    write: Callable[..., Path], target: str, says: str
) -> None:
    folder = write("net.py", NET)
    write("empty.py", "x = 1\n")
    (folder / "sub").mkdir()
    (folder / "binary.bin").write_bytes(b"\x00\x01\xff\xfe")
    (folder / "latin.txt").write_bytes(b"x = 1\ny = 2\nz = '\xe9'\n")
    (folder / "null.txt").write_bytes(b"x = '\x00'\n")
    with pytest.raises(UsageError) as error:
        find_target(target, folder)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
