"""Applies fixes to source text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from preflight_analyzers.findings import Edit, Fix, Position

_NEWLINE = re.compile(r"\r\n|\r|\n")


def compatible_fixes(fixes: Iterable[Fix]) -> list[Fix]:
    """Those of the fixes that can be applied together: of two that collide, the first.

    Insertions of two fixes at one place collide too: both may bring the same import.
    Raises ValueError for a fix whose own edits overlap.
    """
    chosen: list[Fix] = []
    taken: list[Edit] = []
    for fix in fixes:
        edits = sorted(fix.edits, key=_place)
        for before, after in pairwise(edits):
            if after.range.start < before.range.end:
                raise ValueError(f"the edits of the fix {fix.title!r} overlap")
        if edits and not any(_collide(edit, other) for edit in edits for other in taken):
            chosen.append(fix)
            taken.extend(edits)
    return chosen


def apply_fixes(text: str, fixes: Iterable[Fix]) -> str:
    """The text with the compatible ones of the fixes applied, each whole or not at all.

    Line ends in the edits become those of the text. Raises ValueError for an edit that lies
    outside the text.
    """
    # sorted() is stable, so several insertions of one fix at one place keep their order.
    edits = sorted((edit for fix in compatible_fixes(fixes) for edit in fix.edits), key=_place)
    if not edits:
        return text
    first_newline = _NEWLINE.search(text)
    newline = first_newline.group() if first_newline else "\n"
    starts = [0, *(match.end() for match in _NEWLINE.finditer(text))]
    pieces: list[str] = []
    done = 0
    for edit in edits:
        start = _offset(text, starts, edit.range.start)
        end = _offset(text, starts, edit.range.end)
        pieces += text[done:start], _NEWLINE.sub(lambda _: newline, edit.text)
        done = end
    pieces.append(text[done:])
    return "".join(pieces)


def _place(edit: Edit) -> tuple[Position, Position]:
    return edit.range.start, edit.range.end


def _collide(one: Edit, other: Edit) -> bool:
    if one.range.start == other.range.start:
        return True
    return one.range.start < other.range.end and other.range.start < one.range.end


def _offset(text: str, line_starts: list[int], position: Position) -> int:
    line, column = position
    if 1 <= line <= len(line_starts) and column >= 1:
        offset = line_starts[line - 1] + column - 1
        if offset <= (line_starts[line] if line < len(line_starts) else len(text)):
            return offset
    raise ValueError(f"an edit at line {line}, column {column} lies outside the text")
