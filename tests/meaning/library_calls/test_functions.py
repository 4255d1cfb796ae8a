"""Functions made of functions, held against Python."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees

EXPRESSIONS = """
functools.reduce(operator.mul, [1, 2, 3])
functools.reduce(lambda a, b: a + b, [[1], [2]], [])
partial(max, 3)(5)
partial(dict, a=1)(b=2)
partial(partial(dict, a=1), a=2)()
operator.attrgetter("a")(SimpleNamespace(a=4))
operator.itemgetter("b")({"a": 1, "b": 2})
functools.wraps(len)(lambda v: 3)([])
functools.lru_cache(maxsize=None)(lambda v: v + 1)(2)
partial(lambda a, b, c=3: (a, b, c), 1)(2, c=4)
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")
