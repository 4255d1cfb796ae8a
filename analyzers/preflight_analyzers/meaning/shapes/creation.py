"""Tensors made from sizes, numbers, lists or the look of another tensor."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    DtypeRule,
    Rule,
    ShapeRule,
    Unsure,
    items_of,
    same_shape,
    size_of,
)
from preflight_analyzers.meaning.shapes.promotion import promote
from preflight_analyzers.meaning.values import Known, Plain, Shape, Tensor, Value

_NUMBER_DTYPES = {"bool": "bool", "int": "int64", "float": "float32", "complex": "complex64"}


def kind(value: Value) -> str:
    """The type of a Python number."""
    found = type(value.value).__name__ if isinstance(value, Known) else None
    if isinstance(value, Plain):
        found = value.kind
    if found not in _NUMBER_DTYPES:
        raise Unsure
    return found


def dtype_of_number(value: Value) -> str:
    return _NUMBER_DTYPES[kind(value)]


def made(default: str | None = "float32") -> DtypeRule:
    """``dtype=`` or the default."""
    return lambda call: call.named_dtype(-1) or default


def _like(call: Call) -> str:
    return call.named_dtype(-1) or call.dtype()


def _sized(position: int = 0) -> ShapeRule:
    return lambda call: call.sizes(position, "size")


def _listed(position: int) -> ShapeRule:
    return lambda call: call.sizes(position, "size", scattered=False)


def _full_dtype(call: Call) -> str:
    named = call.named_dtype(-1)
    if named is not None:
        return named
    value = call.sure(1, "fill_value")
    if value is None:
        raise Unsure
    return call.dtype(1, "fill_value") if isinstance(value, Tensor) else dtype_of_number(value)


def _randint_bounds(call: Call) -> Shape:
    position = 1 if _is_sizes(call.get(1, "size")) else 2
    return call.sizes(position, "size", scattered=False)


def _is_sizes(value: Value | None) -> bool:
    return value is not None and items_of(value) is not None


def _range_numbers(call: Call) -> list[Value]:
    found = list(call.arguments.positional[:3])
    for name in ("start", "end", "step"):
        value = call.arguments.keywords.get(name)
        if value is not None:
            found.append(value)
    if not found or not call.arguments.complete:
        raise Unsure
    return found


def _arange_dtype(call: Call) -> str:
    named = call.named_dtype(-1)
    if named is not None:
        return named
    numbers = _range_numbers(call)
    if any(isinstance(n, Tensor) for n in numbers):
        dtypes = {n.dtype for n in numbers if isinstance(n, Tensor)}
        if dtypes <= {"int8", "int16", "int32", "int64", "uint8"} and all(
            isinstance(n, Tensor) or kind(n) == "int" for n in numbers
        ):
            return "int64"
        raise Unsure
    return "int64" if all(kind(n) in ("int", "bool") for n in numbers) else "float32"


def _arange_shape(call: Call) -> Shape:
    _range_numbers(call)
    start, end, step = (call.arguments.keywords.get(n) for n in ("start", "end", "step"))
    given = list(call.arguments.positional[:3])
    if len(given) == 1 and end is None:
        end = given.pop(0)
    if given:
        start = given.pop(0)
    if given:
        end = given.pop(0)
    if given:
        step = given.pop(0)
    first = 0 if start is None else size_of(start)
    last = None if end is None else size_of(end)
    stride = 1 if step is None else size_of(step)
    if first is None or last is None or not stride:
        return (None,)
    return (max(-(-(last - first) // stride), 0),)


def _spaced_shape(call: Call) -> Shape:
    steps = call.get(2, "steps")
    return (None if steps is None else size_of(steps),)


def _spaced_dtype(call: Call) -> str:
    named = call.named_dtype(-1)
    if named is not None:
        return named
    ends = (call.sure(0, "start"), call.sure(1, "end"))
    if any(end is None or isinstance(end, Tensor) for end in ends):
        raise Unsure
    return "complex64" if "complex" in [kind(end) for end in ends if end is not None] else "float32"


def _eye_shape(call: Call) -> Shape:
    rows = call.get(0, "n")
    columns = call.get(1, "m") or rows
    return tuple(None if v is None else size_of(v) for v in (rows, columns))


def _literal(value: Value | None) -> tuple[str | None, Shape]:
    """What ``torch.tensor`` makes of a number or of nested lists of numbers."""
    if value is None:
        raise Unsure
    if isinstance(value, Tensor):
        if value.shape is None:
            raise Unsure
        return value.dtype, value.shape
    items = items_of(value)
    if items is None:
        return dtype_of_number(value), ()
    if not items:
        return "float32", (0,)
    dtype: str | None = None
    shapes: set[Shape] = set()
    for item in items:
        inner, shape = _literal(item)
        shapes.add(shape)
        if inner is None:
            raise Unsure
        dtype = inner if dtype is None else promote(dtype, inner)
    if len(shapes) != 1:
        raise Unsure
    return dtype, (len(items), *shapes.pop())


def _tensor_dtype(call: Call) -> str | None:
    named = call.named_dtype(-1)
    return named or _literal(call.get(0, "data", "obj"))[0]


def _tensor_shape(call: Call) -> Shape:
    value = call.get(0, "data", "obj")
    return _literal(value)[1]


def _new_tensor_dtype(call: Call) -> str | None:
    # new_tensor looks at the data alone, new_zeros and the like at the receiver.
    return call.named_dtype(-1) or _literal(call.get(1, "data"))[0]


def _old_constructor(dtype: str | None) -> Rule:
    """``torch.FloatTensor(...)``: sizes, or the elements."""

    def shape(call: Call) -> Shape:
        given = call.arguments.positional
        if len(given) == 1 and items_of(given[0]) is not None:
            return _literal(given[0])[1]
        return call.sizes(0)

    def rule_dtype(call: Call) -> str | None:
        return dtype

    return (rule_dtype, shape)


def _triangle_shape(call: Call) -> Shape:
    return (2, None)


def _window_shape(call: Call) -> Shape:
    length = call.get(0, "window_length", "M")
    return (None if length is None else size_of(length),)


def _normal_shape(call: Call) -> Shape:
    mean, std = call.sure(0, "mean"), call.get(1, "std")
    size = call.get(2, "size")
    if size is not None:
        return call.sizes(2, "size", scattered=False)
    if isinstance(mean, Tensor) and not isinstance(std, Tensor):
        return call.shape(0, "mean")
    raise Unsure


def _normal_dtype(call: Call) -> str:
    mean = call.sure(0, "mean")
    if isinstance(mean, Tensor):
        return call.dtype(0, "mean")
    if call.get(2, "size") is None:
        raise Unsure
    return call.named_dtype(-1) or "float32"


def _permutation(call: Call) -> Shape:
    count = call.get(0, "n")
    return (None if count is None else size_of(count),)


_SIZED: Rule = (made(), _sized())
_LIKE: Rule = (_like, same_shape)
_NEW: Rule = (_like, _sized(1))
_WINDOW: Rule = (made(), _window_shape)

RULES: dict[str, Rule] = {
    "zeros": _SIZED,
    "ones": _SIZED,
    "empty": _SIZED,
    "rand": _SIZED,
    "randn": _SIZED,
    "empty_strided": (made(), _listed(0)),
    "empty_permuted": (made(), _listed(0)),
    "full": (_full_dtype, _listed(0)),
    "randint": (made("int64"), _randint_bounds),
    "randperm": (made("int64"), _permutation),
    "zeros_like": _LIKE,
    "ones_like": _LIKE,
    "empty_like": _LIKE,
    "rand_like": _LIKE,
    "randn_like": _LIKE,
    "randint_like": _LIKE,
    "full_like": _LIKE,
    "new_zeros": _NEW,
    "new_ones": _NEW,
    "new_empty": _NEW,
    "new_empty_strided": (_like, _listed(1)),
    "new_full": (_like, _listed(1)),
    "new_tensor": (_new_tensor_dtype, lambda call: _literal(call.get(1, "data"))[1]),
    "tensor": (_tensor_dtype, _tensor_shape),
    "as_tensor": (_tensor_dtype, _tensor_shape),
    "asarray": (_tensor_dtype, _tensor_shape),
    "scalar_tensor": (made(), lambda call: ()),
    "arange": (_arange_dtype, _arange_shape),
    "linspace": (_spaced_dtype, _spaced_shape),
    "logspace": (_spaced_dtype, _spaced_shape),
    "eye": (made(), _eye_shape),
    "tril_indices": (made("int64"), _triangle_shape),
    "triu_indices": (made("int64"), _triangle_shape),
    "normal": (_normal_dtype, _normal_shape),
    "hann_window": _WINDOW,
    "hamming_window": _WINDOW,
    "blackman_window": _WINDOW,
    "bartlett_window": _WINDOW,
    "kaiser_window": _WINDOW,
    "Tensor": _old_constructor("float32"),
    "FloatTensor": _old_constructor("float32"),
    "DoubleTensor": _old_constructor("float64"),
    "HalfTensor": _old_constructor("float16"),
    "IntTensor": _old_constructor("int32"),
    "LongTensor": _old_constructor("int64"),
    "BoolTensor": _old_constructor("bool"),
    "ByteTensor": _old_constructor("uint8"),
}
