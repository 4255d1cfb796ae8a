"""The converter's look-up of op kinds, told without the converter."""

from __future__ import annotations

import pytest

from preflight_analyzers.knowledge.op_kinds import registry_key


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("aten::abs", "abs"),
        ("aten::add_", "add"),
        ("aten::__and__", "and"),
        ("aten::__iand__", "iand"),
        ("aten.mul.Scalar", "mul"),
        ("aten::bmm.default", "bmm"),
        ("aten::mean.dim", "mean.dim"),
        ("prim::NumToTensor", "numtotensor"),
        ("prim::ListConstruct", "listconstruct"),
        ("torchvision::nms", "torchvision::nms"),
        ("aten::Int", "int"),
        ("quantized::add", "quantized::add"),
        ("aten::slice_copy.Tensor", "slice_copy"),
    ],
)
def test_kinds_are_looked_up_by_their_registry_name(kind: str, key: str) -> None:
    assert registry_key(kind) == key


@pytest.mark.convert
def test_every_kind_in_the_data_is_looked_up_as_coremltools_does() -> None:
    from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY
    from coremltools.converters.mil.frontend.torch.utils import sanitize_op_kind

    from preflight_analyzers.knowledge.reader import load

    knowledge = load("9.0")
    kinds = {kind for name in knowledge.apis() for kind in knowledge.api(name).kinds}  # type: ignore[union-attr]
    assert len(kinds) > 300
    for kind in kinds:
        found = _TORCH_OPS_REGISTRY.get_func(sanitize_op_kind(kind)) is not None
        assert knowledge.converts_op(kind) is found, kind
