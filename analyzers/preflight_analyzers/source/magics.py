"""IPython's own syntax in notebook cells, replaced by Python of the same length."""

from __future__ import annotations

import re

from preflight_analyzers.source.lexer import mask, normalise_newlines

# What IPython turns into calls: %magic, !command, ?help, help?, name = !command, pip install.
_LINE = re.compile(
    r"(?m)^(?P<indent>[ \t]*)"
    r"(?:(?P<timed>%time[ \t]+)(?=[^-\s])"
    r"|(?P<assigned>[\w., \t\[\]]*?[\w\]][ \t]*=[ \t]*)(?P<value>[%!][A-Za-z/.~$({\"'][^\r\n]*)"
    r"|(?P<all>(?:!|%[A-Za-z]|\?|(?:pip|conda|mamba)[ \t]+(?:un)?install\b)[^\r\n]*"
    r"|%?[\w.*\[\]]+\?\??[ \t]*)$)"
)
_HINT = re.compile(r"[%!?]|install")
_CELL = re.compile(r"[ \t\r\n]*%%(!|\w+)[^\r\n]*")
# Cell magics whose cell is Python that runs here.
_PYTHON_CELLS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "debug", "pypy"})
_CONTINUED = re.compile(r"(?:\\(?:\r\n|\r|\n)[^\r\n\\]*(?:\\(?!\r|\n)[^\r\n\\]*)*)+")


def replace_magics(cell: str) -> str:
    """The cell as plain Python: as many characters on as many lines, all else where it was."""
    if not _HINT.search(cell):
        return cell
    whole = _CELL.match(cell)
    if whole:
        if whole[1] not in _PYTHON_CELLS:
            return _spaces(cell)
        cell = _spaces(whole[0]) + cell[whole.end() :]
    pieces: list[str] = []
    done = 0
    for line in _LINE.finditer(cell):
        if line.start() < done or not _begins_statement(cell[done : line.start()]):
            continue
        pieces.append(cell[done : line.start()] + line["indent"])
        if line["timed"]:
            pieces.append("0;" + " " * (len(line["timed"]) - 2))
            done = line.end()
            continue
        magic = line["value"] or line["all"]
        end = line.end()
        if magic.endswith("\\") and (more := _CONTINUED.match(cell, end - 1)):
            magic, end = magic[:-1] + more[0], more.end()
        pieces.append((line["assigned"] or "") + "0" + _spaces(magic[1:]))
        done = end
    return "".join(pieces) + cell[done:]


def _begins_statement(before: str) -> bool:
    """Whether no bracket, string or line continuation is open after ``before``."""
    masked = mask(before)
    return masked.count("(") <= masked.count(")") and (not masked or masked.endswith("\n"))


def _spaces(text: str) -> str:
    return "".join(
        old if new == "\n" else " " for old, new in zip(text, normalise_newlines(text), strict=True)
    )
