"""Fixing files that import each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from preflight_server.cli.check import check

IMPORTS = "import numpy as np\nimport torch\n\n\n"
MODEL = (
    "import torch\nfrom lib import f\n\n\n"
    "class Net(torch.nn.Module):\n    def forward(self, x):\n        return f(torch.relu(x))\n"
)
SILENCED = "def f(x):\n    return torch.special.bessel_j0(x)  # preflight: ignore[CML201]\n"
FIXABLE = (
    "def f(x):\n    return np.sqrt(x)\n\n\n"
    "class Own(torch.nn.Module):\n    def forward(self, x):\n        return f(x)\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text(MODEL)


def run(*arguments: str) -> Result:
    options = ("--no-cache", "--coremltools", "9.0", "--output-format", "concise")
    return CliRunner().invoke(check, [*arguments, *options], catch_exceptions=False)


def test_a_suppression_that_another_file_needs_stays() -> None:
    Path("lib.py").write_text(IMPORTS + SILENCED)
    assert "CML902" in run("lib.py").stdout
    assert run(".", "--fix").stdout == "All checks passed (2 files).\n"
    assert Path("lib.py").read_text() == IMPORTS + SILENCED


def test_an_unused_one_beside_it_goes() -> None:
    unused = "y = 1  # preflight: ignore[CML201]\n"
    Path("lib.py").write_text(IMPORTS + unused + SILENCED)
    assert run(".", "--fix").stdout == "Fixed 1 finding; nothing is left.\n"
    assert Path("lib.py").read_text() == IMPORTS + "y = 1\n" + SILENCED


def test_what_was_fixed_in_another_file_is_not_told_any_more() -> None:
    Path("lib.py").write_text(IMPORTS + FIXABLE)
    assert "lib.py:6:12: CML101" in run("a.py").stdout
    assert run(".", "--fix").stdout == "Fixed 1 finding; nothing is left.\n"
    assert "torch.sqrt(x)" in Path("lib.py").read_text()


def test_a_diff_keeps_what_another_file_needs_as_well() -> None:
    Path("lib.py").write_text(IMPORTS + SILENCED)
    result = run(".", "--diff")
    assert (result.exit_code, result.stdout) == (0, "")
