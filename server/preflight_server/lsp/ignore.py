"""The edit that makes a finding's line ignore its rule."""

from __future__ import annotations

import re

from preflight_analyzers.findings import Edit, Position, Range
from preflight_analyzers.source.lexer import split

_NOQA = re.compile(r"#\s*noqa\s*:\s*[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+\b)*", re.IGNORECASE)
_IGNORE = re.compile(r"#\s*preflight\s*:\s*ignore\[[^\]\r\n]+(?=\])", re.IGNORECASE)


def ignore_edit(text: str, line: int, code: str) -> Edit | None:
    """Adds ``# noqa: CODE`` to the line (from 1), or the code to a suppression that is there.

    None where the line can't take a comment: it ends within a string, or continues with a backslash.
    """
    start, end = _bounds(text, line)
    comment = _comment_at(text, end)
    if comment is None:
        return None
    comment_start, written = comment
    for pattern in (_NOQA, _IGNORE):
        found = pattern.search(written)
        if found:
            return _insertion(line, comment_start + found.end() - start, f", {code}")
    code_end = start + len(text[start:end].rstrip())
    place = Range(Position(line, code_end - start + 1), Position(line, end - start + 1))
    return Edit(place, f"  # noqa: {code}")


def _insertion(line: int, index: int, text: str) -> Edit:
    place = Position(line, index + 1)
    return Edit(Range(place, place), text)


def _bounds(text: str, line: int) -> tuple[int, int]:
    """Where the line starts and where its text ends, before the line break."""
    start = 0
    for number, found in enumerate(re.finditer(r"\r\n|\r|\n|\Z", text), 1):
        if number == line:
            return start, found.start()
        start = found.end()
    return len(text), len(text)


def _comment_at(text: str, end: int) -> tuple[int, str] | None:
    """The comment that ends at ``end`` and where it starts; an empty one if a comment may be put there."""
    offset = 0
    for index, part in enumerate(split(text)):
        is_token = index % 2 == 1
        if is_token and offset < end <= offset + len(part):
            if part.startswith("#"):
                return offset, part
            if end < offset + len(part) or part.startswith("\\"):
                return None
        elif is_token and offset == end and part.startswith("\\"):
            return None
        offset += len(part)
        if offset > end:
            break
    return end, ""
