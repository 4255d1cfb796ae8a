"""Numbers worked out while reading, held against Python."""

from __future__ import annotations

import pytest

from preflight_analyzers.meaning.values import Known, Plain, Tensor, options
from tests.meaning.python_truth import agrees, known, returned

EXPRESSIONS = """
int(3.7)
int("12")
float("1e-3")
bool([])
str(1.5)
abs(-3)
abs(-0.5)
max(3, 7, 2)
min([4, 2])
max([1, 5], default=0)
max((), default=0)
sum([1, 2, 3])
sum([0.5], 1)
sum(x * 2 for x in range(4))
sum([[1], [2, 3]], [])
pow(2, 5)
divmod(17, 5)
round(2.567, 1)
round(7.5)
math.ceil(7 / 2)
math.floor(-0.5)
math.sqrt(16)
math.log2(64)
math.log(8, 2)
math.prod([2, 3, 4])
math.gcd(12, 18)
math.isclose(1.0, 1.0)
int(math.ceil(64 * 1.1 / 8) * 8)
max(8, int(35 + 8 / 2) // 8 * 8)
operator.add(2, 3)
operator.mul(2, 3)
int(np.prod([2, 3, 4]))
int(np.prod((4, 4)))
float(np.sqrt(16))
int(np.log2(32))
len(range(3, 20, 4))
list(range(5))
[i ** 2 for i in range(4)]
7 // 2 * 2 + 7 % 3
True + 1
-2 ** 2
0x10 | 3
1 if 3 > 2 else 0
[0.1 * i / 3 for i in range(4)]
int(True)
math.trunc(2.7)
any([0, 1])
all([])
3 in (1, 2, 3)
"""


@pytest.mark.parametrize("expression", EXPRESSIONS.strip().splitlines())
def test_expression(expression: str) -> None:
    assert agrees(f"return {expression}")


NOT_KNOWN = """
int(unknown)
max(1, unknown)
max([1, 2], key=unknown)
sum([1, unknown])
sum(unknown)
round(unknown)
10 ** 1000
1 / 0
int("x")
math.sqrt(-1)
math.prod(unknown)
"""


@pytest.mark.parametrize("expression", NOT_KNOWN.strip().splitlines())
def test_what_is_not_known(expression: str) -> None:
    with pytest.raises(AssertionError, match="not known"):
        known(returned(f"return {expression}"))


@pytest.mark.parametrize(
    ("expression", "result"), [("n * 2", 6), ("1 - n", -2), ("-n", -3), ("n >= 3", True), ("2 < n", True)]
)
def test_arithmetic_takes_no_none(expression: str, result: object) -> None:
    assert known(returned(f"n = None if unknown else 3\nreturn {expression}")) == result


@pytest.mark.parametrize("expression", ["n + 1", "2 * n", "n - n", "n < 3", "0 != n"])
def test_what_is_a_number_or_a_tensor_stays_one_of_them(expression: str) -> None:
    import_torch = "import torch\nn = torch.rand(3) if unknown else 3\n"
    kinds = {type(one) for one in options(returned(f"{import_torch}return {expression}"))}
    assert Tensor in kinds
    assert kinds & {Known, Plain}
