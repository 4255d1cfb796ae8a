"""Embeddings and one-hot vectors."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Rule, Unsure, always, size_of
from preflight_analyzers.meaning.values import Shape, Tensor


def _embedded(call: Call) -> Shape:
    weight = call.get(1, "weight")
    width = weight.shape[-1] if isinstance(weight, Tensor) and weight.shape else None
    return (*call.shape(), width)


def _weight_dtype(call: Call) -> str:
    return call.dtype(1, "weight")


def _one_hot(call: Call) -> Shape:
    classes = call.get(1, "num_classes")
    count = size_of(classes) if classes is not None else None
    return (*call.shape(0, "input", "tensor"), None if count == -1 else count)


def _bag(call: Call) -> Shape:
    weight = call.shape(1, "weight")
    offsets = call.get(2, "offsets")
    if offsets is None:
        return (call.shape()[0], weight[1])
    if not isinstance(offsets, Tensor) or offsets.shape is None:
        raise Unsure
    last = call.flag(9, "include_last_offset")
    count = offsets.shape[0]
    return (count - 1 if count is not None and last else count, weight[1])


RULES: dict[str, Rule] = {
    "embedding": (_weight_dtype, _embedded),
    "embedding_bag": (_weight_dtype, _bag),
    "one_hot": (always("int64"), _one_hot),
}
