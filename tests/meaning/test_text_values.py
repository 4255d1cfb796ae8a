"""Strings worked out while reading, held against Python."""

from __future__ import annotations

import pytest

from preflight_analyzers.meaning.text_values import matches
from preflight_analyzers.meaning.values import Plain
from tests.meaning.python_truth import agrees, known, returned

EXPRESSIONS = """
f"layer{3}"
f"{2:>4}|{'a'!r}|{1.5:.2f}"
"layer" + str(2)
"-".join(["a", "b"])
"a,b,,c".split(",")
"conv2d".startswith("conv")
"Conv".lower().upper().title()
"x{}".format(3)
"{a}-{b}".format(a=1, b=2)
"%s_%d" % ("a", 3)
"%s" % "a"
"a" * 3
"abc"[1]
"abc"[::-1]
len("abc")
"b" in "abc"
list("abc")
"a.b.c".rsplit(".", 1)
"k=v".partition("=")
"r2_k3_s22".split("_")
[o[0] for o in "r2_k3_s22".split("_")]
int("k3"[1:])
"abc".replace("b", "x")
"3".isdigit()
"x".join(f"{i}" for i in range(3))
sorted("bca")
"".join(reversed("abc"))
"a" < "b"
str(True)
"ab".index("b")
"{:03d}".format(7)
" a ".strip()
"a-b".split("-")[-1]
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")


NOT_KNOWN = """
f"layer{unknown}"
f"{1:{unknown}}"
"a" + unknown
"-".join(unknown)
"-".join([unknown])
"{}".format(unknown)
"%s" % unknown
unknown.upper()
"a" * 10**8
str(unknown)
"ab".index("z")
"""


@pytest.mark.parametrize("expression", NOT_KNOWN.strip().splitlines())
def test_what_is_not_known(expression: str) -> None:
    with pytest.raises(AssertionError, match="not known"):
        known(returned(f"return {expression}"))


def test_a_template_stands_for_names_that_fit() -> None:
    template = returned("return f'layer{unknown}_conv'")
    assert isinstance(template, Plain)
    assert matches(str(template.value), "layer3_conv")
    assert not matches(str(template.value), "layer3_norm")
    assert not matches(str(template.value), "head_conv")
