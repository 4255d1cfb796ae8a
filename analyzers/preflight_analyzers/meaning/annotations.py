"""What a parameter's annotation says of a tensor: ``torch.Tensor``, ``Float[Tensor, "b 3 h w"]``."""

from __future__ import annotations

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.values import Shape, Source, Tensor

_TENSORS = ("Tensor", "FloatTensor", "LongTensor", "IntTensor", "BoolTensor")
#: What jaxtyping calls the types of elements; for a class of types, the one that torch makes by itself.
_DTYPES = {
    "Float": "float32",
    "Float16": "float16",
    "Float32": "float32",
    "Float64": "float64",
    "BFloat16": "bfloat16",
    "Int": "int64",
    "Int8": "int8",
    "Int16": "int16",
    "Int32": "int32",
    "Int64": "int64",
    "UInt8": "uint8",
    "Bool": "bool",
    "Num": None,
    "Real": None,
    "Inexact": None,
    "Integer": None,
    "Shaped": None,
}


def is_tensor_annotation(node: ir.Expr) -> bool:
    return annotated_input(node) is not None


def annotated_input(node: ir.Expr) -> Tensor | None:
    """The tensor that is passed for a parameter annotated like this; None where it need not be one."""
    if isinstance(node, ir.Binary) and node.operator == "|":
        for side, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(other, ir.Const) and other.value is None:
                return annotated_input(side)
        return None
    if not isinstance(node, ir.Subscript):
        return Tensor(Source.INPUT) if _last_name(node) in _TENSORS else None
    container = _last_name(node.object)
    if container == "Optional":
        return annotated_input(node.key)
    parts = node.key.items if isinstance(node.key, ir.Display) and node.key.items else (node.key,)
    if container not in _DTYPES or annotated_input(parts[0]) is None:
        return None
    axes = parts[1].value if len(parts) == 2 and isinstance(parts[1], ir.Const) else None
    return Tensor(Source.INPUT, _DTYPES[container], _shape(axes) if isinstance(axes, str) else None)


def _last_name(node: ir.Expr) -> str:
    if isinstance(node, ir.Const) and isinstance(node.value, str):
        return node.value.rsplit(".", 1)[-1]
    return node.id if isinstance(node, ir.Name) else node.name if isinstance(node, ir.Attribute) else ""


def _shape(axes: str) -> Shape | None:
    """``"b 3 width=8"``: a number is a size; ``...`` and ``*name`` stand for any number of axes."""
    sizes: list[int | None] = []
    for word in axes.split():
        if word == "..." or "*" in word[: len(word) - len(word.lstrip("#*?_"))]:
            return None
        size = word.rpartition("=")[2]
        sizes.append(int(size) if size.isdecimal() else None)
    return tuple(sizes)
