"""Copies: equal to what they are made of, and objects of their own."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees

#: One a line; statements are told apart by "; ".
BODIES = """
x = [1, [2]]; y = copy.deepcopy(x); y[1].append(3); return x, y
x = [1, [2]]; y = copy.copy(x); y[1].append(3); return x, y
x = [1]; y = copy.copy(x); y.append(2); return x, y
x = {"a": [1]}; y = copy.deepcopy(x); y["a"].append(2); return x, y
x = {"a": [1]}; y = copy.copy(x); y["b"] = 2; return x, y
x = SimpleNamespace(a=1); y = copy.copy(x); y.a = 2; return x.a, y.a
x = SimpleNamespace(a=[1]); y = copy.deepcopy(x); y.a.append(2); return x.a, y.a
return copy.deepcopy(3), copy.copy("a")
"""


@pytest.mark.parametrize("body", BODIES.strip().splitlines())
def test_statements(body: str) -> None:
    assert agrees(body.replace("; ", "\n"))
