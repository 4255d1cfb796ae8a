"""What a call that traces, exports or converts a model says about the model's inputs."""

from __future__ import annotations

from collections.abc import Callable

from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Choice,
    External,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Shape,
    Source,
    Tensor,
    Value,
    join_all,
)

#: What describes an input to ``coremltools.convert``.
DESCRIPTIONS = ("TensorType", "ImageType", "Shape", "RangeDim", "EnumeratedShapes")
#: Types in ``TensorType(dtype=)``. Float16 isn't among them: the model itself may compute in float32.
_DTYPES = {
    "float": "float32",
    "float32": "float32",
    "fp32": "float32",
    "int": "int32",
    "int32": "int32",
    "bool": "bool",
}


def example_of(how: str, arguments: Arguments) -> Arguments | None:
    """The model's arguments, by the call that traces or exports it; None where they can't be told.

    Of an export for sizes of which some are open, it isn't known which ones.
    """
    example = passed(how, arguments)
    if example is None or how == "trace" or is_missing(arguments.keywords.get("dynamic_shapes")):
        return example
    return _each_leaf(example, _of_any_size)


def passed(how: str, arguments: Arguments) -> Arguments | None:
    """The model's arguments as they are passed to the call that traces or exports it."""
    by_trace = how == "trace"
    given = arguments.get(1, "example_inputs" if by_trace else "args")
    named = arguments.keywords.get("example_kwarg_inputs") if by_trace else arguments.get(2, "kwargs")
    keywords: dict[str, Value] = {}
    if not is_missing(named):
        if not isinstance(named, Mapped) or named.items is None:
            return None
        keywords = {str(name): value for name, value in named.items.items()}
    positional: list[Value] | None = None
    if is_missing(given):
        positional = []
    elif isinstance(given, Tensor | Mapped):
        positional = [given]
    elif isinstance(given, Sequence):
        positional = given.items
    if positional is None:
        return None
    return _each_leaf(Arguments(positional, keywords), _as_input)


def is_missing(value: Value | None) -> bool:
    return value is None or (isinstance(value, Known) and value.value is None)


def _as_input(value: Value) -> Value:
    """A value of the script as the running model sees it."""
    if isinstance(value, Tensor):
        return Tensor(Source.INPUT, value.dtype, value.shape)
    if isinstance(value, Choice):
        return join_all(_as_input(option) for option in value.options)
    return value if isinstance(value, Known | Plain) else UNKNOWN


def _of_any_size(value: Value) -> Value:
    if isinstance(value, Tensor) and value.shape is not None:
        return Tensor(value.source, value.dtype, (None,) * len(value.shape))
    return value


def refined(example: Arguments | None, inputs: Value | None) -> Arguments | None:
    """The example, seen together with what ``convert(inputs=)`` says of the same inputs."""
    described: list[Value] = []
    if not isinstance(inputs, Sequence) or not _collect(inputs, described):
        return example
    if example is None:
        return Arguments([_described(one) or UNKNOWN for one in described])
    leaves: list[Value] = []
    if example.keywords or not all(_collect(value, leaves) for value in example.positional):
        return example
    if len(leaves) != len(described):
        return example
    rest = iter(described)
    return _each_leaf(example, lambda leaf: _seen_with(leaf, _described(next(rest))))


def _seen_with(value: Value, described: Tensor | None) -> Value:
    if described is None or not isinstance(value, Tensor):
        return described or value
    shape = described.shape if value.shape is None else value.shape
    if value.shape is not None and described.shape is not None:
        shape = None
        if len(value.shape) == len(described.shape):
            shape = tuple(x if x == y else None for x, y in zip(value.shape, described.shape, strict=True))
    return Tensor(value.source, value.dtype or described.dtype, shape)


def _described(value: Value) -> Tensor | None:
    """The input that a ``TensorType`` or ``ImageType`` describes, or a tensor in its place."""
    if isinstance(value, Tensor):
        return Tensor(Source.INPUT, value.dtype, value.shape)
    if not isinstance(value, Instance) or value.arguments is None:
        return None
    shape = _shape(value.arguments.get(1, "shape"))
    kind = value.class_name.rsplit(".", 1)[1]
    if kind == "ImageType":
        return Tensor(Source.INPUT, "float32", shape)
    if kind != "TensorType":
        return None
    dtype = value.arguments.get(2, "dtype")
    name = dtype.name.rsplit(".", 1)[1] if isinstance(dtype, External) else ""
    return Tensor(Source.INPUT, _DTYPES.get(name), shape)


def _shape(value: Value | None) -> Shape | None:
    if isinstance(value, Sequence) and value.items is not None:
        return tuple(_size(item) for item in value.items)
    if isinstance(value, Instance) and value.arguments is not None:
        kind = value.class_name.rsplit(".", 1)[1]
        if kind == "Shape":
            return _shape(value.arguments.get(0, "shape"))
        if kind == "EnumeratedShapes":
            return _common(value.arguments.get(0, "shapes"))
    return None


def _common(shapes: Value | None) -> Shape | None:
    """Of several shapes, the sizes that are the same in all."""
    known = [_shape(s) for s in shapes.items or ()] if isinstance(shapes, Sequence) else []
    first = known[0] if known else None
    if first is None or any(s is None or len(s) != len(first) for s in known):
        return None
    return tuple(sizes[0] if len(set(sizes)) == 1 else None for sizes in zip(*known, strict=True))


def _size(value: Value) -> int | None:
    number = value.value if isinstance(value, Known | Plain) else None
    return number if isinstance(number, int) and number >= 0 else None


def _collect(value: Value, leaves: list[Value]) -> bool:
    """The leaves of nested containers in order; False where one's length isn't known."""
    if isinstance(value, Sequence | Mapped):
        if value.items is None:
            return False
        inside = value.items.values() if isinstance(value, Mapped) else value.items
        return all(_collect(item, leaves) for item in inside)
    leaves.append(value)
    return True


def _each_leaf(arguments: Arguments, change: Callable[[Value], Value]) -> Arguments:
    """The same arguments, with what isn't a container changed."""

    def changed(value: Value) -> Value:
        if isinstance(value, Sequence):
            items = None if value.items is None else [changed(item) for item in value.items]
            return Sequence(value.kind, items, UNKNOWN if items is None else value.element)
        if isinstance(value, Mapped):
            held = None if value.items is None else {key: changed(v) for key, v in value.items.items()}
            return Mapped(held)
        return change(value)

    return Arguments(
        [changed(value) for value in arguments.positional],
        {name: changed(value) for name, value in arguments.keywords.items()},
    )
