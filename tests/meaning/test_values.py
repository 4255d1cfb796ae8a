from __future__ import annotations

import pytest

from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Choice,
    External,
    Known,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    is_tensor,
    join,
    source_of,
)

INPUT, STATE = Tensor(Source.INPUT), Tensor(Source.STATE)


@pytest.mark.parametrize("other", [INPUT, NONE, Known(1), External("torch.relu"), Sequence("list", [])])
def test_nothing_is_known_of_unknown_joined_with_anything(other: Value) -> None:
    assert join(UNKNOWN, other) is UNKNOWN
    assert join(other, UNKNOWN) is UNKNOWN


def test_of_two_tensors_the_stronger_source_stays() -> None:
    assert source_of(join(INPUT, STATE)) is Source.INPUT
    assert source_of(join(STATE, INPUT)) is Source.INPUT


def test_a_tensor_or_none_is_not_surely_a_tensor() -> None:
    joined = join(INPUT, NONE)
    assert isinstance(joined, Choice)
    assert not is_tensor(joined)


def test_numbers_of_one_kind_stay_that_kind() -> None:
    joined = join(Known(1), Known(2))
    assert isinstance(joined, Plain)
    assert joined.kind == "int"
    assert join(Known(1), Known(1)) is not UNKNOWN
    assert isinstance(join(Known(1), Known(1)), Known)


def test_true_is_not_one() -> None:
    assert isinstance(join(Known(True), Known(1)), Plain)


def test_lists_of_different_length_keep_what_their_elements_are() -> None:
    joined = join(Sequence("list", [INPUT]), Sequence("list", [INPUT, STATE]))
    assert isinstance(joined, Sequence)
    assert joined.items is None
    assert is_tensor(joined.element)


def test_too_many_alternatives_are_unknown() -> None:
    value: Value = External("a")
    for name in "bcd":
        value = join(value, External(name))
        assert isinstance(value, Choice)
    assert join(value, External("e")) is UNKNOWN
