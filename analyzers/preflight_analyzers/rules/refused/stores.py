"""Writing into a part of a tensor: the converter counts what stands in brackets from the first axis on."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.shapes.promotion import is_float
from preflight_analyzers.meaning.values import (
    Known,
    Plain,
    Sequence,
    Shape,
    Source,
    Tensor,
    Value,
)
from preflight_analyzers.meaning.views import key_kind
from preflight_analyzers.rules.refused.case import Case

_APIS = ("torch.Tensor.__setitem__",)


def _after_dots(event: ApiCall) -> bool:
    """A tensor of another shape than the part that the converter takes for the one meant."""
    target, key, value = event.arguments.positional
    if not isinstance(target, Tensor) or not isinstance(value, Tensor) or not value.shape:
        return False
    if (
        target.shape is None
        or key_kind(key) != "slices"
        or not isinstance(key, Sequence)
        or key.items is None
    ):
        return False
    items = list(key.items)
    dots = next((place for place, item in enumerate(items) if _is_dots(item)), len(items))
    if dots >= len(items) - 1 or len(items) > len(target.shape):
        return False
    taken = _part(target.shape, items[:dots] + items[dots + 1 :])
    return taken is not None and not _may_fit(value.shape, taken)


def _is_dots(item: Value) -> bool:
    return isinstance(item, Known) and item.value is ...


def _part(shape: Shape, items: list[Value]) -> list[int | None]:
    """The shape of what is taken of the first axes."""
    part: list[int | None] = []
    for size, item in zip(shape, items, strict=False):
        chosen = item.value if isinstance(item, Known | Plain) else None
        if isinstance(chosen, slice):
            part.append(len(range(*chosen.indices(size))) if size is not None else None)
        elif isinstance(item, Plain) and item.kind == "slice":
            part.append(None)
    return [*part, *shape[len(items) :]]


def _may_fit(value: Shape, part: list[int | None]) -> bool:
    if len(value) > len(part):
        return all(size in (1, None) for size in value[: len(value) - len(part)])
    return all(
        own in (1, None) or wanted is None or own == wanted
        for own, wanted in zip(reversed(value), reversed(part), strict=False)
    )


def _into_flags(event: ApiCall) -> bool:
    target, key, value = event.arguments.positional
    if not isinstance(target, Tensor) or target.dtype != "bool" or key_kind(key) != "slices":
        return False
    if isinstance(value, Tensor):
        return value.dtype == "bool"
    return isinstance(value, Known) and isinstance(value.value, int)


def _fills_where_computed(event: ApiCall) -> bool:
    """A number put where values of the input say, unless into a single element."""
    target, key, value = event.arguments.positional
    if not isinstance(value, Known | Plain) and not (isinstance(value, Tensor) and value.shape == ()):
        return False
    items = key.items if isinstance(key, Sequence) and key.kind == "tuple" else [key]
    if items is None or not all(_is_place(item) for item in items):
        return False
    if any(isinstance(item, Plain) and item.kind == "slice" and item.surely for item in items):
        return True
    if not any(isinstance(item, Tensor) and item.source is Source.INPUT for item in items):
        return False
    whole = any(_is_slice(item) or _is_dots(item) for item in items)
    return whole or (isinstance(target, Tensor) and target.rank is not None and target.rank > len(items))


def _is_place(item: Value) -> bool:
    """A slice, or the number of one place."""
    if isinstance(item, Tensor):
        return item.shape == () and item.dtype is not None and item.dtype != "bool"
    if isinstance(item, Plain):
        return item.kind in ("slice", "int")
    return isinstance(item, Known) and (
        isinstance(item.value, slice) or item.value is ... or type(item.value) is int
    )


def _is_slice(item: Value) -> bool:
    return (isinstance(item, Known) and isinstance(item.value, slice)) or (
        isinstance(item, Plain) and item.kind == "slice"
    )


def _scatters_another_kind(event: ApiCall) -> bool:
    """A whole number into floats, or a fraction into whole numbers."""
    target = event.arguments.get(0, "input")
    given = event.arguments.keywords.get("value") or event.arguments.get(3, "src")
    if not isinstance(target, Tensor) or target.dtype is None or not isinstance(given, Known):
        return False
    number, reduces = given.value, "reduce" in event.arguments.keywords
    if reduces or isinstance(number, bool) or not isinstance(number, int | float):
        return False
    return isinstance(number, float) != is_float(target.dtype)


#: What gives a tensor that the converter has seen no subscript of.
_WHOLE = frozenset(
    """
    zeros ones full rand zeros_like ones_like full_like empty_like rand_like new_zeros new_full new_empty
    clone detach relu view __add__ __mul__
    """.split()
)


def _is_whole(tensor: Value | None) -> bool:
    origin = tensor.origin if isinstance(tensor, Tensor) else None
    return origin is not None and origin.uses.api.rsplit(".", 1)[1] in _WHOLE


def _fills_whole(event: ApiCall) -> bool:
    return _is_whole(event.arguments.get(0, "self"))


def _assigns_whole(event: ApiCall) -> bool:
    target, key, _ = event.arguments.positional
    return _is_dots(key) and _is_whole(target)


CASES = (
    Case(
        name="assignment after ...",
        apis=_APIS,
        applies=_after_dots,
        use="after ...",
        why="it goes to the first axes instead, where the shapes don't fit",
        way_out="write a : for each axis before",
        bad="y = x.view(-1, 4, 8) + 0\ny[..., 0] = y[..., 1]\nreturn y",
        good="y = x.view(-1, 4, 8) + 0\ny[:, :, 0] = y[:, :, 1]\nreturn y",
    ),
    Case(
        name="assignment into a mask",
        apis=_APIS,
        applies=_into_flags,
        use="into a tensor of bool",
        why="the converter assigns to numbers only",
        way_out="keep the mask as int32 and compare it where it is used",
        bad="y = x > 0.5\ny[:, 0] = True\nreturn x * y",
        good="y = (x > 0.5).int()\ny[:, 0] = 1\nreturn x * y",
    ),
    Case(
        name="filling a whole tensor",
        apis=("torch.Tensor.fill_", "torch.Tensor.copy_"),
        applies=_fills_whole,
        use="of a whole tensor",
        why="the converter looks for the subscript that is written to",
        way_out="make a new tensor, with full_like or clone",
        bad="y = torch.zeros_like(x)\ny.fill_(2.0)\nreturn x + y",
        good="y = torch.full_like(x, 2.0)\nreturn x + y",
    ),
    Case(
        name="assignment to [...]",
        apis=_APIS,
        applies=_assigns_whole,
        use="to a whole tensor",
        why="the converter looks for the part that is written to",
        way_out="make a new tensor, or write [:]",
        bad="y = torch.zeros_like(x)\ny[...] = x * 2\nreturn x + y",
        good="y = torch.zeros_like(x)\ny[:] = x * 2\nreturn x + y",
    ),
    Case(
        name="a number assigned where values say",
        apis=_APIS,
        applies=_fills_where_computed,
        use="of a number at a place that is computed from the input",
        why="the converter fills places that it knows",
        way_out="choose by a mask, with torch.where",
        bad="y = x * 1\ny[:, x[0, :, 0].argmax()] = 0.0\nreturn y",
        good="here = torch.arange(4) == x[0, :, 0].argmax()\nreturn torch.where(here[:, None], x * 0.0, x)",
    ),
    Case(
        name="scatter of a number of another kind",
        apis=("torch.scatter", "torch.Tensor.scatter", "torch.Tensor.scatter_"),
        applies=_scatters_another_kind,
        use="of a number of another kind than the tensor's",
        why="the converter casts neither",
        way_out="write a float for floats, an int for ints",
        bad="index = x.argmax(1, keepdim=True)\nreturn x.float().scatter(1, index, 1)",
        good="index = x.argmax(1, keepdim=True)\nreturn x.float().scatter(1, index, 1.0)",
    ),
)
