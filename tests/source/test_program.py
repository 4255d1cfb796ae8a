"""Cells joined to a program, lines mapped back, changes brought back."""

from __future__ import annotations

import pytest

from preflight_analyzers.source.blocks import cut
from preflight_analyzers.source.program import Cell, Program

CELLS = [
    Cell(2, "%matplotlib inline\nimport torch"),
    Cell(3, ""),
    Cell(5, "x = 1\n\n"),
    Cell(6, "!ls\ny = ("),
]


def test_every_line_of_every_cell_is_found_both_ways() -> None:
    program = Program(CELLS)
    lines = program.text.split("\n")
    assert lines[program.line_of(2, 2) - 1] == "import torch"
    assert lines[program.line_of(5, 1) - 1] == "x = 1"
    assert lines[program.line_of(6, 2) - 1] == "y = ("
    for cell in CELLS:
        for line in range(1, cell.source.count("\n") + 2):
            assert program.locate(program.line_of(cell.number, line)) == (cell.number, line)


def test_a_heading_belongs_to_the_cell_below() -> None:
    program = Program(CELLS)
    assert program.text.startswith("# %% cell 2\n")
    assert program.locate(1) == (2, 1)
    assert program.locate(program.line_of(5, 1) - 1) == (5, 1)


def test_a_broken_cell_leaves_the_next_one_whole() -> None:
    text = Program([Cell(1, "x = f("), Cell(2, "y = 2")]).text
    assert [block.text for block in cut(text)] == ["# %% cell 1\nx = f(\n", "# %% cell 2\ny = 2\n"]


def test_no_cells() -> None:
    assert Program([]).text == ""
    assert Program([]).changed_cells("") == []


def test_a_cell_of_no_program_has_no_line() -> None:
    with pytest.raises(KeyError):
        Program(CELLS).line_of(4, 1)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("", "", []),
        ("import torch\n", "import torch.nn\n", [Cell(2, "%matplotlib inline\nimport torch.nn")]),
        ("import torch\n", "import a\nimport b\n", [Cell(2, "%matplotlib inline\nimport a\nimport b")]),
        ("x = 1\n\n", "x = 2\n", [Cell(5, "x = 2\n")]),
        ("x = 1\n\n", "", [Cell(5, "")]),
        ("y = (", "import c\ny = (\n)", [Cell(6, "!ls\nimport c\ny = (\n)")]),
        ("0  \ny", "z\n0  \ny", [Cell(6, "z\n!ls\ny = (")]),
    ],
)
def test_changes_come_back(old: str, new: str, changed: list[Cell]) -> None:
    program = Program(CELLS)
    assert not old or program.text.count(old) == 1
    assert program.changed_cells(program.text.replace(old, new, 1) if old else program.text) == changed


def test_headings_differ_from_what_the_cells_hold() -> None:
    cells = [Cell(1, "# %% cell 2\nx"), Cell(2, "# %% cell 1\n")]
    program = Program(cells)
    assert program.changed_cells(program.text.replace("x\n", "y\n")) == [Cell(1, "# %% cell 2\ny")]


def test_a_lost_heading_is_an_error() -> None:
    program = Program(CELLS)
    with pytest.raises(ValueError, match="the heading of cell 5"):
        program.changed_cells(program.text.replace("# %% cell 5\n", ""))
    with pytest.raises(ValueError, match="the heading of cell 2"):
        program.changed_cells("x\n" + program.text)
