"""Where a node stands: first in its block, then in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from preflight_analyzers.findings import Position, Range
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.lexer import mask, normalise_newlines
from preflight_analyzers.source.parse import ParsedBlock

if TYPE_CHECKING:
    import libcst as cst


def locate(parsed: ParsedBlock, node: cst.CSTNode) -> Range:
    """The place of ``node`` in its block, whose first line is line 1.

    As in libcst, functions and classes begin after their decorators. The head of a class ends with its colon.
    Raises KeyError for a node of another tree, and for whitespace.
    """
    found = parsed.ranges[node]
    start = _position(parsed, found.start.line, found.start.column)
    end = _position(parsed, found.end.line, found.end.column)
    return within_head(Range(start, end), parsed.kind, parsed.text)


def within_head(place: Range, kind: str, text: str) -> Range:
    """``place``, ending with the colon of the class in a block that is the head of one."""
    if kind != "class":
        return place
    code = mask(text).rstrip()
    lines = normalise_newlines(text)[: len(code)].split("\n")
    last = Position(len(lines), len(lines[-1]) + 1)
    return Range(min(place.start, last), min(place.end, last))


def _position(parsed: ParsedBlock, line: int, column: int) -> Position:
    line -= parsed.lines_before
    return Position(line, column + 1 + len(parsed.lost.get(line, "")))


def to_file(range_: Range, block: Block) -> Range:
    """The same place counted in the file of ``block``."""
    offset = block.line - 1
    start, end = range_
    return Range(Position(start.line + offset, start.column), Position(end.line + offset, end.column))
