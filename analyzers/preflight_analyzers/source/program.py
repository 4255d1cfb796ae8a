"""The cells of a notebook as one program text, and the way back from its lines to the cells."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from preflight_analyzers.source.lexer import normalise_newlines
from preflight_analyzers.source.magics import replace_magics

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


class Cell(NamedTuple):
    #: As the notebook counts, all kinds of cells, from 1.
    number: int
    source: str


class CellLine(NamedTuple):
    cell: int
    #: Line in the cell, from 1. Columns are those of the program text.
    line: int


class Program:
    """The Python cells of a notebook in one text, each below a ``# %%`` line that names it.

    What only IPython understands stands there as Python of the same length.
    """

    def __init__(self, cells: Iterable[Cell]) -> None:
        self.cells = list(cells)
        self._mark = "# %%"
        while any(f"{self._mark} cell " in cell.source for cell in self.cells):
            self._mark += "%"
        self._plain = [replace_magics(cell.source) for cell in self.cells]
        self._first_lines: list[int] = []  # of the cells' own text
        pieces: list[str] = []
        line = 1
        for cell, plain in zip(self.cells, self._plain, strict=True):
            piece = self._heading(cell) + plain + "\n"
            self._first_lines.append(line + 1)
            line += normalise_newlines(piece).count("\n")
            pieces.append(piece)
        #: The program.
        self.text = "".join(pieces)

    def locate(self, line: int) -> CellLine:
        """The place of a line of the program. A cell's heading counts as its first line."""
        index = max(0, bisect_right(self._first_lines, line + 1) - 1)
        return CellLine(self.cells[index].number, max(1, line - self._first_lines[index] + 1))

    def line_of(self, cell: int, line: int) -> int:
        """The program's line for a line of a cell. Raises KeyError if the cell is no part of the program."""
        for index, own in enumerate(self.cells):
            if own.number == cell:
                return self._first_lines[index] + line - 1
        raise KeyError(cell)

    def changed_cells(self, text: str) -> list[Cell]:
        """The cells that differ once the program has become ``text``, with their new source.

        Raises ValueError if the headings of the cells are not all there.
        """
        changed: list[Cell] = []
        rest = text
        for index, (cell, plain) in enumerate(zip(self.cells, self._plain, strict=True)):
            heading = self._heading(cell)
            if not rest.startswith(heading):
                raise ValueError(f"the heading of cell {cell.number} is missing")
            rest = rest[len(heading) :]
            if index + 1 < len(self.cells):
                following = self._heading(self.cells[index + 1])
                end = 0 if rest.startswith(following) else rest.find("\n" + following) + 1
                if not end and not rest.startswith(following):
                    raise ValueError(f"the heading of cell {self.cells[index + 1].number} is missing")
            else:
                end = len(rest)
            new, rest = rest[:end], rest[end:]
            new = new.removesuffix("\n")
            if new != plain:
                changed.append(Cell(cell.number, _with_magics(cell.source, plain, new)))
        return changed

    def _heading(self, cell: Cell) -> str:
        return f"{self._mark} cell {cell.number}\n"


def _with_magics(source: str, plain: str, new: str) -> str:
    """``new`` with the lines of ``source`` wherever a line of ``plain`` is still as it was."""
    if source == plain:
        return new
    # A magic and what replaces it have as many lines.
    sources, plains, news = (_LINE.findall(text) for text in (source, plain, new))
    pieces: list[str] = []
    for kind, begin, end, new_begin, new_end in SequenceMatcher(None, plains, news, False).get_opcodes():
        pieces += sources[begin:end] if kind == "equal" else news[new_begin:new_end]
    return "".join(pieces)
