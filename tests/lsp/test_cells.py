from __future__ import annotations

import ast

import pytest

from preflight_server.lsp.cells import join_cells


def test_cells_follow_each_other_and_say_where_they_begin() -> None:
    joined = join_cells(["import torch\nx = 1", "y = 2\n", "", "z = 3"])
    lines = joined.text.splitlines()
    assert [lines[line - 1] for line in joined.first_lines] == ["import torch", "y = 2", "", "z = 3"]


@pytest.mark.parametrize(
    "magic", ["%matplotlib inline", "!pip install torch", "    %time f()", "%%bash\nls -l | x"]
)
def test_magics_become_comments_of_the_same_length(magic: str) -> None:
    joined = join_cells([magic + "\n", "y = 2"])
    assert len(joined.text.splitlines()[0]) == len(magic.splitlines()[0])
    assert isinstance(ast.parse(joined.text).body[0], ast.Assign)


def test_a_timed_cell_is_python() -> None:
    joined = join_cells(["%%time\nx = 1"])
    assert ast.unparse(ast.parse(joined.text)) == "x = 1"
