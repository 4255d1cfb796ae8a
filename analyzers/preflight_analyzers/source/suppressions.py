"""Comments that silence findings: ``# noqa: CML201``, ``# preflight: ignore[...]`` and ``ignore-file``."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from preflight_analyzers.findings import Position, Range
from preflight_analyzers.source.lexer import normalise_newlines, split

_HINT = re.compile(r"noqa|preflight:", re.IGNORECASE)
# As flake8 reads it, and kebab-case rule names besides. What follows the codes is a remark.
_CODE = r"(?:[A-Za-z]+[0-9]+|CML|[a-z0-9]+(?:-[a-z0-9]+)+)(?![\w-])"
_ITEM = re.compile(r"[A-Za-z0-9][\w-]*")
_OURS = re.compile(r"CML[0-9]*\Z", re.IGNORECASE)


@cache
def _directive() -> re.Pattern[str]:
    """Compiled only for the few files that have one."""
    return re.compile(
        rf"#\s*(?:noqa\b(?:(?P<noqa>\s*:\s*{_CODE}(?:(?:\s*,\s*|\s+){_CODE})*)|(?!\s*:))"
        r"|preflight:\s*ignore(?P<file>-file)?(?![\w-])(?:\s*\[(?P<preflight>[^\]\r\n]*)\])?)",
        re.IGNORECASE,
    )


class Suppression(NamedTuple):
    """A directive, or what is unused of it."""

    line: int
    #: Of the directive, without the rest of its comment.
    range: Range
    #: Codes, prefixes of codes and rule names, as written; none: everything.
    codes: tuple[str, ...]
    whole_file: bool
    #: Written for this linter alone; noqa may serve other tools.
    own: bool


class Suppressions:
    """The directives of one file. Remembers which ones were needed."""

    def __init__(self, directives: list[Suppression]) -> None:
        self._directives = directives
        self._by_line: dict[int, list[Suppression]] = {}
        for directive in directives:
            if not directive.whole_file:
                self._by_line.setdefault(directive.line, []).append(directive)
        self._whole_file = [directive for directive in directives if directive.whole_file]
        #: The directive, and its code (None for all).
        self._used: set[tuple[Suppression, str | None]] = set()

    def covers(self, code: str, name: str, line: int, statement_line: int) -> bool:
        """Whether a finding is silenced.

        ``line`` is the finding's first line, ``statement_line`` the first one of the statement it is part of.
        """
        if not self._directives:
            return False
        asked = [*self._by_line.get(line, ()), *self._whole_file]
        if statement_line != line:
            asked += self._by_line.get(statement_line, ())
        covered = False
        for directive in asked:
            if not directive.codes:
                self._used.add((directive, None))
                covered = True
            for written in directive.codes:
                if _matches(written, code, name):
                    self._used.add((directive, written))
                    covered = True
        return covered

    def unused(self) -> list[Suppression]:
        """The directives that silenced nothing so far, each with only its codes that did not.

        A ``# noqa`` without codes and the codes of other tools are never among them.
        """
        found = []
        for directive in self._directives:
            if not directive.codes:
                if directive.own and (directive, None) not in self._used:
                    found.append(directive)
                continue
            idle = tuple(
                code
                for code in directive.codes
                if (directive.own or _OURS.match(code)) and (directive, code) not in self._used
            )
            if idle:
                found.append(directive._replace(codes=idle))
        return found

    def used_lines(self) -> list[int]:
        """The lines of the directives that silenced something so far."""
        return sorted({directive.line for directive, _ in self._used})


def find_suppressions(text: str) -> Suppressions:
    """The directives in the comments of ``text``, which need not be valid Python."""
    lower = text.lower()  # with a search in it, faster than any pattern
    if "noqa" not in lower and "preflight:" not in lower:
        return Suppressions([])
    newlines = normalise_newlines(text)
    found: list[Suppression] = []
    offset = line_start = 0
    line = 1
    for index, part in enumerate(split(text)):
        if index % 2 and part[0] == "#" and _HINT.search(part):
            line += newlines.count("\n", line_start, offset)
            line_start = newlines.rfind("\n", 0, offset) + 1
            found += [
                _suppression(directive, line, offset - line_start)
                for directive in _directive().finditer(part)
            ]
        offset += len(part)
    return Suppressions(found)


def _suppression(directive: re.Match[str], line: int, column: int) -> Suppression:
    codes = tuple(_ITEM.findall(directive["noqa"] or directive["preflight"] or ""))
    start, end = directive.span()
    place = Range(Position(line, column + start + 1), Position(line, column + end + 1))
    return Suppression(line, place, codes, directive["file"] is not None, "preflight" in directive[0].lower())


def _matches(written: str, code: str, name: str) -> bool:
    return written == name or (_OURS.match(written) is not None and code.startswith(written.upper()))
