"""Weights and biases of modules of ``torch.nn``."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Unsure, size_of
from preflight_analyzers.meaning.shapes.convolution import spread
from preflight_analyzers.meaning.values import Arguments, Shape, Source, Tensor


def parameter_of(class_name: str, name: str, made_with: Arguments) -> Tensor:
    """The ``weight`` or ``bias`` of a module made with these arguments."""
    made = Call(made_with)
    try:
        shape: Shape | None = _shape(class_name.rsplit(".", 1)[1], name, made)
    except Unsure:
        shape = None
    try:
        dtype: str | None = made.named_dtype(-1, "dtype") or "float32"
    except Unsure:
        dtype = None
    return Tensor(Source.STATE, dtype, shape)


def _size(made: Call, position: int, name: str) -> int | None:
    value = made.get(position, name)
    return None if value is None else size_of(value)


def _shape(kind: str, name: str, made: Call) -> Shape:
    if kind == "Linear":
        out = _size(made, 1, "out_features")
        return (out, _size(made, 0, "in_features")) if name == "weight" else (out,)
    if kind == "Embedding":
        return (_size(made, 0, "num_embeddings"), _size(made, 1, "embedding_dim"))
    if kind.startswith("Conv") and kind.endswith("d"):
        return _of_convolution(kind, name, made)
    if kind.startswith(("BatchNorm", "InstanceNorm")):
        return (_size(made, 0, "num_features"),)
    if kind == "GroupNorm":
        return (_size(made, 1, "num_channels"),)
    if kind in ("LayerNorm", "RMSNorm"):
        return made.sizes(0, "normalized_shape", scattered=False)
    raise Unsure


def _of_convolution(kind: str, name: str, made: Call) -> Shape:
    taken, given = _size(made, 0, "in_channels"), _size(made, 1, "out_channels")
    if name == "bias":
        return (given,)
    axes = int(kind[-2])
    transposed = kind.startswith("ConvTranspose")
    groups = made.get(6, "groups")
    count = 1 if groups is None else size_of(groups)
    whole, shared = (taken, given) if transposed else (given, taken)
    each = shared // count if shared is not None and count else None
    return (whole, each, *spread(made.get(2, "kernel_size"), axes, None))
