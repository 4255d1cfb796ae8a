"""Where a file is cut, block by block."""

from __future__ import annotations

import pytest

from preflight_analyzers.source.blocks import cut


def texts(source: str) -> list[str]:
    blocks = cut(source)
    assert "".join(block.text for block in blocks) == source
    return [block.text for block in blocks]


@pytest.mark.parametrize(
    "parts",
    [
        [],
        ["\n\n# nothing but this\n"],
        ["x = 1"],
        ['"""doc\nx = 1\n"""\n', "import torch\n", "from a import (\n    b,\n)\n"],
        ["x = 1\n", "\n\n# about y\ny = 2\n", "\n# the end\n\n"],
        ["x = 1; y = 2\n", "z = 3\n"],
        ["x = \\\n1\n", "y = (\n1\n)\n", "z = '''\ndef f(): pass\n'''\n"],
        ["if a:\n    pass\n# why\nelif b:\n    pass\nelse:\n    pass\n", "b\n"],
        ["try:\n    a\nexcept E:\n    b\nelse:\n    c\nfinally:\n    d\n", "e\n"],
        ["match x:\n    case 1:\n        pass\n    case _:\n        pass\n", "match = x\n"],
        ["@a\n@b(\n    1\n)\n# between\n\ndef f():\n    pass\n", "g()\n"],
        ["def f():\n    x\n    # still in f\n", "# about g\ndef g():\n    pass\n"],
        ["def f():\n    class A:\n        def g(self): pass\n\n    return A\n", "x\n"],
        ["class A: pass\n", "class B(A): x = 1; y = {\n}\n"],
        ["if a:\n    class A:\n        def f(self): pass\n", "x\n"],
        ['x = "a\\\n b" # c\n', "y = '\\''\n", 'z = r"\\"("\n', "k\n"],
        ["x = 1\r\n", "\r\ny = (\r\n2)\r\n", "z\r\n"],
        ["x = 1\r", "# y\ry = (\r2)\r", "z"],
        ["x = 1\n", "\f\ny = 2\n", "\fz = 3\n", "a = 1 \f+ 2\n"],
        ['# ends with \\\r\n"a"\r\n', "b\r\n"],
        ["x = f'{a['b']}' + f\"{d[\"(\"]}\"\n", "y\n"],
        ['x = f"{f("(")}"\n', 'y = f"""\n{a}\n"""\n', "z\n"],
        ["x = if_'(' if a else\"{\"\n", "y\n"],
        ["ａ = '𝒳('\n", "y = 1\n"],
        ["async def f():\n    pass\n", "async with a:\n    pass\n", "type X = int\n", "type(x)\n"],
    ],
)
def test_statements(parts: list[str]) -> None:
    assert texts("".join(parts)) == parts


def test_a_class_is_cut_into_head_and_members() -> None:
    parts = [
        "x = 1\n",
        "\n# about A\n@dec(\n    1\n)\nclass A(\n    B,\n):  # why\n",
        '    """doc"""\n',
        "\n    # first\n    x: int = 3; y = 4\n",
        "\n    @property\n    def f(self):\n        return (\n1\n        )\n        # still in f\n",
        "# far left\n    # about g\n    async def g(self): pass\n",
        "    if x:\n        pass\n    else:\n        pass\n",
        "    class Inner:\n        def f(self): pass\n",
        "# after\ny = 2\n",
    ]
    blocks = cut("".join(parts))
    assert [block.text for block in blocks] == parts
    assert [(block.kind, block.keyword, block.name, block.owner) for block in blocks] == [
        ("statement", "", None, None),
        ("class", "class", "A", None),
        ("member", "", None, 1),
        ("member", "", None, 1),
        ("member", "def", "f", 1),
        ("member", "def", "g", 1),
        ("member", "if", None, 1),
        ("member", "class", "Inner", 1),
        ("statement", "", None, None),
    ]
    assert [(block.line, block.statement_line) for block in blocks] == [
        (1, 1),
        (2, 4),
        (10, 10),
        (11, 13),
        (14, 15),
        (21, 23),
        (24, 24),
        (28, 28),
        (30, 31),
    ]


@pytest.mark.parametrize("indent", ["\t", " ", "  ", "        ", " \t"])
def test_any_indentation_of_members(indent: str) -> None:
    parts = ["class A:\n", f"{indent}x = 1\n", f"\n{indent}def f(self):\n{indent * 2}pass\n", "y = 2\n"]
    assert texts("".join(parts)) == parts


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_are_counted_at_every_kind_of_break(line_break: str) -> None:
    source = "# a\n\nclass A:\n    '''\n\n    '''\n    def f(self):\n        pass\nx = 1\n# b\n"
    blocks = cut(source.replace("\n", line_break))
    assert [(block.kind, block.line, block.statement_line) for block in blocks] == [
        ("class", 1, 3),
        ("member", 4, 4),
        ("member", 7, 7),
        ("statement", 9, 9),
        ("trivia", 10, 10),
    ]


@pytest.mark.parametrize(
    ("line", "keyword", "name"),
    [
        ("import a", "import", None),
        ("from a import b", "from", None),
        ("imported = 1", "", None),
        ("async def f(): pass", "def", "f"),
        ("async for x in y: pass", "for", None),
        ("def f[T](x: T): pass", "def", "f"),
        ("@a\ndef ｆ(): pass", "def", "ｆ"),
        ("class A[T](B): pass", "class", "A"),
        ("with a: pass", "with", None),
        ("match x:\n  case 1: pass", "match", None),
        ("match(x)", "", None),
        ("match = {1: 2}", "", None),
        ("type X = int", "type", None),
        ("type(x)", "", None),
        ("'def f()'", "", None),
        ("not x", "", None),
        ("if'a'in b: pass", "if", None),
    ],
)
def test_keyword_and_name(line: str, keyword: str, name: str | None) -> None:
    (block,) = cut(line)
    assert (block.keyword, block.name) == (keyword, name)
