"""Named tuples and other collections, held against Python."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees

EXPRESSIONS = """
list(collections.deque([1, 2]))
namedtuple("P", "x y")(1, 2).x
namedtuple("P", ["x", "y"], defaults=[5])(1).y
namedtuple("P", "x y")(1, y=2)._replace(x=3)
namedtuple("P", "x y")(1, 2)._asdict()
namedtuple("P", "x, y")(1, 2)[1]
[v for v in namedtuple("P", "x y")(1, 2)]
namedtuple("P", "x y z", defaults=(7, 8))(1)
OrderedDict(a=1)["a"]
list(OrderedDict([("b", 1), ("a", 2)]))
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")
