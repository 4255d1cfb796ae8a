"""A call as rules see it: arguments by position or name, read as sizes, flags, dtypes, tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    External,
    Known,
    Plain,
    Sequence,
    Shape,
    Source,
    Tensor,
    Unknown,
    Value,
    strongest,
)


class Unsure(Exception):
    """What is asked for can't be told from what is known."""


#: What a rule may raise: the others where arguments don't fit together, and the call itself fails.
_NOT_TOLD = (Unsure, LookupError, TypeError, ValueError, ArithmeticError)

Result: TypeAlias = Tensor | Sequence
DtypeRule: TypeAlias = "Callable[[Call], str | None]"
ShapeRule: TypeAlias = "Callable[[Call], Shape]"
#: How a call's result follows: its dtype and its shape on their own, or everything at once.
Rule: TypeAlias = "tuple[DtypeRule, ShapeRule] | Callable[[Call], Result]"

_DTYPES = frozenset(
    """
    float16 float32 float64 bfloat16 complex32 complex64 complex128 uint8 int8 int16 int32 int64 bool
    uint16 uint32 uint64
    """.split()
)
_ALIASES = {
    "half": "float16",
    "float": "float32",
    "double": "float64",
    "chalf": "complex32",
    "cfloat": "complex64",
    "cdouble": "complex128",
    "short": "int16",
    "int": "int32",
    "long": "int64",
}
_PYTHON_TYPES = {"float": "float64", "int": "int64", "bool": "bool", "complex": "complex128"}


def dtype_named(value: Value | None) -> str | None:
    """The dtype that ``torch.float32`` and its aliases name; None for anything else."""
    if not isinstance(value, External):
        return None
    home, _, last = value.name.rpartition(".")
    if home == "torch":
        return last if last in _DTYPES else _ALIASES.get(last)
    return _PYTHON_TYPES.get(last) if home == "builtins" else None


def size_of(value: Value) -> int | None:
    """The number that a size is, where it is known."""
    if isinstance(value, (Known, Plain)):
        number = value.value
        return int(number) if isinstance(number, int) else None
    return None


def items_of(value: Value) -> list[Value] | None:
    """The elements of a list or tuple, where their number is known."""
    if isinstance(value, Sequence):
        return value.items
    if isinstance(value, Known) and isinstance(value.value, tuple | list | range):
        return [Known(item) for item in value.value]
    return None


def is_integer(value: Value) -> bool:
    """Surely a Python int (or a tensor in its place), though perhaps not a known one."""
    if isinstance(value, Known):
        return isinstance(value.value, int)
    return (isinstance(value, Plain) and value.kind == "int") or isinstance(value, Tensor)


class Call:
    __slots__ = ("arguments", "made")

    def __init__(self, arguments: Arguments, made: Call | None = None) -> None:
        self.arguments = arguments
        self.made = made

    def apply(self, rule: Rule | None) -> Result | None:
        if rule is None:
            return None
        if not isinstance(rule, tuple):
            try:
                return rule(self)
            except _NOT_TOLD:
                return None
        dtype, shape = self._try(rule[0]), self._try(rule[1])
        if dtype is None and shape is None:
            return None
        return Tensor(self.source, dtype, shape)  # type: ignore[arg-type]

    def _try(self, rule: Callable[[Call], object]) -> object:
        try:
            return rule(self)
        except _NOT_TOLD:
            return None

    @property
    def source(self) -> Source:
        return strongest(self.arguments.values())

    def result(self, dtype: str | None, shape: Shape | None) -> Tensor:
        return Tensor(self.source, dtype, shape)

    def attempt(self, dtype: DtypeRule, shape: ShapeRule) -> Tensor:
        return Tensor(self.source, self._try(dtype), self._try(shape))  # type: ignore[arg-type]

    def receiver(self) -> Tensor | None:
        """The first argument itself, as an in-place method gives it back."""
        first = self.arguments.positional[0] if self.arguments.positional else None
        return first if isinstance(first, Tensor) else None

    def passed(self, name: str) -> bool:
        """Whether a keyword is passed, and not as None."""
        value = self.arguments.keywords.get(name)
        return value is not None and not (isinstance(value, Known) and value.value is None)

    def get(self, position: int, *names: str) -> Value | None:
        """The value passed; None when none is, or None itself is."""
        arguments = self.arguments
        value: Value | None = None
        if 0 <= position < len(arguments.positional):
            value = arguments.positional[position]
        else:
            value = next((arguments.keywords[n] for n in names if n in arguments.keywords), None)
            if value is None and not arguments.complete:
                raise Unsure
        if isinstance(value, Known) and value.value is None:
            return None
        return value

    def sure(self, position: int, *names: str) -> Value | None:
        """Like ``get``, for what must be known."""
        value = self.get(position, *names)
        if isinstance(value, Unknown):
            raise Unsure
        return value

    def tensor(self, position: int, *names: str) -> Tensor:
        value = self.get(position, *names)
        if not isinstance(value, Tensor):
            raise Unsure
        return value

    def shape(self, position: int = 0, *names: str) -> Shape:
        shape = self.tensor(position, *(names or ("input",))).shape
        if shape is None:
            raise Unsure
        return shape

    def dtype(self, position: int = 0, *names: str) -> str:
        dtype = self.tensor(position, *(names or ("input",))).dtype
        if dtype is None:
            raise Unsure
        return dtype

    def integer(self, position: int, *names: str, default: int | None = None) -> int:
        """A number that decides: Unsure where it isn't known."""
        value = self.get(position, *names)
        if value is None and default is not None:
            return default
        number = size_of(value) if value is not None else None
        if number is None:
            raise Unsure
        return number

    def flag(self, position: int, *names: str, default: bool = False) -> bool:
        value = self.get(position, *names)
        if value is None:
            return default
        if not isinstance(value, Known):
            raise Unsure
        return bool(value.value)

    def text(self, position: int, *names: str, default: str) -> str:
        value = self.get(position, *names)
        if value is None:
            return default
        if not isinstance(value, Known) or not isinstance(value.value, str):
            raise Unsure
        return value.value

    def named_dtype(self, position: int, *names: str) -> str | None:
        """The dtype passed as ``dtype=``; None when none is."""
        value = self.get(position, *(names or ("dtype",)))
        if value is None:
            return None
        dtype = dtype_named(value)
        if dtype is None:
            raise Unsure
        return dtype

    def integers(self, position: int, *names: str) -> list[int]:
        """A list of numbers, or one alone, all of them known."""
        value = self.get(position, *names)
        if value is None:
            raise Unsure
        items = items_of(value)
        numbers = [size_of(v) for v in (items if items is not None else [value])]
        known = [n for n in numbers if n is not None]
        if len(known) != len(numbers):
            raise Unsure
        return known

    def sizes(self, position: int, *names: str, scattered: bool = True) -> Shape:
        """Sizes passed as one list, or (``scattered``) one after the other; the number of them is known."""
        rest = self.arguments.positional[position:]
        if scattered and not self.arguments.complete:
            raise Unsure
        if scattered and len(rest) > 1:
            return tuple(size_of(v) for v in rest)
        value = self.get(position, *names)
        if value is None:
            raise Unsure
        items = items_of(value)
        if items is not None:
            return tuple(size_of(v) for v in items)
        if is_integer(value) and (scattered or not isinstance(value, Tensor)):
            return (size_of(value),)
        raise Unsure

    def tensors(self, position: int, *names: str) -> list[Tensor]:
        """A list of known length; of an element that isn't known to be a tensor, no more is known."""
        value = self.get(position, *names)
        items = items_of(value) if value is not None else None
        if items is None:
            raise Unsure
        return [v if isinstance(v, Tensor) else Tensor(Source.CONSTANT) for v in items]


def both(change: Callable[[Tensor], Tensor], result: Result) -> Result:
    """The same change made to every tensor of a result."""
    if isinstance(result, Tensor):
        return change(result)
    if result.items is None:
        element = result.element
        return Sequence(result.kind, None, change(element) if isinstance(element, Tensor) else UNKNOWN)
    return Sequence(
        result.kind, [both(change, v) if isinstance(v, (Tensor, Sequence)) else v for v in result.items]
    )


def several(*tensors: Tensor) -> Sequence:
    return Sequence("tuple", list(tensors))


def same_dtype(call: Call) -> str:
    return call.dtype()


def same_shape(call: Call) -> Shape:
    return call.shape()


def always(dtype: str) -> DtypeRule:
    return lambda call: dtype


def scalar(call: Call) -> Shape:
    return ()
