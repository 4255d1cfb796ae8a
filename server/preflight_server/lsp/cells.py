"""The cells of a notebook as the text of one program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .documents import split_lines

#: Line magics and shell lines.
_MAGIC = re.compile(r"[ \t]*[%!]")
#: Cell magics whose cell is Python all the same.
_PYTHON_CELL = re.compile(r"%%(?:time|timeit|capture|prun)\b")


class Joined(NamedTuple):
    text: str
    #: The line of the text, from 1, on which each cell begins.
    first_lines: tuple[int, ...]


def join_cells(sources: Sequence[str]) -> Joined:
    """One after the other; what isn't Python becomes comments of the same length, so that places stay."""
    pieces: list[str] = []
    first_lines: list[int] = []
    line = 1
    for source in sources:
        first_lines.append(line)
        lines = split_lines(source)
        line += len(lines)
        foreign = source.startswith("%%") and not _PYTHON_CELL.match(source)
        pieces += [_as_comment(text) if foreign or _MAGIC.match(text) else text for text in lines]
        pieces.append("\n")
    return Joined("".join(pieces), tuple(first_lines))


def _as_comment(line: str) -> str:
    return re.sub(r"\S", "#", line, count=1)
