"""What a test says of a name, on the path where it holds and on the one where it doesn't."""

from __future__ import annotations

import pytest

from preflight_analyzers.meaning.values import UNKNOWN, Choice, Known, Plain, Sequence, Tensor, options
from tests.meaning.python_truth import returned

_MAYBE = "x = None if unknown else len\n"


def _names(body: str) -> list[str]:
    return [getattr(one, "name", repr(one)) for one in options(returned(body))]


@pytest.mark.parametrize(
    "test",
    [
        "x is not None",
        "not (x is None)",
        "None is not x",
        "x != None",
        "x",
        "x is not None and unknown",
        "exists(x)",
        "(y := x) is not None and exists(x)",
    ],
)
def test_where_it_is_not_none(test: str) -> None:
    body = f"{_MAYBE}def exists(v):\n    return v is not None\nif {test}:\n    return x\nreturn len"
    assert _names(body) == ["builtins.len"]


@pytest.mark.parametrize("test", ["x is None", "not x", "unknown or x is None", "not exists(x)"])
def test_after_it_was_none(test: str) -> None:
    body = f"{_MAYBE}def exists(v):\n    return v is not None\nif {test}:\n    return len\nreturn x"
    assert _names(body) == ["builtins.len"]


@pytest.mark.parametrize(
    "expression",
    [
        "x if x is not None else len",
        "len if x is None else x",
        "x or len",
        "[v for v in (x,) if v is not None][0]",
    ],
)
def test_in_an_expression(expression: str) -> None:
    assert "None" not in repr(returned(f"{_MAYBE}return {expression}"))


def test_the_name_is_what_it_was_after_the_expression() -> None:
    assert isinstance(returned(f"{_MAYBE}y = x() if x is not None else 1\nreturn x"), Choice)


def test_an_assertion_holds_from_there_on() -> None:
    assert _names(f"{_MAYBE}assert x is not None\nreturn x") == ["builtins.len"]


def test_what_is_none_is_known_to_be() -> None:
    found = returned("x = unknown\nif x is None:\n    return x\nreturn None")
    assert isinstance(found, Known)
    assert found.value is None


def test_a_text_that_was_compared_is_known() -> None:
    body = "x = unknown\nif x == 'mean':\n    return x\nreturn 'mean'"
    found = returned(body)
    assert isinstance(found, Known)
    assert found.value == "mean"


def test_what_differs_from_a_text_is_not_known() -> None:
    assert returned("x = unknown\nif x != 'mean':\n    return x\nreturn 1") is UNKNOWN


@pytest.mark.parametrize(
    ("classes", "expected"),
    [("torch.Tensor", Tensor), ("str", Plain), ("(list,)", type(UNKNOWN)), ("list", Sequence)],
)
def test_what_is_of_a_class_is_known_as_one(classes: str, expected: type) -> None:
    found = returned(
        f"import torch\nx = unknown\nif isinstance(x, {classes}):\n    return x\nraise ValueError"
    )
    assert isinstance(found, expected)


def test_alternatives_are_told_apart_by_their_class() -> None:
    start = "x = [1] if unknown else 2\n"
    inside = returned(start + "if isinstance(x, list):\n    return x\nraise ValueError")
    outside = returned(start + "if isinstance(x, list):\n    return 2\nreturn x")
    assert isinstance(inside, Sequence)
    assert isinstance(outside, Known)
    assert outside.value == 2


def test_another_name_is_not_touched() -> None:
    assert isinstance(returned(f"{_MAYBE}y = x\nif y is not None:\n    return x\nraise ValueError"), Choice)


def test_a_name_of_the_file_is_left_alone() -> None:
    assert returned("if __doc__ is None:\n    return unknown\nreturn unknown") is UNKNOWN


@pytest.mark.parametrize(
    "test", ["unknown == 0 or not False", "not (unknown and False)", "unknown or (0, 1)"]
)
def test_one_side_alone_may_decide(test: str) -> None:
    assert repr(returned(f"if {test}:\n    return 1\nreturn 2")) == "Known(1)"
