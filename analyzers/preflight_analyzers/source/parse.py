"""Blocks to libcst trees, each block on its own and cached by its text."""

from __future__ import annotations

import ast
import re
import warnings
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.lexer import mask
from preflight_analyzers.source.nesting import nesting

if TYPE_CHECKING:
    import libcst as cst
    from libcst._position import CodeRange

_CLASS_HEADER = "class _:\n"
_CLASS_BODY = " pass"
# Far beyond these libcst exhausts the C stack, which would end the process. CPython's limit of brackets is
# the same; the bound of the tree is several times the depth that Python code can walk.
_MOST_BRACKETS = 200
_DEEPEST_TREE = 2000
#: Why a block is not parsed that may well be Python.
TOO_DEEP = "nested too deeply"
# Up to this any walk over the tree stays within Python's recursion limit.
_NOT_DEEP = 60
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_LEADING_FORM_FEED = re.compile(r"(?m)^[ \t\f]*\f")
# A line of nothing but a continuation before a statement, which libcst forgets.
_LONE_BACKSLASH = re.compile(r"(?m)(?<!\\\n)(?<!\\\r\n)^[ \t]*\\(?=\r?\n)")
_LINE_NUMBER = re.compile(r" on line \d+| \(detected at line \d+\)")


class ParsedBlock:
    """The tree of one block.

    ``statements`` are the block's own statements, in order. For a class head that is one ClassDef, whose
    body is a ``pass`` which is not in the file. Use positions.locate for places: those of libcst count
    the lines of ``module``, which wraps the block.
    """

    __slots__ = ("_ranges", "kind", "lost", "module", "statements", "text")

    def __init__(
        self,
        text: str,
        kind: str,
        module: cst.Module,
        statements: Sequence[cst.BaseStatement | cst.BaseSmallStatement],
        lost: dict[int, str],
    ) -> None:
        self.text = text
        self.kind = kind
        self.module = module
        self.statements = statements
        #: What libcst drops at the beginning of lines (form feeds, lone backslashes), by line from 1.
        self.lost = lost
        self._ranges: dict[cst.CSTNode, CodeRange] | None = None

    @property
    def lines_before(self) -> int:
        """How many lines of ``module`` stand before the block's first one."""
        return 1 if self.kind == "member" else 0

    @property
    def ranges(self) -> dict[cst.CSTNode, CodeRange]:
        """libcst's positions in ``module``, found when first asked for."""
        if self._ranges is None:
            from libcst.metadata import MetadataWrapper, PositionProvider

            wrapper = MetadataWrapper(self.module, unsafe_skip_copy=True)
            self._ranges = dict(wrapper.resolve(PositionProvider))
        return self._ranges

    def code(self) -> str:
        """The block's text as its tree gives it back."""
        code = self.module.code
        if self.kind == "member":
            code = code.removeprefix(_CLASS_HEADER)
        elif self.kind == "class":
            code = code.removesuffix(_CLASS_BODY)
        breaks = _LINE_BREAK.findall(self.text)
        if not self.lost and "\r" not in breaks:
            return code
        lines = _LINE_BREAK.split(code)
        if len(lines) != len(breaks) + 1:
            return code
        return "".join(
            self.lost.get(number, "") + line + line_break
            for number, (line, line_break) in enumerate(zip(lines, [*breaks, ""], strict=True), 1)
        )


class BrokenBlock(NamedTuple):
    """Why a block is no Python: one line for a person, and the place in the block (from 1, code points)."""

    message: str
    line: int
    column: int


class _Cache:
    """The least recently used trees go first, once the texts of all together exceed ``most`` characters."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._parsed: OrderedDict[tuple[str, str], ParsedBlock | BrokenBlock] = OrderedDict()

    def parse(self, kind: str, text: str) -> ParsedBlock | BrokenBlock:
        key = (kind, text)
        parsed = self._parsed.get(key)
        if parsed is not None:
            self._parsed.move_to_end(key)
            return parsed
        parsed = _parse(kind, text)
        self._parsed[key] = parsed
        self._size += len(text)
        while self._size > self._most and len(self._parsed) > 1:
            (_, old), _ = self._parsed.popitem(last=False)
            self._size -= len(old)
        return parsed


# A tree takes some hundred times the memory of its text.
_cache = _Cache(most=400_000)


def parse_block(block: Block) -> ParsedBlock | BrokenBlock:
    """The tree of a block; the same object for the same text while it is cached."""
    return _cache.parse(block.kind if block.kind in ("member", "class") else "statement", block.text)


def _parse(kind: str, text: str) -> ParsedBlock | BrokenBlock:
    import libcst as cst

    prepared, lost = _prepare(text)
    depth = nesting(prepared)
    if depth.brackets > _MOST_BRACKETS or depth.tree > _DEEPEST_TREE:
        return BrokenBlock(TOO_DEEP, 1, 1)
    source = wrap(kind, prepared)
    try:
        module = cst.parse_module(source)
        if depth.tree > _NOT_DEEP:
            module.code  # noqa: B018  (walks the tree)
    except cst.ParserSyntaxError as error:
        return _explain(kind, text, source, error.editor_line, error.editor_column)
    except cst.CSTValidationError:
        return _explain(kind, text, source, 1, 1)
    except RecursionError:
        return BrokenBlock(TOO_DEEP, 1, 1)
    if source.endswith("\n") and not module.has_trailing_newline:
        # libcst takes a backslash that ends a comment for a line continuation.
        module = module.with_changes(has_trailing_newline=True)
    statements: Sequence[cst.BaseStatement | cst.BaseSmallStatement] = module.body
    if kind == "member":
        if len(module.body) != 1:
            return BrokenBlock("unindent does not match the class body", 1, 1)
        wrapper = module.body[0]
        assert isinstance(wrapper, cst.ClassDef)
        statements = wrapper.body.body
    return ParsedBlock(text, kind, module, statements, lost)


def wrap(kind: str, text: str) -> str:
    """A block's text made a program of its own."""
    if kind == "member":
        return _CLASS_HEADER + text
    if kind == "class":
        return text + _CLASS_BODY
    return text


def _prepare(text: str) -> tuple[str, dict[int, str]]:
    """What libcst can give back: no form feeds before the first token of a line, no lone carriage returns, no
    continuation before a statement.

    None of it changes a line's number. The second value is what was taken away, by line.
    """
    lost: dict[int, str] = {}
    if "\f" in text:
        for found in reversed(list(_LEADING_FORM_FEED.finditer(mask(text, keep_form_feeds=True)))):
            line = len(_LINE_BREAK.findall(text, 0, found.start())) + 1
            lost[line] = text[found.start() : found.end()]
            text = text[: found.start()] + text[found.end() :]
    if "\\" in text:
        masked = mask(text)  # a space stands for a backslash outside of strings
        for found in reversed(list(_LONE_BACKSLASH.finditer(text))):
            if masked[found.end() - 1] == " ":
                line = len(_LINE_BREAK.findall(text, 0, found.start())) + 1
                lost[line] = found[0]
                text = text[: found.start()] + text[found.end() :]
    if "\r" in text:
        text = re.sub(r"\r(?!\n)", "\n", text)
    return text, lost


def _explain(kind: str, text: str, source: str, line: int, column: int) -> BrokenBlock:
    """What is wrong in Python's own words; the place is that in ``source``, if only libcst objects."""
    message = "this syntax is newer than the parser (libcst) knows"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        message = _LINE_NUMBER.sub("", error.msg)
        line, column = error.lineno or 1, error.offset or 1
    except (RecursionError, MemoryError, ValueError, SystemError):
        message = TOO_DEEP
    if kind == "member":
        line -= 1
    lines = _LINE_BREAK.split(text)
    if line < 1:
        return BrokenBlock(message, 1, 1)
    if line > len(lines) or (line == len(lines) > 1 and not lines[-1]):
        line = len(lines) - (len(lines) > 1 and not lines[-1])
        return BrokenBlock(message, line, len(lines[line - 1]) + 1)
    return BrokenBlock(message, line, max(1, min(column, len(lines[line - 1]) + 1)))
