"""Methods that change the dtype and nothing else."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    Rule,
    Unsure,
    always,
    dtype_named,
    same_shape,
)
from preflight_analyzers.meaning.shapes.promotion import real_of
from preflight_analyzers.meaning.values import External, Known, Plain, Tensor

_METHODS = {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "bfloat16": "bfloat16",
    "int": "int32",
    "long": "int64",
    "short": "int16",
    "char": "int8",
    "byte": "uint8",
    "bool": "bool",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "chalf": "complex32",
}


def _to_dtype(call: Call) -> str:
    """``to(dtype)``, ``to(device)``, ``to(device, dtype)``, ``to(other)``."""
    if not call.arguments.complete:
        raise Unsure
    values = [*call.arguments.positional[1:], *call.arguments.keywords.values()]
    for value in values:
        named = dtype_named(value)
        if named is not None:
            return named
        if isinstance(value, Tensor):
            if value.dtype is None:
                raise Unsure
            return value.dtype
        if isinstance(value, Known) and isinstance(value.value, str | bool | int | None):
            continue  # a device, non_blocking, copy
        if isinstance(value, Plain) and value.kind in ("device", "bool", "str"):
            continue
        if isinstance(value, External) and value.name.startswith(("torch.channels_last", "torch.contiguous")):
            continue
        raise Unsure
    return call.dtype()


def _type_dtype(call: Call) -> str:
    value = call.sure(1, "dtype")
    named = dtype_named(value)
    if named is None:
        raise Unsure
    return named


def _other_dtype(call: Call) -> str:
    return call.dtype(1, "other")


def _real_dtype(call: Call) -> str:
    return real_of(call.dtype())


RULES: dict[str, Rule] = {
    **{f"Tensor.{name}": (always(dtype), same_shape) for name, dtype in _METHODS.items()},
    "to": (_to_dtype, same_shape),
    "type": (_type_dtype, same_shape),
    "type_as": (_other_dtype, same_shape),
    "real": (_real_dtype, same_shape),
    "imag": (_real_dtype, same_shape),
}
