"""Cuts a Python file into blocks, by lines and without a parser.

A block is a top-level statement, the head of a class, or one statement of a class body. What is typed into
one block leaves the text of all others as it was, so their meaning can be kept; a block that is broken
while it is being typed costs only itself.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from preflight_analyzers.source.lexer import indent_width, mask, normalise_newlines


class Block(NamedTuple):
    #: The exact slice of the file, with the comments and blank lines before the statement.
    text: str
    #: Line of the first character, from 1.
    line: int
    #: "statement" (top level), "class" (decorators and the class line through its colon), "member" (one
    #: statement of a class body) or "trivia" (comments and blank lines at the end of the file).
    kind: str
    #: First keyword after decorators and ``async``; empty for an expression or assignment.
    keyword: str
    #: Name of the function or class.
    name: str | None
    #: For a member: the index of its class among the blocks.
    owner: int | None
    #: Line of the first decorator or of the statement itself, from 1.
    statement_line: int

    @property
    def last_line(self) -> int:
        breaks = self.text.count("\n")
        return self.line + breaks - (breaks > 0 and self.text.endswith("\n"))

    def holds(self, line: int) -> bool:
        """Whether a line of the file is one of the block's."""
        return self.line <= line <= self.last_line


class Start(NamedTuple):
    """Where a statement begins, and what kind of block it makes."""

    line_start: int
    #: Of the keyword, in the masked text: after indentation and decorators.
    keyword_at: int
    kind: str
    indent: str
    owner: int | None


# All patterns run over the masked text (see lexer.mask) with a line break put before it.
_TOP_LINE = re.compile(r"\n()(?=[^\s)])")
_ANY_LINE = re.compile(r"\n([ \t]*)(?=[^\s])")
_BRACKET = re.compile(r"[()]")
_CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
_DECORATOR = re.compile(r"@[ \t]*[^\s]")
_DECORATED = re.compile(r"@[ \t]*[^\s]|(?:class|def|async)\b")
_DEFINITION = re.compile(r"(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:]|@\w")
_CLASS = re.compile(r"class\b")
_COMPOUND = re.compile(r"(?:async|def|if|for|while|with|try|match|class)\b")
# A line inside of brackets never begins like this.
_NEVER_IN_BRACKETS = re.compile(
    r"(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[(:]|from[ \t]+[\w.]+[ \t]+import\b|"
    r"(?:async[ \t]+)?with\b|"
    r"(?:import|while|try|return|raise|assert|del|global|nonlocal|pass|break|continue|elif|except|finally)\b"
)
_KEYWORD = re.compile(
    r"(?:async[ \t]+(?=def|for|with))?"
    r"(?:(def|class)\b(?:[ \t]+(\w+))?"
    r"|(import|from|if|elif|else|for|while|with|try|except|finally|return|raise|assert|del|global|nonlocal"
    r"|pass|break|continue)\b"
    r"|(match)\b(?=[^=\n]*:[ \t]*\n)(?![ \t]*[.:,)])"
    r"|(type)[ \t]+\w+[ \t]*[=(])"
)


def cut(text: str) -> list[Block]:
    """The blocks of ``text``, in order. Joined, their texts are ``text``, whatever it is."""
    if not text:
        return []
    masked = "\n" + mask(text)
    starts = _Statements(masked).find()
    return make_blocks(text, masked, starts)


class _Statements:
    """Walks the lines that can begin a statement and tells which of them do."""

    def __init__(self, masked: str) -> None:
        self.masked = masked
        self.starts: list[Start] = []
        self.indent = ""  # of the statements being told apart: a class body's, or none
        self.owner: int | None = None
        self.pattern = _TOP_LINE
        self.position = 0
        self.counted = 0  # up to where brackets are counted
        self.depth = 0
        self.skipped: list[int] = []  # lines inside of brackets
        self.recovering_until = 0
        self.decorators: int | None = None  # start of the line of the first one

    def find(self) -> list[Start]:
        while True:
            line = self.pattern.search(self.masked, self.position)
            at = line.start() if line else len(self.masked)
            self._count_brackets(at)
            if self.depth > 0 and at >= self.recovering_until:
                if line and not _NEVER_IN_BRACKETS.match(self.masked, line.end()):
                    self.skipped.append(at)
                    self.position = line.end()
                    continue
                if self._recover(at):
                    continue
            if not line:
                break
            self.depth = 0
            self.skipped.clear()
            self.position = line.end()
            self._line(at, line.end(), line[1])
        if self.decorators is not None:
            self._start(self.decorators, self.decorators)
        return self.starts

    def _count_brackets(self, to: int) -> None:
        masked, counted = self.masked, self.counted
        self.depth += masked.count("(", counted, to) - masked.count(")", counted, to)
        self.counted = to

    def _recover(self, at: int) -> bool:
        """A bracket before ``at`` is never closed: goes back to the first line after it, if there is one."""
        opened: list[int] = []
        begin = self.starts[-1].line_start if self.starts else 0
        for bracket in _BRACKET.finditer(self.masked, begin, at):
            if bracket[0] == "(":
                opened.append(bracket.start())
            elif opened:
                opened.pop()
        guilty = opened[0] if opened else begin
        line = next((line for line in self.skipped if line > guilty), None)
        self.skipped.clear()
        if line is None:
            return False
        self.recovering_until = at
        self.position = self.counted = line
        self.depth = 0
        return True

    def _line(self, at: int, code: int, indent: str) -> None:
        if indent != self.indent:
            if not indent:
                self._flush_decorators()
                self._leave_class()
            elif indent_width(indent) < indent_width(self.indent) and _DEFINITION.match(self.masked, code):
                # Only broken code does this: the first statement of the body stands too far to the right.
                self._set_indent(indent)
            else:
                return
        if self.decorators is not None:
            if not _DECORATED.match(self.masked, code):
                self._flush_decorators()
            elif self.masked[code] == "@":
                return
        elif _DECORATOR.match(self.masked, code):
            self.decorators = at
            return
        elif _CLAUSE.match(self.masked, code) and self._continues():
            return
        begin = at if self.decorators is None else self.decorators
        self.decorators = None
        if not self.indent and _CLASS.match(self.masked, code) and self._enter_class(begin, code):
            return
        self._start(begin, code)

    def _continues(self) -> bool:
        last = self.starts[-1] if self.starts else None
        return last is not None and last.kind != "class" and last.indent == self.indent

    def _flush_decorators(self) -> None:
        if self.decorators is not None:
            self._start(self.decorators, self.decorators)
            self.decorators = None

    def _start(self, line_start: int, keyword_at: int) -> None:
        kind = "member" if self.owner is not None else "statement"
        self.starts.append(Start(line_start, keyword_at, kind, self.indent, self.owner))

    def _enter_class(self, begin: int, code: int) -> bool:
        """Starts a class with a body of its own lines; False for a one-line class."""
        head_end = self._head_end(code)
        body = _ANY_LINE.search(self.masked, head_end)
        if not body or not body[1]:
            return False
        head = self.masked[code:head_end].rstrip()
        if not head.endswith(":") and ":" in re.sub(r"\(.*\)", "", head, flags=re.DOTALL):
            return False
        self.starts.append(Start(begin, code, "class", "", None))
        self.owner = len(self.starts) - 1
        self._set_indent(body[1])
        self.position = self.counted = head_end
        return True

    def _head_end(self, code: int) -> int:
        """The line break that ends the logical line of a class."""
        depth = 0
        begin = code
        while True:
            end = self.masked.find("\n", begin)
            if end < 0:
                return len(self.masked)
            depth += self.masked.count("(", begin, end) - self.masked.count(")", begin, end)
            if depth <= 0:
                return end
            following = _ANY_LINE.match(self.masked, end)
            if following and _NEVER_IN_BRACKETS.match(self.masked, following.end()):
                return self.masked.find("\n", code)  # the bracket is never closed
            begin = end + 1

    def _leave_class(self) -> None:
        self.indent = ""
        self.owner = None
        self.pattern = _TOP_LINE

    def _set_indent(self, indent: str) -> None:
        self.indent = indent
        self.pattern = _lines_up_to(len(indent))


@lru_cache(maxsize=64)
def _lines_up_to(width: int) -> re.Pattern[str]:
    return re.compile(rf"\n([ \t]{{0,{width}}})(?=[^\s)])")


def make_blocks(text: str, masked: str, starts: list[Start]) -> list[Block]:
    """Cuts ``text`` between ``starts``. ``masked`` has one line break more, before the first character."""
    newlines = normalise_newlines(text)
    bounds = _bounds(text, masked, starts)
    blocks: list[Block] = []
    line = 1
    for index, start in enumerate(starts):
        begin, end = bounds[index], bounds[index + 1]
        keyword, name = _keyword(masked, start.keyword_at)
        statement_line = line + newlines.count("\n", begin, start.line_start)
        blocks.append(Block(text[begin:end], line, start.kind, keyword, name, start.owner, statement_line))
        line += newlines.count("\n", begin, end)
    if bounds[-1] < len(text):
        blocks.append(Block(text[bounds[-1] :], line, "trivia", "", None, None, line))
    return blocks


def _keyword(masked: str, at: int) -> tuple[str, str | None]:
    found = _KEYWORD.match(masked, at)
    if not found:
        return "", None
    return found[1] or found[3] or found[4] or found[5], found[2]


def _bounds(text: str, masked: str, starts: list[Start]) -> list[int]:
    """Where each block begins, and where the last one ends."""
    if not starts:
        return [0]
    bounds = [0]
    for before, start in pairwise(starts):
        bounds.append(_begin(text, masked, start.line_start, before, len(start.indent)))
    # The line after the last one: behind the last line break, or where one is missing.
    last = len(text) if masked.endswith("\n") else len(masked)
    bounds.append(min(len(text), _begin(text, masked, last, starts[-1], 0)))
    return bounds


def _begin(text: str, masked: str, line_start: int, before: Start, width: int) -> int:
    """The first of the blank and comment lines between the statement ``before`` and ``line_start``.

    A comment indented deeper than ``width`` still belongs to the body of the statement before, if it has one.
    """
    begin = end = line_start
    after_deep_comment: int | None = None
    while True:
        # masked[i + 1] stands for text[i]
        line = masked.rfind("\n", before.keyword_at, end)
        if line < 0:
            return begin
        if end - line > 1 and not masked[line + 1 : end].isspace():
            break
        content = text[line : end - 1].rstrip("\r")
        if content.isspace() or text[line - 1] == "\f":
            after_deep_comment = None  # libcst loses such a line before the last comments of a body
        elif after_deep_comment is None and _indent(content) > width:
            after_deep_comment = begin
        end = line
        if text[line - 1] in "\r\n":
            begin = line
    has_body = _COMPOUND.match(masked, before.keyword_at) and _indent(masked[line + 1 : end]) > width
    return after_deep_comment if has_body and after_deep_comment is not None else begin


def _indent(line: str) -> int:
    """The indentation of a line in characters, -1 if it is blank."""
    code = line.lstrip()
    return len(line) - len(code) if code else -1
