"""What is known after a loop, held against Python where the loop's length is known."""

from __future__ import annotations

import pytest

from preflight_analyzers.meaning.values import Choice, Known, Plain, Sequence, options
from tests.meaning.python_truth import agrees, returned

KNOWN = {
    "a break that is reached for certain": """
        found = []
        for i in range(9):
            if i == 3:
                break
            found.append(i)
        return found, i
        """,
    "a continue": """
        found = []
        for i in range(6):
            if i % 2:
                continue
            found.append(i)
        return found
        """,
    "else after a break, and without one": """
        first = second = "none"
        for i in range(3):
            if i == 1:
                break
        else:
            first = "ran"
        for i in range(3):
            pass
        else:
            second = "ran"
        return first, second
        """,
    "a while that counts": """
        sizes, n = [], 64
        while n > 4:
            sizes.append(n)
            n //= 2
        return sizes, n
        """,
    "while True, left by a break": """
        n = 1
        while True:
            n *= 2
            if n > 20:
                break
        return n
        """,
    "while ... else": """
        n = 3
        while n:
            n -= 1
        else:
            n = "end"
        return n
        """,
    "a break in the inner of two loops": """
        seen = []
        for i in range(3):
            for j in range(3):
                if j > i:
                    break
                seen.append((i, j))
        return seen
        """,
    "return out of a loop": """
        for i in range(5):
            if i == 2:
                return i
        return None
        """,
    "a loop over nothing": """
        x = 1
        for x in []:
            x = 2
        return x
        """,
}


@pytest.mark.parametrize("body", KNOWN.values(), ids=KNOWN)
def test_of_known_length(body: str) -> None:
    assert agrees(body)


def _values(body: str) -> set[object]:
    return {option.value if isinstance(option, Known) else option for option in options(returned(body))}


def test_a_value_that_moves_on_by_one_name_a_round_is_followed_to_the_end() -> None:
    body = """
        a, b, c, d = len, None, None, None
        for _ in unknown:
            d = c
            c = b
            b = a
        return d
        """
    found = returned(body)
    assert isinstance(found, Choice)
    assert {type(option).__name__ for option in found.options} == {"Known", "External"}


def test_what_changes_in_every_round_is_not_known() -> None:
    assert isinstance(returned("n = 0\nfor _ in unknown:\n    n += 1\nreturn n"), Plain)


def test_a_loop_of_unknown_length_may_not_run_at_all() -> None:
    assert _values("x = None\nfor _ in unknown:\n    x = len\nreturn x") >= {None}
    assert len(options(returned("x = None\nfor _ in unknown:\n    x = len\nreturn x"))) == 2


def test_a_maybe_break_leaves_both_ends() -> None:
    body = """
        x = None
        for i in (1, 2):
            if unknown:
                x = len
                break
            x = print
        return x
        """
    found = returned(body)
    assert {getattr(option, "name", "") for option in options(found)} == {"builtins.len", "builtins.print"}


def test_names_after_a_break_do_not_reach_the_next_round() -> None:
    body = """
        x, seen = 1, []
        for i in range(3):
            seen.append(x)
            if unknown:
                x = "left"
                break
        return seen
        """
    assert isinstance(returned(body), Sequence)
    found = returned(body)
    assert isinstance(found, Sequence)
    assert found.items is not None
    assert all(isinstance(item, Known) and item.value == 1 for item in found.items)


def test_while_true_is_left_by_a_break_only() -> None:
    body = """
        x = None
        while True:
            x = len
            if unknown:
                break
        return x
        """
    assert [getattr(option, "name", None) for option in options(returned(body))] == ["builtins.len"]


def test_a_while_whose_test_is_not_known_may_not_run() -> None:
    assert len(options(returned("x = None\nwhile unknown:\n    x = len\nreturn x"))) == 2
