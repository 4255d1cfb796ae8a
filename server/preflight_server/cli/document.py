"""A file to check, as one Python text: a Python file, or the cells of a notebook one after the other."""

from __future__ import annotations

import re
from typing import Protocol

from preflight_analyzers.findings import FileReport
from preflight_analyzers.source.text import SourceFile, decode_file

LINE_BREAK = re.compile(r"\r\n|\r|\n")

#: Code by notebook cell, from 1; of a Python file under None.
Parts = dict[int | None, str]


class Document(Protocol):
    #: What is checked and fixed.
    text: str

    def encode(self, text: str) -> bytes:
        """The file's bytes with another text in it. Raises UnreadableSource if its encoding can't hold it."""

    def parts(self, text: str) -> Parts:
        """Another text in this one's place as the user knows it."""

    def locate(self, report: FileReport) -> FileReport:
        """A report on the text in terms of the parts."""


def open_document(path: str, content: bytes) -> Document:
    """Raises UnreadableSource."""
    if path.endswith(".ipynb"):
        from preflight_server.cli.notebook_document import NotebookDocument

        return NotebookDocument(content)
    return PythonDocument(decode_file(content))


def lines_of(document: Document, cell: int | None) -> list[str]:
    """The lines of a part, without their ends; empty if there is no such part."""
    return LINE_BREAK.split(document.parts(document.text).get(cell, ""))


class PythonDocument:
    def __init__(self, file: SourceFile) -> None:
        self._file = file
        self.text = file.text

    def encode(self, text: str) -> bytes:
        return self._file.encode(text)

    def parts(self, text: str) -> Parts:
        return {None: text}

    def locate(self, report: FileReport) -> FileReport:
        return report
