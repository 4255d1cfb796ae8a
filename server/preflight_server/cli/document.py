"""A file to check, as code: a Python file, or the cells of a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from preflight_analyzers.findings import FileReport
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.text import SourceFile, decode_file

if TYPE_CHECKING:
    from preflight_analyzers.check import CheckOptions

#: The code by notebook cell; of a Python file under None.
Code = dict[int | None, str]


class Document(Protocol):
    code: Code

    def check(self, code: Code, options: CheckOptions, selection: Selection) -> FileReport:
        """The report on other code in this document's place."""

    def encode(self, code: Code) -> bytes:
        """The file's bytes with other code in it. Raises UnreadableSource if its encoding can't hold it."""


def open_document(path: str, content: bytes) -> Document:
    """Raises UnreadableSource."""
    if path.endswith(".ipynb"):
        from preflight_server.cli.notebook_document import NotebookDocument

        return NotebookDocument(path, content)
    return PythonDocument(path, decode_file(content))


class PythonDocument:
    def __init__(self, path: str, file: SourceFile) -> None:
        self._path = path
        self._file = file
        self.code: Code = {None: file.text}

    def check(self, code: Code, options: CheckOptions, selection: Selection) -> FileReport:
        # Imports the parser: not for a document that is only shown.
        from preflight_analyzers.check import check_source

        return check_source(code[None], self._path, options, selection)

    def encode(self, code: Code) -> bytes:
        return self._file.encode(code[None])
