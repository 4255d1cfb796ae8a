"""What is analysed as one: a document, or the Python cells of a notebook one after the other."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from lsprotocol import types
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from preflight_analyzers.findings import Position, Range
from preflight_analyzers.source import program as cells_program

from .documents import Document, Documents, client_units, code_point, key_of


class Part(NamedTuple):
    """A document of a program."""

    uri: str
    version: int | None
    lines: tuple[str, ...]
    #: The program's line, from 1, that is the document's first.
    first_line: int
    #: The notebook cell, from 1.
    cell: int | None = None


class Program(NamedTuple):
    #: Of the document or of the notebook.
    uri: str
    path: str
    text: str
    parts: tuple[Part, ...]
    codec: PositionCodec
    #: Differs whenever any of the texts does.
    revision: tuple[object, ...]

    @property
    def is_notebook(self) -> bool:
        return self.parts[0].cell is not None

    def part_of(self, uri: str) -> Part | None:
        key = key_of(uri)
        return next((part for part in self.parts if key_of(part.uri) == key), None)

    def part_at(self, line: int) -> Part:
        """The part in which the program's line (from 1) stands."""
        index = bisect_right(self.parts, line, key=lambda part: part.first_line)
        return self.parts[max(index - 1, 0)]

    def to_client(self, range: Range) -> types.Range:
        """A range of the program in the client's units, within the part in which it starts."""
        part = self.part_at(range.start.line)
        return types.Range(self._client_position(part, range.start), self._client_position(part, range.end))

    def from_client(self, part: Part, position: types.Position) -> Position:
        """A client's position in ``part`` as one of the program; outside the text: the nearest inside."""
        line = min(position.line, len(part.lines) - 1)
        units = position.character if line == position.line else len(part.lines[line])
        return Position(part.first_line + line, code_point(part.lines[line], units, self.codec) + 1)

    def line(self, number: int) -> str:
        """The program's line ``number`` (from 1) with its end."""
        part = self.part_at(number)
        return part.lines[number - part.first_line]

    def _client_position(self, part: Part, position: Position) -> types.Position:
        line = position.line - part.first_line
        if line >= len(part.lines):
            line, column = len(part.lines) - 1, len(part.lines[-1])
        else:
            column = position.column - 1
        return types.Position(line, client_units(part.lines[line], column, self.codec))


def program_of(documents: Documents, uri: str) -> Program | None:
    """The program to which an open document, cell or notebook belongs.

    None if it isn't open, isn't Python, or is a notebook without Python cells.
    """
    notebook = documents.get_notebook_document(notebook_uri=uri) or documents.get_notebook_document(
        cell_uri=uri
    )
    if notebook is not None:
        return _notebook_program(documents, notebook)
    document = documents.find(uri)
    if document is None or not _is_python(document):
        return None
    part = Part(document.uri, document.version, document.lines, 1)
    return Program(
        uri=document.uri,
        path=document.path,
        text=document.source,
        parts=(part,),
        codec=documents.position_codec,
        revision=(id(document), document.revision),
    )


def _is_python(document: Document) -> bool:
    if document.language_id:
        return document.language_id == "python"
    return document.path.endswith((".py", ".pyi"))


def _notebook_program(documents: Documents, notebook: types.NotebookDocument) -> Program | None:
    cells: list[tuple[int, Document]] = []
    for number, cell in enumerate(notebook.cells, 1):
        document = documents.find(cell.document)
        if cell.kind == types.NotebookCellKind.Code and document is not None and _is_python(document):
            cells.append((number, document))
    if not cells:
        return None
    joined = cells_program.Program(cells_program.Cell(number, document.source) for number, document in cells)
    parts = tuple(
        Part(document.uri, document.version, document.lines, joined.line_of(number, 1), number)
        for number, document in cells
    )
    return Program(
        uri=notebook.uri,
        path=to_fs_path(notebook.uri) or notebook.uri,
        text=joined.text,
        parts=parts,
        codec=documents.position_codec,
        revision=tuple((number, id(document), document.revision) for number, document in cells),
    )
