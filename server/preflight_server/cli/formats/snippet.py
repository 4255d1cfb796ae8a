"""Source lines with a span of them underlined, in columns of a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from preflight_analyzers.findings import Range
from preflight_server.cli.style import harmless

_TAB = "    "
_CUT = "..."
#: Of a longer span, only the first and last lines are shown.
_MOST_LINES = 8
_FIRST, _LAST = 4, 2


class Row(NamedTuple):
    #: The line's number; None for a line of marks.
    number: int | None
    text: str
    is_mark: bool = False


def snippet(lines: list[str], span: Range, width: int) -> list[Row]:
    """The rows to print; none if the span lies outside the lines (the file has changed since)."""
    if not 1 <= span.start.line <= span.end.line <= len(lines):
        return []
    if span.start.line == span.end.line or (span.end.column == 1 and span.end.line == span.start.line + 1):
        return list(_on_one_line(lines, span, width))
    return list(_on_lines(lines, span, width))


def _on_one_line(lines: list[str], span: Range, width: int) -> Iterator[Row]:
    line = lines[span.start.line - 1]
    end = span.end.column if span.end.line == span.start.line else len(line) + 1
    start = cells(line[: span.start.column - 1])
    length = max(1, cells(line[span.start.column - 1 : end - 1]))
    text, start, length = _window(_expanded(line), start, length, width)
    yield Row(span.start.line, text)
    yield Row(None, " " * start + "^" * length, is_mark=True)


def _on_lines(lines: list[str], span: Range, width: int) -> Iterator[Row]:
    """As compilers draw it: a bar at the left from the first line to the mark under the last."""
    first = lines[span.start.line - 1]
    before = first[: span.start.column - 1]
    opens_line = not before.strip()
    yield Row(span.start.line, f"{'/' if opens_line else ' '} {_clipped(first, width - 2)}")
    if not opens_line:
        yield Row(None, f" {'_' * min(cells(before) + 1, width - 2)}^", is_mark=True)
    inner = range(span.start.line + 1, span.end.line + 1)
    cut = len(inner) + 1 > _MOST_LINES
    for number in [*inner[: _FIRST - 1], *inner[-_LAST:]] if cut else inner:
        if cut and number == inner[-_LAST]:
            yield Row(None, f"| {_CUT}")
        yield Row(number, f"| {_clipped(lines[number - 1], width - 2)}")
    last = max(1, cells(lines[span.end.line - 1][: span.end.column - 1]))
    yield Row(None, f"|{'_' * min(last, width - 3)}^", is_mark=True)


def cells(text: str) -> int:
    """Terminal columns that source text takes as it is shown here."""
    if text.isascii():
        return len(text) + (len(_TAB) - 1) * text.count("\t")
    from rich.cells import cell_len

    return cell_len(_expanded(text))


def _expanded(text: str) -> str:
    return harmless(text, keep="\t").replace("\t", _TAB)


def _clipped(line: str, width: int) -> str:
    text, _, _ = _window(_expanded(line.rstrip()), 0, 1, width)
    return text


def _window(text: str, start: int, length: int, width: int) -> tuple[str, int, int]:
    """A part of the text at most ``width`` columns wide around the span, and the span in it."""
    if cells(text) <= width:
        return text, start, length
    room = max(width - 2 * len(_CUT), 20)
    length = min(length, room)
    left = max(0, min(start - (room - length) // 2, cells(text) - room))
    if left <= len(_CUT):
        left = 0
    shown, skipped = _columns(text, left, room)
    more = cells(text) > skipped + cells(shown)
    lead = _CUT if left else ""
    return f"{lead}{shown}{_CUT if more else ''}", start - skipped + len(lead), length


def _columns(text: str, left: int, room: int) -> tuple[str, int]:
    """The text from column ``left`` on, and how many columns were really skipped (wide signs stay whole)."""
    begin, skipped = 0, 0
    while skipped < left:
        skipped += cells(text[begin])
        begin += 1
    end, taken = begin, 0
    while end < len(text) and taken + cells(text[end]) <= room:
        taken += cells(text[end])
        end += 1
    return text[begin:end], skipped
