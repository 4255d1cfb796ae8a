"""Input tensors as they are written on the command line: ``x=1,3,224,224``, ``ids=1,16:int32``."""

from __future__ import annotations

import re
from typing import NamedTuple

#: Types that an input tensor may have while tracing; Core ML stores the integer ones as int32.
DTYPES = ("float32", "float16", "float64", "int32", "int64", "int16", "int8", "uint8", "bool")

_EXAMPLE = "write it as x=1,3,224,224 or ids=1,16:int32"


class InputSpec(NamedTuple):
    """One input of a model; ``name`` is None where position decides."""

    name: str | None
    shape: tuple[int, ...]
    dtype: str = "float32"

    def __str__(self) -> str:
        name = f"{self.name}=" if self.name else ""
        dtype = "" if self.dtype == "float32" else f":{self.dtype}"
        shape = ",".join(map(str, self.shape)) or "()"
        return f"{name}{shape}{dtype}"


def parse_input(text: str) -> InputSpec:
    """Read ``[NAME=]SHAPE[:DTYPE]``; a shape of ``()`` is a scalar.

    Raises ValueError with one line that says what is wrong with the text.
    """
    name, equals, rest = text.rpartition("=")
    name = name.strip()
    if equals and not re.fullmatch(r"[^\W\d]\w*", name):
        raise ValueError(f"input {text!r}: {name!r} is not a parameter name; {_EXAMPLE}")
    shape_text, colon, dtype = rest.partition(":")
    dtype = dtype.strip().removeprefix("torch.") if colon else "float32"
    if dtype not in DTYPES:
        raise ValueError(f"input {text!r}: unknown dtype {dtype!r}; one of {', '.join(DTYPES)}")
    return InputSpec(name or None, _parse_shape(text, shape_text.strip()), dtype)


def _parse_shape(text: str, shape: str) -> tuple[int, ...]:
    if shape == "()":
        return ()
    shape = shape.removeprefix("(").removesuffix(")").removeprefix("[").removesuffix("]").strip()
    sizes = [size.strip() for size in re.split(r"[,x]", shape.removesuffix(","))]
    if not all(re.fullmatch(r"[0-9]+", size) for size in sizes):
        raise ValueError(f"input {text!r}: the shape must be whole numbers with commas; {_EXAMPLE}")
    if any(int(size) == 0 for size in sizes):
        raise ValueError(f"input {text!r}: a size of 0 can't be converted; {_EXAMPLE}")
    return tuple(int(size) for size in sizes)
