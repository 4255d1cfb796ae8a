"""Lists, tuples and sets, held against Python."""

from __future__ import annotations

import pytest

from preflight_analyzers.meaning.values import UNKNOWN, options
from tests.meaning.python_truth import agrees, known, returned

EXPRESSIONS = """
[1, 2] + [3]
[0] * 3
(1,) + (2, 3)
[1, 2, 3][-1]
[1, 2, 3][1:]
[1, 2, 3][::-1]
(1, 2, 3).index(2)
[1, 1, 2].count(1)
sorted([3, 1, 2])
sorted([3, 1, 2], reverse=True)
sorted(["bb", "a"], key=len)
list(reversed([1, 2, 3]))
list(enumerate("ab", 1))
list(zip([1, 2], "ab", strict=True))
list(map(lambda v: v * 2, [1, 2]))
list(map(max, [1, 5], [3, 2]))
list(filter(None, [0, 1, 2]))
list(filter(lambda v: v > 1, [0, 1, 2]))
tuple(v for v in [1, 2])
[*range(2), *[5]]
list(zip(*[(1, "a"), (2, "b")]))
[a for row in [[1, 2], [3]] for a in row]
len([1, 2])
2 in [1, 2]
type(3) is int
type([1]) == list
[1, 2] == [1, 2]
(1, 2) == (1, 3)
[1] != [2]
(1, 2) < (1, 3)
next(iter([1, 2]))
[1, 2][0:1] * 2
[[]] * 2
list(iter([1]))
set([1, 1]) == {1}
len(set([1, 1, 2]))
sorted({3, 1, 2})
isinstance([1], (list, tuple))
isinstance((1,), list)
"""

#: One a line; statements are told apart by "; ".
BODIES = """
x = [1]; x.append(2); x.extend((3, 4)); x.insert(0, 0); return x
x = [1, 2, 3]; y = x.pop(); z = x.pop(0); return x, y, z
x = [3, 1, 2]; x.sort(); return x
x = [3, 1, 2]; x.reverse(); return x
x = [1, 2]; x[0] = 5; return x
x = [1, 2, 3]; del x[0]; return x
x = [1, 2, 3]; x.remove(2); return x
x = [1]; x += [2]; return x
x = [1]; y = x; y += [2]; return x
x = [1]; y = x; y.append(2); return x
x = [1]; y = list(x); y.append(2); return x
x = y = []; x.append(1); return y
x = {1}; x.add(2); return sorted(x)
x = set(); x |= {1}; return sorted(x)
it = iter([1, 2, 3]); x = next(it); return x, list(it)
it = iter([1]); next(it); return next(it, "end")
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")


@pytest.mark.parametrize("body", BODIES.strip().splitlines())
def test_statements(body: str) -> None:
    assert agrees(body.replace("; ", "\n"))


NOT_KNOWN = """
x = [1]; x.extend(unknown); return x
x = [1]; x += unknown; return x
x = [1, 2, 3]; x[1:] = [9]; return len(x)
x = [1, 2]; x.insert(unknown, 3); return x
x = [1, 2]; x.pop(unknown); return x
x = [1, 2]; x.remove(unknown); return x
x = [1]; y = x.append(2) if unknown else 0; return x
x = [2, unknown]; x.sort(); return x
return len({unknown, 1})
return {1, 2} - {unknown}
return [1, unknown] == [1, 2]
return [*unknown, 1]
return list(unknown)
return [v for v in [1, 2] if unknown]
return (1, 2).index(unknown)
"""


@pytest.mark.parametrize("body", NOT_KNOWN.strip().splitlines())
def test_what_is_not_known(body: str) -> None:
    with pytest.raises(AssertionError, match="not known"):
        known(returned(body.replace("; ", "\n")))


def test_a_list_in_itself_ends() -> None:
    assert returned("x = [1]\nx.append(x)\nreturn x[0]") is UNKNOWN


def test_the_order_of_a_set_is_not_known() -> None:
    assert len(options(returned("last = None\nfor x in {len, print}:\n    last = x\nreturn last"))) > 1
