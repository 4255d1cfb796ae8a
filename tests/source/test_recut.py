"""Blocks along Python's own tree are those of the line-based cutter, where that one is right."""

from __future__ import annotations

import pytest

from preflight_analyzers.source.blocks import cut
from preflight_analyzers.source.parse import BrokenBlock, parse_block
from preflight_analyzers.source.recut import recut

# Valid Python that a cutter by lines takes for something else.
MISJUDGED = [
    # A line break and a quote in a replacement field, and the same quote around it.
    'x = f"{"""\n)""" + f"("}"\ny = 1\n',
    # The line continues the one before, which is nothing but a backslash.
    "\\\nx = 1\ny = 2\n",
    "class A:\n    pass\n\\\nx = 1\n",
]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "x = 1",
        "x = 1; y = 2\nz = 3;\nw = 4; # c\na = 1; \\\nb = 2\nc\n",
        '"""doc"""\n# c\n@a\n@b(\n1)\ndef f():\n    pass\n    # in f\n# about A\n\nclass A(B): # c\n'
        "    x = 1; y = 2\n\n    # about g\n    @a\n    def g(self): pass\n# end\n",
        "class A(\n    B,  # :\n    # :\n):\n    # c\n    '''d'''\n",
        "class A: x = 1; y = 2\nclass B:\n\tx = {\n}\n\tclass C:\n\t\tpass\n",
        "x = '𝒳'; y = 'ä'\r\nclass Ä:\r\n  ö = 1\r\n\r\n\r\ny\r\n",
        "x = 1\r# c\rclass A:\r  y = 2\rz = 3",
        "\fx = 1\n\f\nclass A:\n\f    y = 2\n\f# c\n",
        "if a:\n  x\nelse:\n  y\ntry:\n  x\nexcept A:\n  y\nmatch x:\n  case 1:\n    y\n",
    ],
)
def test_the_same_blocks(text: str) -> None:
    assert recut(text) == cut(text)


@pytest.mark.parametrize("text", MISJUDGED)
def test_a_valid_file_has_no_broken_block(text: str) -> None:
    blocks = recut(text)
    if blocks is None:
        pytest.skip("not yet Python here")
    assert "".join(block.text for block in blocks) == text
    assert not [block for block in blocks if isinstance(parse_block(block), BrokenBlock)]


@pytest.mark.parametrize("text", ["x = (\n", "def f(:\n", "x = '''\n", "(" * 5000 + ")" * 5000, "x\0"])
def test_broken_code_is_not_recut(text: str) -> None:
    assert recut(text) is None
