"""Iterators of ``itertools``, held against Python."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees, known, returned

EXPRESSIONS = """
list(itertools.chain([1], (2, 3)))
list(itertools.chain.from_iterable([[1], [2]]))
list(itertools.repeat(1, 3))
list(itertools.product([1, 2], "ab"))
list(itertools.combinations([1, 2, 3], 2))
list(itertools.pairwise([1, 2, 3]))
list(itertools.accumulate([1, 2, 3]))
list(itertools.islice([1, 2, 3], 2))
list(itertools.zip_longest([1, 2], [3]))
list(itertools.starmap(pow, [(2, 3), (3, 2)]))
list(itertools.permutations([1, 2, 3], 2))
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")


NOT_KNOWN = """
list(itertools.chain([1], unknown))
list(itertools.repeat(1))
list(itertools.repeat(1, unknown))
list(itertools.product([1], unknown))
list(itertools.islice([1, 2], unknown))
list(itertools.islice(itertools.count(), 3))
list(itertools.accumulate(unknown))
list(zip(itertools.cycle([1, 2]), [3, 4]))
"""


@pytest.mark.parametrize("expression", NOT_KNOWN.strip().splitlines())
def test_what_is_not_known(expression: str) -> None:
    with pytest.raises(AssertionError, match="not known"):
        known(returned(f"return {expression}"))
