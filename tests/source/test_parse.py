"""Blocks as trees: each gives back its text, and says what is wrong where it can't."""

from __future__ import annotations

import subprocess
import sys

import libcst as cst
import pytest

from preflight_analyzers.source.blocks import cut
from preflight_analyzers.source.parse import BrokenBlock, ParsedBlock, parse_block


def parse(text: str, index: int = 0) -> ParsedBlock:
    parsed = parse_block(cut(text)[index])
    assert isinstance(parsed, ParsedBlock)
    return parsed


def refuse(text: str, index: int = 0) -> BrokenBlock:
    broken = parse_block(cut(text)[index])
    assert isinstance(broken, BrokenBlock)
    return broken


@pytest.mark.parametrize(
    "text",
    [
        "# only this\n\n",
        "x = 1",
        "x = 1\n",
        "x=1\r# c\ry = (\r2)\r",
        "x = 1\r\n\r\nclass A:\r\n\tdef f(self):\r\n\t\t'''a\r\n\tb'''\r\n",
        "x = 1\r\ny = '''\r \n \r\n'''\n",
        "\fclass A:\n\f    def f(self):\n  \f      pass\n\f\n    \f\n    x = '''\n\f'''\n \fy = 1 \f+ 2\n",
        "x = 1  # ends with \\\ny = 2\n",
        "@a\n# c\n@b  # d\nclass A(B,\n  C): # e\n        # far right\n    x = 1\n  # f\n\n    y = 2\n",
        "class A:\n\t@a\n\tdef f(self):\n\t\tx = \\\n1\n\t\treturn x\n# left\n\n\tx = 1",
        "class A[T](B): # c\n    def f[U](self, x: U) -> T: return x\n",
        "match x:\n    case {'a': [1, *_]} if y:\n        pass\n",
        "x = f'{a!r:>{w}} {f\"{b}\"} {{}}' u'b', rb'a'\n",
        "async def f():\n    async with a as b, c: return await d\n",
        "if a:\n    pass\n        # odd\nelif b: pass\n  # odd\nelse:\n    pass\n",
        "s = '𝒳' # 𝒳\nclass Ä:\n    ö = 'ü'\n",
    ],
)
def test_the_tree_gives_the_text_back(text: str) -> None:
    blocks = cut(text)
    for index, block in enumerate(blocks):
        assert parse(text, index).code() == block.text


def test_statements_are_the_blocks_own() -> None:
    text = "import a; b = 1\n@d\nclass A(B):\n    x = 1; y = 2\n    def f(self): pass\n# end\n"
    kinds = [[type(node).__name__ for node in parse(text, index).statements] for index in range(5)]
    assert kinds == [["SimpleStatementLine"], ["ClassDef"], ["SimpleStatementLine"], ["FunctionDef"], []]
    head = parse(text, 1).statements[0]
    assert isinstance(head, cst.ClassDef)
    assert head.name.value == "A"
    assert len(head.decorators) == len(head.bases) == 1


def test_equal_text_is_parsed_once() -> None:
    text = "def same(): pass\n"
    assert parse(text) is parse("x = 1\n" + text, 1)


def test_equal_text_of_another_kind_is_parsed_anew() -> None:
    member = parse("class A:\n  x = 1\n", 1)
    broken = parse_block(cut("  x = 1\n")[0])
    assert member.text == "  x = 1\n"
    assert isinstance(broken, BrokenBlock)


@pytest.mark.parametrize(
    ("text", "index", "message", "line", "column"),
    [
        ("def f(:\n    pass\n", 0, "invalid syntax", 1, 7),
        ("x = 1\n\n# c\ny = (\n", 1, "'(' was never closed", 3, 5),
        ("class A:\n    x = 1\n    def f(self):\n        y = [1\n", 2, "'[' was never closed", 2, 13),
        ("class A(\n    def f(self): pass\n", 0, "'(' was never closed", 1, 8),
        ("class A:\n    def f(self):\n", 1, "expected an indented block after function definition", 1, 17),
        ("ä = 'ö' 'ü\n", 0, "unterminated string literal", 1, 9),
        ("class A:\n    def f(self):\n        ä = 'ö' $\n", 1, "invalid syntax", 2, 17),
        ("if x:\n\ty\n        z\n", 0, "inconsistent use of tabs and spaces in indentation", 3, 1),
        ("x = 'a' b'b'\n", 0, "cannot mix bytes and nonbytes literals", 1, 13),
        ("x = '''\n", 0, "unterminated triple-quoted string literal", 1, 5),
    ],
)
def test_what_is_wrong_and_where(text: str, index: int, message: str, line: int, column: int) -> None:
    assert refuse(text, index) == (message, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000 + ")" * 20_000,
        "f(" * 20_000,
        "a" + "+a" * 20_000,
        "-" * 20_000 + "1",
        "not " * 20_000 + "1",
        "if a:\n pass\n" + "elif b:\n pass\n" * 20_000,
    ],
    ids=["brackets", "open brackets", "sum", "minus", "not", "elif"],
)
def test_what_would_exhaust_the_stack_is_refused(text: str) -> None:
    assert refuse(text).message


def test_long_is_not_deep() -> None:
    assert parse("x = " + "+".join(["-2*a**3*f(b)[1]"] * 150) + "\n").statements
    assert parse("x = [" + "-1, (2, {3: 4}), " * 1_000 + "]\n").statements


def test_cutting_does_not_import_libcst() -> None:
    code = (
        "import sys, preflight_analyzers.source.blocks, preflight_analyzers.source.parse,"
        " preflight_analyzers.source.positions; sys.exit('libcst' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
