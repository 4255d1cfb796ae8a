"""The parameters of torch's APIs, as the conditions name them."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.convert


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("torch.nn.functional.max_pool2d", [["ceil_mode", [False]], ["return_indices", [False]]]),
        ("torch.nn.Conv2d", [["in_channels", None], ["padding_mode", ["zeros"]]]),
        ("torch.Tensor.add", [["self", None], ["other", None], ["alpha", [1]]]),
        ("torch.Tensor.__and__", [["self", None], ["other", None]]),
        ("torch.max", [["self", None], ["dim|other", None]]),
        ("torch.sort", [["*stable", None]]),
        ("torch.linalg.norm", [["dim", [None]], ["keepdim", [False]]]),
        ("torch.special.xlogy", [["self", None], ["other", None]]),
    ],
)
def test_names_and_defaults(api: str, expected: list[Any]) -> None:
    from preflight_server.knowledge_builder.signatures import signature_of

    found = signature_of(api)
    assert [parameter for parameter in found if parameter in expected] == expected


def test_a_module_has_two() -> None:
    from preflight_server.knowledge_builder.signatures import forward_signature_of, signature_of

    assert signature_of("torch.nn.MultiheadAttention")[0] == ["embed_dim", None]
    assert forward_signature_of("torch.nn.MultiheadAttention")[:3] == [
        ["query", None], ["key", None], ["value", None],
    ]  # fmt: skip
    assert forward_signature_of("torch.add") == []
