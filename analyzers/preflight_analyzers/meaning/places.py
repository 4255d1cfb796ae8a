"""From the number of a node to its place in the file.

Only what is reported comes here. Where CPython couldn't read a block, libcst's tree tells (``trees.py``).
"""

from __future__ import annotations

from functools import lru_cache

from preflight_analyzers.findings import Position, Range
from preflight_analyzers.meaning.facts import facts_of_block
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.source.lexer import normalise_newlines
from preflight_analyzers.source.positions import to_file, within_head


@lru_cache(maxsize=16_384)
def place_in_block(kind: str, text: str, at: int) -> Range:
    """Where a node stands in its block; remembered, so that an unchanged block isn't looked at again."""
    facts = facts_of_block(kind, text)
    if facts is None or facts.places is None:
        from preflight_analyzers.meaning import trees

        return trees.place_of(kind, text, at)
    first, start, last, end = facts.places[4 * at : 4 * at + 4]
    if not text.isascii():
        lines = normalise_newlines(text).split("\n")
        start = len(lines[first - 1].encode()[:start].decode(errors="replace"))
        end = len(lines[last - 1].encode()[:end].decode(errors="replace")) if last <= len(lines) else 0
    place = Range(Position(first, start + 1), Position(last, end + 1))
    return within_head(place, kind, text)


def range_of(unit: Unit, block: int, at: int) -> Range:
    """Where a node stands in the file."""
    one = unit.blocks[block]
    return to_file(place_in_block(one.kind, one.text, at), one)


def text_of(unit: Unit, block: int, at: int) -> str:
    """The source text of a node, without parentheses around it."""
    one = unit.blocks[block]
    start, end = place_in_block(one.kind, one.text, at)
    lines = normalise_newlines(one.text).split("\n")[start.line - 1 : end.line]
    lines[-1] = lines[-1][: end.column - 1]
    lines[0] = lines[0][start.column - 1 :]
    return "\n".join(lines)


def statement_line(unit: Unit, block: int, at: int) -> int:
    """The first line of the innermost statement that a node belongs to."""
    one = unit.blocks[block]
    return _statement_line(one.kind, one.text, at) + one.line - 1


@lru_cache(maxsize=16_384)
def _statement_line(kind: str, text: str, at: int) -> int:
    start = place_in_block(kind, text, at).start
    line = 1
    for place in _statements(kind, text):
        if place.start <= start <= place.end:
            line = max(line, place.start.line)
    return line


@lru_cache(maxsize=256)
def _statements(kind: str, text: str) -> list[Range]:
    facts = facts_of_block(kind, text)
    if facts is None or facts.statements is None:
        from preflight_analyzers.meaning import trees

        return trees.statements_of(kind, text)
    return [place_in_block(kind, text, at) for at in facts.statements]
