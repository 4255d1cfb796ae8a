"""Dicts, held against Python."""

from __future__ import annotations

import pytest

from tests.meaning.python_truth import agrees, known, returned

EXPRESSIONS = """
{"a": 1, **{"b": 2}}
dict(a=1, b=2)
dict([("a", 1), ("b", 2)])
dict({"a": 1}, b=2)
dict(zip("ab", [1, 2]))
{k: v for k, v in zip("ab", [1, 2])}
{"a": 1} | {"a": 2, "b": 3}
list({"a": 1, "b": 2})
list({"a": 1}.items())
list({"a": 1}.values())
sorted({"b": 1, "a": 2}.keys())
{"a": 1}.get("a")
{"a": 1}.get("b", 5)
{"a": 1}.get("b")
dict.fromkeys(["a", "b"], 0)
len({"a": 1})
"a" in {"a": 1}
"b" in {"a": 1}.keys()
OrderedDict([("a", 1), ("b", 2)])
list(OrderedDict(a=1).keys())
{"a": [1, 2]}["a"][1]
{1: "x", 2: "y"}[2]
[k + str(v) for k, v in {"a": 1, "b": 2}.items()]
(lambda **kw: kw)(a=1, b=2)
(lambda a, **kw: (a, kw))(**{"a": 1, "c": 3})
max({"a": 1, "b": 5}.values())
sum({"a": 1, "b": 5}.values())
next(iter({"a": 1}))
dict(reversed(list({"a": 1, "b": 2}.items())))
"""

#: One a line; statements are told apart by "; ".
BODIES = """
x = {"a": 1}; x["b"] = 2; del x["a"]; return x
x = {"a": 1}; y = x.pop("a"); return x, y
x = {}; x.setdefault("a", []).append(1); return x
x = {"a": 1}; x.update(b=2); x.update({"c": 3}); return x
x = {"a": 1}; x |= {"b": 2}; return x
x = {"a": 1}; x.clear(); return x
x = {"a": 1}; x["a"] += 2; return x
x = {"a": {"b": 1}}; x["a"]["c"] = 2; return x
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")


@pytest.mark.parametrize("body", BODIES.strip().splitlines())
def test_statements(body: str) -> None:
    assert agrees(body.replace("; ", "\n"))


NOT_KNOWN = """
x = {}; x[unknown] = 1; return x
x = {"a": 1, **unknown}; return x
x = {"a": 1}; x.update(unknown); return x
x = {"a": 1}; x.pop(unknown, None); return x
x = {"a": 1}; y = x.pop("a") if unknown else 0; return x
x = dict(unknown); return x
x = {"a": 1} | unknown; return x
x = {"a": unknown}; return x["a"]
x = collections.defaultdict(int); return len(x)
"""


@pytest.mark.parametrize("body", NOT_KNOWN.strip().splitlines())
def test_what_is_not_known(body: str) -> None:
    with pytest.raises(AssertionError, match="not known"):
        known(returned(body.replace("; ", "\n")))
