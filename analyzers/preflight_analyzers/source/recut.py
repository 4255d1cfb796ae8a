"""Blocks along Python's own syntax tree, for valid files whose blocks the line-based cutter misjudged."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from typing import NamedTuple

from preflight_analyzers.source.blocks import Block, Start, make_blocks
from preflight_analyzers.source.lexer import normalise_newlines

_GAP = r"[ \t\f]*(?:\\\n[ \t\f]*)*"
_SAME_LINE = re.compile(rf"{_GAP};{_GAP}(?![ \t\f\n#\\]|\Z)")


@lru_cache(maxsize=2)
def recut(text: str) -> list[Block] | None:
    """The exact blocks of ``text``, or None if the running Python can't parse it.

    Costs about a tenth of libcst: for the case that a block turned out broken.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return None
    lines = _Lines(text)
    starts: list[Start] = []
    extents: list[_Extent] = []
    for node in _own_lines(tree.body, lines):
        extent = lines.extent(node)
        if isinstance(node, ast.ClassDef) and lines.begins_line(node.body[0]):
            owner = len(starts)
            members = [(member, lines.extent(member)) for member in _own_lines(node.body, lines)]
            starts.append(Start(extent.first, extent.keyword + 1, "class", "", None))
            extents.append(_Extent(extent.first, extent.keyword, lines.head_end(node)))
            for _, inner in members:
                starts.append(
                    Start(inner.first, inner.keyword + 1, "member", lines.indent(inner.first), owner)
                )
                extents.append(inner)
        else:
            starts.append(Start(extent.first, extent.keyword + 1, "statement", "", None))
            extents.append(extent)
    return make_blocks(text, "\n" + lines.without_gaps(extents), starts)


class _Extent(NamedTuple):
    """Offsets of whole lines: decorators and statement, with the keyword between."""

    first: int
    keyword: int
    end: int


class _Lines:
    """Offsets in the text of what ast gives as lines and UTF-8 columns."""

    def __init__(self, text: str) -> None:
        self.text = normalise_newlines(text)
        self.starts = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def line_end(self, line: int) -> int:
        return self.starts[line] if line < len(self.starts) else len(self.text)

    def offset(self, line: int, utf8_column: int) -> int:
        start = self.starts[line - 1]
        content = self.text[start : self.line_end(line)]
        return start + len(content.encode()[:utf8_column].decode())

    def begins_line(self, node: ast.stmt) -> bool:
        first = _first_line(node)
        if first < node.lineno:
            return True
        return not self.text[self.starts[first - 1] : self.offset(node.lineno, node.col_offset)].strip()

    def extent(self, node: ast.stmt) -> _Extent:
        keyword = self.starts[node.lineno - 1]
        keyword += len(self.indent(keyword))
        return _Extent(
            self.starts[_first_line(node) - 1], keyword, self.line_end(node.end_lineno or node.lineno)
        )

    def head_end(self, node: ast.ClassDef) -> int:
        """Where the line with the colon of a class ends: before it are its name, bases and keywords."""
        parts = [*node.bases, *node.keywords, *getattr(node, "type_params", [])]
        line = max([node.lineno, *(part.end_lineno for part in parts)])
        first = _first_line(node.body[0])
        while line < first - 1 and not self._ends_head(line):
            line += 1
        return self.line_end(line)

    def _ends_head(self, line: int) -> bool:
        content = self.text[self.starts[line - 1] : self.line_end(line)]
        return content.partition("#")[0].rstrip().endswith(":")

    def indent(self, offset: int) -> str:
        content = self.text[offset:]
        return content[: len(content) - len(content.lstrip(" \t\f"))]

    def without_gaps(self, extents: list[_Extent]) -> str:
        """The text with spaces in place of what stands between the statements."""
        pieces: list[str] = []
        done = 0
        for extent in extents:
            pieces += [_blank(self.text[done : extent.first]), self.text[extent.first : extent.end]]
            done = extent.end
        pieces.append(_blank(self.text[done:]))
        return "".join(pieces)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _own_lines(body: list[ast.stmt], lines: _Lines) -> list[ast.stmt]:
    """One node for each line of statements, reaching to the end of the last one."""
    found: list[ast.stmt] = []
    end = 0
    for node in body:
        if found and _SAME_LINE.match(lines.text, end):
            found[-1].end_lineno = node.end_lineno
        else:
            found.append(node)
        end = lines.offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
    return found


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
