"""torch's type promotion."""

from __future__ import annotations

from itertools import product

from preflight_analyzers.meaning.shapes.call import Call, Unsure
from preflight_analyzers.meaning.values import Known, Plain, Tensor, Value

_SIGNED = ("int8", "int16", "int32", "int64")
_FLOATS = ("float16", "bfloat16", "float32", "float64")
_COMPLEX = ("complex32", "complex64", "complex128")
_COMPLEX_OF = {
    "float16": "complex32",
    "bfloat16": "complex64",
    "float32": "complex64",
    "float64": "complex128",
}
USUAL_COMPLEX = "complex64"
_REAL_OF = {"complex32": "float16", "complex64": "float32", "complex128": "float64"}
_NUMBERS = {"bool": "bool", "int": "int64", "float": "float32", "complex": "complex64"}


def is_complex(dtype: str) -> bool:
    return dtype in _COMPLEX


def is_float(dtype: str) -> bool:
    return dtype in _FLOATS


def is_inexact(dtype: str) -> bool:
    return dtype in _FLOATS or dtype in _COMPLEX


def real_of(dtype: str) -> str:
    """The dtype of the real part."""
    return _REAL_OF.get(dtype, dtype)


def complex_of(dtype: str) -> str:
    """The complex dtype of that precision."""
    return _COMPLEX_OF.get(dtype, dtype if is_complex(dtype) else "complex64")


def complex_made(call: Call, position: int = 0, *names: str) -> str:
    """The dtype of what is complex, whatever the tensor is that it is made of.

    Where that isn't known it is called by the usual one: the converter treats them alike.
    """
    dtype = call.tensor(position, *(names or ("input",))).dtype
    return USUAL_COMPLEX if dtype is None else complex_of(floating(dtype))


def floating(dtype: str) -> str:
    """What a function of real numbers makes of integers."""
    return dtype if is_inexact(dtype) else "float32"


def promote(a: str, b: str) -> str:
    if a == b:
        return a
    for one, other in ((a, b), (b, a)):
        if one == "bool":
            return other
        if one == "uint8" and other in _SIGNED:
            return "int16" if other == "int8" else other
        if is_complex(one):
            if is_complex(other):
                return max(one, other, key=_COMPLEX.index)
            if is_float(other):
                return promote(one, _COMPLEX_OF[other])
            return one
    if a in _SIGNED and b in _SIGNED:
        return max(a, b, key=_SIGNED.index)
    if is_float(a) and is_float(b):
        return "float32" if {a, b} == {"float16", "bfloat16"} else max(a, b, key=_FLOATS.index)
    if is_float(a) or is_float(b):
        return a if is_float(a) else b
    raise Unsure  # unsigned ones of more than 8 bits


def _combine(higher: str | None, lower: str | None) -> str | None:
    """``higher`` decides, unless ``lower`` is of a kind that it can't hold."""
    if higher is None or lower is None:
        return higher or lower
    if is_complex(higher):
        return higher
    if is_float(higher):
        return _COMPLEX_OF[higher] if is_complex(lower) else higher
    if higher == "bool" or is_inexact(lower):
        return promote(higher, lower)
    return higher


#: Tensors with dimensions decide before those without, and these before numbers.
_WITH_AXES, _WITHOUT_AXES, _NUMBER = 0, 1, 2


def result_type(operands: list[Value]) -> str:
    """The dtype that an operation of tensors and numbers computes in."""
    dtypes: list[str] = []
    ranks: list[tuple[int, ...]] = []
    tensors = [operand.dtype for operand in operands if isinstance(operand, Tensor)]
    if None in tensors and any(dtype is not None and is_complex(dtype) for dtype in tensors):
        return USUAL_COMPLEX
    for operand in operands:
        if isinstance(operand, Tensor):
            if operand.dtype is None:
                raise Unsure
            dtypes.append(operand.dtype)
            unknown = operand.shape is None
            ranks.append(
                (_WITH_AXES, _WITHOUT_AXES) if unknown else (_WITH_AXES if operand.shape else _WITHOUT_AXES,)
            )
        else:
            dtypes.append(_number(operand))
            ranks.append((_NUMBER,))
    found = {_result(dtypes, chosen) for chosen in product(*ranks)}
    if len(found) != 1:
        raise Unsure
    return found.pop()


def _number(value: Value) -> str:
    if isinstance(value, Known):
        kind: str | None = type(value.value).__name__
    elif isinstance(value, Plain):
        kind = value.kind
    else:
        kind = None
    if kind not in _NUMBERS:
        raise Unsure
    return _NUMBERS[kind]


def _result(dtypes: list[str], groups: tuple[int, ...]) -> str:
    decided: list[str | None] = [None, None, None]
    for dtype, group in zip(dtypes, groups, strict=True):
        before = decided[group]
        decided[group] = dtype if before is None else promote(before, dtype)
    result = _combine(decided[0], _combine(decided[1], decided[2]))
    if result is None:
        raise Unsure
    return result


def operands_of(call: Call, places: tuple[tuple[int, str], ...]) -> list[Value]:
    """The values at these places; Unsure where one is missing or passed under a name not known here."""
    found: list[Value] = []
    for position, name in places:
        value = call.get(position, name)
        if value is None:
            raise Unsure
        found.append(value)
    return found
