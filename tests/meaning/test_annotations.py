from __future__ import annotations

import libcst as cst
import pytest

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.evidence import tensor_inputs
from preflight_analyzers.meaning.lowering import lower
from preflight_analyzers.meaning.values import Tensor, Value


def first_input(annotation: str) -> Value:
    definition = lower(cst.parse_module(f"def forward(self, x: {annotation}): pass").body).body[0]
    assert isinstance(definition, ir.FunctionDef)
    return tensor_inputs(definition).positional[0]


@pytest.mark.parametrize(
    ("annotation", "dtype", "shape"),
    [
        ("torch.Tensor", None, None),
        ("Float[Tensor, 'b 3 h w']", "float32", (None, 3, None, None)),
        ("jaxtyping.Float16[torch.Tensor, '4']", "float16", (4,)),
        ("Int[Tensor, 'n']", "int64", (None,)),
        ("Bool[Tensor, '']", "bool", ()),
        ("Shaped[Tensor, '#b width=8 _ n-1']", None, (None, 8, None, None)),
        ("Float[Tensor, '*batch 3']", "float32", None),
        ("Float[Tensor, '... 3']", "float32", None),
        ("Float[Tensor, '#*b c']", "float32", None),
        ("Float[Tensor, axes]", "float32", None),
        ("Int32[Tensor, 'b'] | None", "int32", (None,)),
        ("Optional[UInt8[Tensor, '2 2']]", "uint8", (2, 2)),
    ],
)
def test_jaxtyping(annotation: str, dtype: str | None, shape: tuple[int | None, ...] | None) -> None:
    value = first_input(annotation)
    assert isinstance(value, Tensor)
    assert (value.dtype, value.shape) == (dtype, shape)


@pytest.mark.parametrize("annotation", ["Float[np.ndarray, 'b']", "List[Tensor]", "Tensor | list", "dict"])
def test_no_tensor(annotation: str) -> None:
    assert not isinstance(first_input(annotation), Tensor)


def test_defaults_are_left_but_not_all_of_them() -> None:
    assert _inputs("x: Float[Tensor, 'b'] = None, *, y: Tensor = None") == (
        ["Tensor(INPUT, float32, (None,))"],
        [],
    )
    assert _inputs("x=None, y: Tensor = None") == ([], [])
    assert _inputs("y: Tensor, x: Float[Tensor, 'b'] = None, *, z: Tensor") == (["Tensor(INPUT)"], ["z"])


def _inputs(parameters: str) -> tuple[list[str], list[str]]:
    definition = lower(cst.parse_module(f"def forward(self, {parameters}): pass").body).body[0]
    assert isinstance(definition, ir.FunctionDef)
    found = tensor_inputs(definition)
    return [repr(value) for value in found.positional], list(found.keywords)
