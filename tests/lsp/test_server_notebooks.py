"""Notebooks by notebook document sync: the cells of one notebook are one program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

IMPORTS = "%matplotlib inline\nimport numpy as np\nimport torch\nfrom torch import nn"
NET = "class Net(nn.Module):\n    def forward(self, x):\n        return np.sqrt(x)\n"


class OpenNotebook:
    def __init__(self, editor: Any, *sources: str) -> None:
        self.editor = editor
        self.uri = (editor.folder / "net.ipynb").as_uri()
        self.cells = [
            self.uri.replace("file:", "vscode-notebook-cell:") + f"#W{n}" for n in range(len(sources))
        ]
        document = types.NotebookDocument(
            self.uri,
            "jupyter-notebook",
            1,
            [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in self.cells],
        )
        items = [
            types.TextDocumentItem(uri, "python", 1, text)
            for uri, text in zip(self.cells, sources, strict=True)
        ]
        editor.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(document, items))

    def replace(self, cell: int, text: str, version: int = 2) -> None:
        change = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(version, self.cells[cell]),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self._change(types.NotebookDocumentCellChanges(text_content=[change]), version)

    def remove(self, cell: int, version: int) -> None:
        structure = types.NotebookDocumentCellChangeStructure(
            types.NotebookCellArrayChange(cell, 1), did_close=[types.TextDocumentIdentifier(self.cells[cell])]
        )
        self._change(types.NotebookDocumentCellChanges(structure=structure), version)

    def _change(self, cells: types.NotebookDocumentCellChanges, version: int) -> None:
        notebook = types.VersionedNotebookDocumentIdentifier(version, self.uri)
        params = types.DidChangeNotebookDocumentParams(
            notebook, types.NotebookDocumentChangeEvent(cells=cells)
        )
        self.editor.client.notebook_document_did_change(params)

    def close(self) -> None:
        params = types.DidCloseNotebookDocumentParams(
            types.NotebookDocumentIdentifier(self.uri),
            [types.TextDocumentIdentifier(uri) for uri in self.cells],
        )
        self.editor.client.notebook_document_did_close(params)


async def test_findings_stand_in_their_cell(editor: Any) -> None:
    notebook = OpenNotebook(editor, IMPORTS, NET)
    [found] = await editor.sees(notebook.cells[1], version=1)
    assert found.range == types.Range(types.Position(2, 15), types.Position(2, 25))
    assert list(await editor.sees(notebook.cells[0], version=1)) == []

    # What is imported in one cell decides about another.
    notebook.replace(0, IMPORTS.replace("import numpy as np", "import torch as np"))
    await editor.sees(notebook.cells[1], until=lambda found: not found)


async def test_a_fix_changes_the_cell(editor: Any, apply_edit: Callable[..., str]) -> None:
    notebook = OpenNotebook(editor, IMPORTS, NET)
    cell = notebook.cells[1]
    [found] = await editor.sees(cell, version=1)
    actions = await editor.actions(cell, found.range, [found], only=["quickfix"])
    edits = [action.edit for action in actions]
    fixed = [apply_edit(NET, edit, cell) for edit in edits]
    assert fixed[0] == NET.replace("np.sqrt", "torch.sqrt")
    assert fixed[1].endswith(f"np.sqrt(x)  # noqa: {found.code}\n")


async def test_hovering_in_a_cell_explains(editor: Any) -> None:
    notebook = OpenNotebook(editor, IMPORTS, NET)
    [found] = await editor.sees(notebook.cells[1], version=1)
    assert str(found.code) in (await editor.hover(notebook.cells[1], 2, 18) or "")
    assert await editor.hover(notebook.cells[0], 2, 3) is None


async def test_a_removed_cell_loses_its_findings(editor: Any) -> None:
    notebook = OpenNotebook(editor, IMPORTS, NET, NET.replace("Net", "Other"))
    await editor.sees(notebook.cells[1], until=lambda found: len(found) == 1)
    notebook.remove(1, version=2)
    await editor.sees(notebook.cells[1], until=lambda found: not found)
    [left] = await editor.sees(notebook.cells[2])
    assert left.range.start.line == 2


async def test_closing_takes_all_findings_away(editor: Any) -> None:
    notebook = OpenNotebook(editor, IMPORTS, NET)
    await editor.sees(notebook.cells[1], until=lambda found: len(found) == 1)
    notebook.close()
    await editor.sees(notebook.cells[1], until=lambda found: not found)
