"""Unpacking and assigning, held against Python."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees

#: One a line; statements are told apart by "; ".
BODIES = """
x, *y = [1, 2, 3]; return x, y
x, (y, z) = 1, (2, 3); return x, y, z
x, y = 1, 2; x, y = y, x; return x, y
(x, y), *z = [[1, 2], 3]; return x, y, z
*x, y = "abc"; return x, y
x = 1; x **= 2; x -= 3; return x
x = 0 if (n := 3) > 5 else n; return x, n
"""


@pytest.mark.parametrize("body", BODIES.strip().splitlines())
def test_statements(body: str) -> None:
    assert agrees(body.replace("; ", "\n"))
