"""The converter's words, without the names of the nodes at hand."""

from __future__ import annotations

import pytest

from preflight_server.knowledge_builder.wording import shortened


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            'ValueError: Op "7" (op_type: greater) Input x="4" expects tensor or scalar',
            "ValueError: greater: input x expects tensor or scalar",
        ),
        (
            "ValueError: In op, of type mul, named mul_0, the named input `y` must have",
            "ValueError: mul: input `y` must have",
        ),
        ("ValueError: node 5 (sort) got 4 input(s)", "ValueError: node (sort) got 4 input(s)"),
        ("IndexError: out of bounds for gather node 11", "IndexError: out of bounds for gather node"),
        ("ValueError: ADD does not support it", "ValueError: ADD does not support it"),
        (None, None),
    ],
)
def test_names_of_nodes_are_left_out(error: str | None, said: str | None) -> None:
    assert shortened(error) == said


def test_long_words_are_cut() -> None:
    words = shortened("ValueError: " + "no " * 100)
    assert words is not None
    assert len(words) <= 120
    assert words.endswith("no...")
