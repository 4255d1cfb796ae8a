"""Complex numbers: Core ML has none, and the converter takes few operators of them apart."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.shapes.promotion import is_complex
from preflight_analyzers.meaning.values import Known, Plain, Sequence, Tensor, Value
from preflight_analyzers.rules.refused.case import Case

_ARITHMETIC = ("mul", "sub", "div", "pow")
_OPERATORS = ("mul", "sub", "truediv", "pow")


def _everywhere(*names: str) -> Iterator[str]:
    for name in names:
        yield from (f"torch.{name}", f"torch.Tensor.{name}", f"torch.Tensor.{name}_")


def _operators(*names: str) -> Iterator[str]:
    for name in names:
        yield from (f"torch.Tensor.__{how}{name}__" for how in ("", "r", "i"))


def _is_complex(value: Value) -> bool:
    return isinstance(value, Tensor) and value.dtype is not None and is_complex(value.dtype)


def _is_number(value: Value) -> bool:
    if isinstance(value, Plain):
        return value.kind in ("int", "float") and not value.traced
    return isinstance(value, Known) and isinstance(value.value, int | float)


def _of_complex(event: ApiCall) -> bool:
    return any(map(_is_complex, event.arguments.positional[:2]))


def _first_is_complex(event: ApiCall) -> bool:
    return any(map(_is_complex, event.arguments.positional[:1]))


def _chooses_complex(event: ApiCall) -> bool:
    return any(map(_is_complex, event.arguments.positional))


def _adds_a_number(event: ApiCall) -> bool:
    values = event.arguments.positional[:2]
    return any(map(_is_complex, values)) and any(map(_is_number, values))


def _multiplies_complex(event: ApiCall) -> bool:
    rest = event.arguments.positional[1:]
    given = rest[0].items or () if len(rest) == 1 and isinstance(rest[0], Sequence) else rest
    return any(map(_is_complex, given))


_WHY = "Core ML has no complex numbers, and the converter only adds and reshapes them"
_WAY_OUT = "compute with x.real and x.imag"
_MADE = "y = torch.complex(x, x + 1)\n"

CASES = (
    Case(
        name="arithmetic of complex numbers",
        apis=(*_everywhere(*_ARITHMETIC), *_operators(*_OPERATORS)),
        applies=_of_complex,
        use="of complex numbers",
        why=_WHY,
        way_out=_WAY_OUT,
        bad=f"{_MADE}return (y * 2).real",
        good=f"{_MADE}return y.real * 2",
    ),
    Case(
        name="a number added to complex ones",
        apis=(*_everywhere("add"), *_operators("add")),
        applies=_adds_a_number,
        use="of complex numbers and a number",
        why="the converter adds complex tensors only",
        way_out=_WAY_OUT,
        bad=f"{_MADE}return (y + 2).real",
        good=f"{_MADE}return (y + y).real",
    ),
    Case(
        name="sums of complex numbers",
        apis=tuple(_everywhere("sum", "mean")),
        applies=_first_is_complex,
        use="of complex numbers",
        why=_WHY,
        way_out=_WAY_OUT,
        bad=f"{_MADE}return y.mean(1).real",
        good=f"{_MADE}return y.real.mean(1)",
    ),
    Case(
        name="complex numbers chosen by a mask",
        apis=("torch.where", "torch.Tensor.where"),
        applies=_chooses_complex,
        use="of complex numbers",
        why=_WHY,
        way_out=_WAY_OUT,
        bad=f"{_MADE}return torch.where(x > 0.5, y, y + y).real",
        good=f"{_MADE}return torch.where(x > 0.5, y.real, y.real + y.real)",
    ),
    Case(
        name="einsum of complex numbers",
        apis=("torch.einsum",),
        applies=_multiplies_complex,
        use="of complex numbers",
        why=_WHY,
        way_out=_WAY_OUT,
        bad=f'{_MADE}return torch.einsum("abc,abd->acd", y, y).real',
        good=f'{_MADE}return torch.einsum("abc,abd->acd", y.real, y.real)',
    ),
)
