"""IPython's syntax becomes Python of the same length; Python stays as it is."""

from __future__ import annotations

import ast

import pytest

from preflight_analyzers.source.magics import replace_magics


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("%matplotlib inline\nx = 1", "0                 \nx = 1"),
        ("!ls\nx", "0  \nx"),
        ("if x:\n    !pip install 'a\n    y", "if x:\n    0              \n    y"),
        ("pip install -q torch\n", "0                   \n"),
        ('x = !ls -l "a\ny = %env HOME\n', "x = 0        \ny = 0        \n"),
        ("!a \\\n  b \\\n  c\nx", "0   \n     \n   \nx"),
        ("%time x = f(1)\n", "0;    x = f(1)\n"),
        ("%timeit -n 10 f(1)\n", "0                 \n"),
        ("f?\nnp.sum??\n?f\n%time?\n", "0 \n0       \n0 \n0     \n"),
        ("%%time\nx = 1\n%ls", "      \nx = 1\n0  "),
        ("%%capture out --no-stderr\r\nx = 1\r\n", "                         \r\nx = 1\r\n"),
        ("%%bash\necho \"it's\nls", "      \n          \n  "),
        ("%%html\n<b>(</b>", "      \n        "),
        ("\n%%writefile a.py\nimport torch\n", "\n                \n            \n"),
        ("x = 1\n!a\n'''\n%b\n'''\n!c", "x = 1\n0 \n'''\n%b\n'''\n0 "),
    ],
)
def test_replaced(cell: str, plain: str) -> None:
    assert replace_magics(cell) == plain
    ast.parse(plain)


@pytest.mark.parametrize(
    "cell",
    [
        "x = 1",
        "x = (a\n% b)",
        "x = a \\\n% b\n",
        'x = """\n%time\n!ls\n"""\n',
        "x = {\n'a': 1 # ?\n}\n",
        "x != y\nx = '?'\nx % y\nx %= y\n# x?\n",
        "'%d?' % x",
    ],
)
def test_python_stays(cell: str) -> None:
    assert replace_magics(cell) == cell
