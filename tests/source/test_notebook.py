"""Notebook files: read as programs, and rewritten in the changed cells alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from preflight_analyzers.source.notebook import Notebook, parse_notebook, read_notebook
from preflight_analyzers.source.text import UnreadableSource

# Written by hand: no JSON writer would lay it out, order it or spell its numbers like this.
ODD = """\
{ "metadata" : {"language_info": {"name":"python"}, "cells": [{"source": "no"}], "n": 1.0e-5},
 "cells": [
  {"cell_type": "markdown", "source": ["# Title\\n", "%not magic"]},
  {
   "source": [
    "import torch\\n",
    "x = \\"\\u00e4\\"\\n"
   ], "metadata": {"source": ["no"]},
   "cell_type": "code", "outputs": [{"text": ["}, {"]}]
  },
  {"cell_type": "code","source": "%ls\\ny = 1"},{"cell_type":"raw","source":[]},
  {"cell_type": "code", "metadata": {"vscode": {"languageId": "bash"}}, "source": "echo"},
  {"cell_type": "code", "source": [ ]}
 ],
\t"nbformat": 4, "nbformat_minor": 5}
"""


def parse(document: object) -> Notebook:
    return parse_notebook(json.dumps(document).encode())


def test_the_python_cells_are_the_program() -> None:
    notebook = parse_notebook(ODD.encode())
    assert [(cell.number, cell.source) for cell in notebook.program.cells] == [
        (2, 'import torch\nx = "ä"\n'),
        (3, "%ls\ny = 1"),
        (6, ""),
    ]


def test_an_unchanged_program_leaves_the_file_as_it_is() -> None:
    notebook = parse_notebook(ODD.encode())
    assert notebook.with_program(notebook.program.text) == ODD


def test_only_changed_cells_are_rewritten() -> None:
    notebook = parse_notebook(ODD.encode())
    text = notebook.program.text.replace("import torch\n", "import torch\nimport a\n").replace(
        "y = 1", 'y = "b"'
    )
    expected = ODD.replace('    "import torch\\n",\n', '    "import torch\\n",\n    "import a\\n",\n')
    expected = expected.replace("y = 1", 'y = \\"b\\"')
    assert notebook.with_program(text) == expected


def test_a_cell_can_be_emptied_and_filled() -> None:
    notebook = parse_notebook(ODD.encode())
    text = notebook.program.text.replace('import torch\nx = "ä"\n', "")[:-1] + "a\nb\n"
    again = parse_notebook(notebook.with_program(text).encode())
    assert [cell.source for cell in again.program.cells] == ["", "%ls\ny = 1", "a\nb"]


def test_jupyter_layout_is_kept() -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "source": ["x = 'ä'\n", "y"]},
        {"cell_type": "code", "source": []},
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    notebook = parse_notebook(text.encode())
    cells[0]["source"] = ["x = 'ö'\n", "z\n", "y"]
    expected = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    assert (
        notebook.with_program(notebook.program.text.replace("'ä'", "'ö'\nz").replace("'ö'\nz", "'ö'\nz"))
        == expected
    )


@pytest.mark.parametrize(
    "metadata",
    [{"language_info": {"name": "julia"}}, {"kernelspec": {"language": "R", "name": "ir"}}],
)
def test_another_kernel_has_no_python(metadata: object) -> None:
    cells = [{"cell_type": "code", "source": "x"}]
    notebook = parse({"nbformat": 4, "metadata": metadata, "cells": cells})
    assert notebook.program.cells == []
    assert notebook.with_program("") == notebook.json_text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "this notebook is broken JSON (line 1"),
        (b'{"nbformat": 4,\n"cells": [', "this notebook is broken JSON (line 2"),
        (b"[" * 100_000, "this notebook is broken JSON"),
        (b"\xff", "this notebook is not UTF-8"),
        (b"[]", "this is JSON but no notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "this is a notebook of format 3"),
        (b'{"nbformat": 4, "cells": {}}', "this notebook has no list of cells"),
    ],
)
def test_what_is_no_notebook(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableSource) as caught:
        parse_notebook(data)
    assert str(caught.value).startswith(reason)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cell", [1, {}, {"cell_type": "code"}, {"cell_type": "code", "source": [1]}])
def test_odd_cells_are_passed_over(cell: object) -> None:
    good = {"cell_type": "code", "source": "x"}
    assert [own.number for own in parse({"nbformat": 4, "cells": [cell, good]}).program.cells] == [2]


def test_read_notebook(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(ODD, encoding="utf-8")
    assert read_notebook(path).json_text == ODD
    with pytest.raises(UnreadableSource, match="there is no such file"):
        read_notebook(tmp_path / "b.ipynb")
