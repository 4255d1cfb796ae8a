"""Reads and rewrites ``.ipynb`` files, touching nothing but the source of cells that change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from preflight_analyzers.source.program import Cell, Program
from preflight_analyzers.source.text import UnreadableSource, read_bytes

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Notebook:
    """A notebook file: its JSON text and its Python cells as a program (none, if the kernel is another)."""

    def __init__(self, json_text: str, program: Program, spans: dict[int, tuple[int, int]]) -> None:
        self.json_text = json_text
        self.program = program
        #: Where the source of each code cell stands in the JSON text, by cell number.
        self._spans = spans

    def with_program(self, text: str) -> str:
        """The JSON text with ``text`` in place of the program; all else stays as it is.

        Raises ValueError if ``text`` lost the lines that separate the cells.
        """
        result = self.json_text
        for cell in reversed(self.program.changed_cells(text)):
            begin, end = self._spans[cell.number]
            result = result[:begin] + _encode(cell.source, like=result[begin:end]) + result[end:]
        return result


def read_notebook(path: Path) -> Notebook:
    """Reads an ``.ipynb`` file. Raises UnreadableSource."""
    return parse_notebook(read_bytes(path))


def parse_notebook(data: bytes) -> Notebook:
    """Reads the bytes of an ``.ipynb`` file. Raises UnreadableSource."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableSource("this notebook is not UTF-8; save it again with Jupyter") from None
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableSource(
            f"this notebook is broken JSON (line {error.lineno}: {error.msg}); restore it or save it again"
        ) from None
    except (RecursionError, ValueError):
        raise UnreadableSource("this notebook is broken JSON; restore it or save it again") from None
    if not isinstance(document, dict) or not isinstance(document.get("nbformat"), int):
        raise UnreadableSource("this is JSON but no notebook (it has no nbformat); give a Jupyter notebook")
    if document["nbformat"] != 4:
        raise UnreadableSource(
            f"this is a notebook of format {document['nbformat']}, only format 4 is read;"
            " convert it with: jupyter nbconvert --to notebook"
        )
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise UnreadableSource("this notebook has no list of cells; save it again with Jupyter")
    python = _is_python(document)
    spans = dict(enumerate(_source_spans(text), 1))
    sources = []
    for number, cell in enumerate(cells, 1):
        source = _source(cell)
        if python and source is not None and number in spans:
            sources.append(Cell(number, source))
    return Notebook(text, Program(sources), {n: span for n, span in spans.items() if span})


def _is_python(document: dict[str, Any]) -> bool:
    metadata = document.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for section, key in (("language_info", "name"), ("kernelspec", "language")):
        described = metadata.get(section)
        if isinstance(described, dict) and isinstance(described.get(key), str):
            return str(described[key]).lower() in ("python", "ipython")
    return True


def _source(cell: object) -> str | None:
    """The source of a Python cell, None for another one."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    if isinstance(editor, dict) and editor.get("languageId", "python") != "python":
        return None
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _source_spans(text: str) -> list[tuple[int, int]]:
    """Where the value of ``source`` stands, for each cell; an empty span where it has none."""
    spans: list[tuple[int, int]] = []
    for key, begin in _members(text, _skip(text, 0)):
        if key != "cells":
            continue
        spans.clear()  # of equal keys the last one counts
        for cell in _items(text, begin):
            span = (0, 0)
            if text[cell] == "{":
                for name, value in _members(text, cell):
                    if name == "source":
                        span = (value, _DECODER.raw_decode(text, value)[1])
            spans.append(span)
    return spans


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Keys, and where their values begin, of the object that begins at ``at`` in valid JSON."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, _skip(text, at) + 1)
        yield key, at
        at = _next(text, at)


def _items(text: str, at: int) -> Iterator[int]:
    """Where the items begin of the array that begins at ``at`` in valid JSON."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        yield at
        at = _next(text, at)


def _next(text: str, at: int) -> int:
    """Behind the value at ``at`` and the comma after it."""
    at = _skip(text, _DECODER.raw_decode(text, at)[1])
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _encode(source: str, like: str) -> str:
    """``source`` as JSON, laid out as the value ``like``."""
    ascii_only = like.isascii() and "\\u" in like
    if not like.startswith("["):
        return json.dumps(source, ensure_ascii=ascii_only)
    lines = [json.dumps(line, ensure_ascii=ascii_only) for line in source.splitlines(keepends=True)]
    if not lines:
        return "[]"
    opening = like[1 : _skip(like, 1)]
    closing = like[len(like[:-1].rstrip()) : -1]
    return f"[{opening}" + f",{opening or ' '}".join(lines) + f"{closing}]"
