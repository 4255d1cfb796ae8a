"""Small things of the standard library, held against Python."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees, known, returned

#: One a line; statements are told apart by "; ".
BODIES = """
return SimpleNamespace(a=1, b=2).b
x = SimpleNamespace(a=1); x.b = x.a + 1; return x.a, x.b
x = SimpleNamespace(**{"a": [1]}); x.a.append(2); return x.a
x = SimpleNamespace(b=1); return getattr(x, "a", 5), hasattr(x, "a"), hasattr(x, "b")
from typing import cast; return cast(int, 3)
"""


@pytest.mark.parametrize("body", BODIES.strip().splitlines())
def test_statements(body: str) -> None:
    assert agrees(body.replace("; ", "\n"))


def test_what_may_have_more_attributes_is_not_known() -> None:
    with pytest.raises(AssertionError, match="not known"):
        known(returned("return getattr(SimpleNamespace(**unknown), 'a', 5)"))
