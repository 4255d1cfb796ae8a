from __future__ import annotations

import pytest
from lsprotocol import types

from preflight_analyzers.findings import Position, Range
from preflight_server.lsp.documents import Documents
from preflight_server.lsp.programs import Program, program_of

NOTEBOOK = "file:///net.ipynb"


def open_document(text: str, language: str = "python", uri: str = "file:///net.py") -> Documents:
    documents = Documents(None)
    documents.put_text_document(types.TextDocumentItem(uri, language, 1, text))
    return documents


def open_notebook(*cells: tuple[str, str]) -> Documents:
    documents = Documents(None)
    uris = [f"cell:{number}" for number in range(1, len(cells) + 1)]
    notebook = types.NotebookDocument(
        NOTEBOOK,
        "jupyter-notebook",
        1,
        [types.NotebookCell(types.NotebookCellKind.Code, uri) for uri in uris],
    )
    items = [
        types.TextDocumentItem(uri, language, 1, text)
        for uri, (language, text) in zip(uris, cells, strict=True)
    ]
    documents.put_notebook_document(types.DidOpenNotebookDocumentParams(notebook, items))
    return documents


def program(documents: Documents, uri: str) -> Program:
    found = program_of(documents, uri)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "uri", "found"),
    [
        ("python", "file:///a", True),
        ("", "file:///a.py", True),
        ("", "file:///a.txt", False),
        ("toml", "file:///a.py", False),
    ],
)
def test_only_python_is_a_program(language: str, uri: str, found: bool) -> None:
    assert (program_of(open_document("x", language, uri), uri) is not None) == found


def test_the_python_cells_of_a_notebook_are_one_program() -> None:
    documents = open_notebook(("python", "x = 1"), ("markdown", "text"), ("python", "\ny = x\n"), ("r", "z"))
    both = program(documents, NOTEBOOK)
    assert program(documents, "cell:3") == both
    assert [(part.uri, part.cell) for part in both.parts] == [("cell:1", 1), ("cell:3", 3)]
    line = both.text.splitlines().index("y = x") + 1
    assert both.part_at(line).uri == "cell:3"
    place = Range(Position(line, 1), Position(line, 2))
    assert both.to_client(place) == types.Range(types.Position(1, 0), types.Position(1, 1))
    assert both.from_client(both.part_at(line), types.Position(1, 4)) == Position(line, 5)


def test_a_range_does_not_leave_its_cell() -> None:
    both = program(open_notebook(("python", "x = (\n"), ("python", "y")), NOTEBOOK)
    first = both.parts[0].first_line
    place = both.to_client(Range(Position(first, 1), Position(first + 5, 2)))
    assert place == types.Range(types.Position(0, 0), types.Position(1, 0))


def test_a_position_outside_the_text_is_the_nearest_inside() -> None:
    only = program(open_document("x = 1\nabc"), "file:///net.py")
    assert only.from_client(only.parts[0], types.Position(99, 99)) == Position(2, 4)
    assert only.from_client(only.parts[0], types.Position(0, 99)) == Position(1, 6)


def test_every_change_is_another_revision() -> None:
    documents = open_document("x = 1\n")
    before = program(documents, "file:///net.py").revision
    identifier = types.VersionedTextDocumentIdentifier(1, "file:///net.py")
    documents.update_text_document(identifier, types.TextDocumentContentChangeWholeDocument("x = 2\n"))
    assert program(documents, "file:///net.py").revision != before
