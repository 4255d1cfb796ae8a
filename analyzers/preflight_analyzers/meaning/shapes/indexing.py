"""Subscripts: numbers, slices, None, ``...``, masks and tensors of places."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Rule, Unsure, items_of, same_dtype
from preflight_analyzers.meaning.shapes.sizes import broadcast
from preflight_analyzers.meaning.values import Known, Plain, Sequence, Shape, Tensor, Value


def _indexed(call: Call) -> Shape:
    shape, key = call.shape(), call.arguments.positional[1]
    keys = _keys(key)
    taken = sum(_taken(k) for k in keys)
    if taken > len(shape):
        raise Unsure
    if not any(_is_ellipsis(k) for k in keys):
        keys = [*keys, Known(...)]
    walk = _Walk(shape, len(shape) - taken)
    for one in keys:
        walk.take(one)
    return walk.shape()


def _keys(key: Value) -> list[Value]:
    is_tuple = isinstance(key, Sequence) and key.kind == "tuple"
    if is_tuple or (isinstance(key, Known) and isinstance(key.value, tuple)):
        items = items_of(key)
        if items is None:
            raise Unsure
        return items
    return [key]


def _is_ellipsis(key: Value) -> bool:
    return isinstance(key, Known) and key.value is ...


def _taken(key: Value) -> int:
    """How many axes a key stands for."""
    if isinstance(key, Known) and (key.value is None or key.value is ... or isinstance(key.value, bool)):
        return 0
    if isinstance(key, Tensor):
        if key.dtype is None:
            raise Unsure
        if key.dtype in ("bool", "uint8"):
            if key.shape is None:
                raise Unsure
            return len(key.shape)
        return 1
    if isinstance(key, Sequence) and key.kind == "list":
        _listed_places(key)
        return 1
    is_number = isinstance(key, Known) and isinstance(key.value, int | slice)
    if is_number or (isinstance(key, Plain) and key.kind in ("int", "slice")):
        return 1
    raise Unsure


def _listed_places(key: Sequence) -> Shape:
    """The shape of a list of numbers used as an index; a list of flags is a mask."""
    if key.items is None or not key.items:
        raise Unsure
    for item in key.items:
        is_int = isinstance(item, Known) and type(item.value) is int
        if not is_int and not (isinstance(item, Plain) and item.kind == "int"):
            raise Unsure
    return (len(key.items),)


class _Walk:
    """Goes over the axes with the keys; places given as tensors become one group of axes."""

    def __init__(self, shape: Shape, left_over: int) -> None:
        self.shape_in = shape
        self.left_over = left_over
        self.axis = 0
        self.out: list[int | None] = []
        self.places: list[Shape] = []
        self.first_place: int | None = None
        self.apart = False
        self.last_was_place = False

    def take(self, key: Value) -> None:
        places = self._places_of(key)
        if places is not None:
            if self.first_place is None:
                self.first_place = len(self.out)
            elif not self.last_was_place:
                self.apart = True
            self.places.append(places)
            self.axis += _taken(key)
            self.last_was_place = True
            return
        if isinstance(key, Known) and key.value is None:
            self.out.append(1)
        elif _is_ellipsis(key):
            self.out.extend(self.shape_in[self.axis : self.axis + self.left_over])
            self.axis += self.left_over
        elif _is_slice(key):
            self.out.append(_sliced(self.shape_in[self.axis], key))
            self.axis += 1
        else:
            self.axis += 1  # a number: the axis goes
            return
        self.last_was_place = False

    def _places_of(self, key: Value) -> Shape | None:
        """The shape that a tensor of places, a mask or a list brings; None for other keys."""
        if isinstance(key, Tensor):
            if key.shape == () and key.dtype not in ("bool", "uint8"):
                return None  # counts as a number
            if key.dtype in ("bool", "uint8"):
                return (None,)
            if key.shape is None:
                raise Unsure
            return key.shape
        if isinstance(key, Sequence):
            return _listed_places(key)
        if isinstance(key, Known) and isinstance(key.value, bool):
            return (1 if key.value else 0,)
        return None

    def shape(self) -> Shape:
        if self.first_place is None:
            return tuple(self.out)
        joined = broadcast(self.places)
        at = 0 if self.apart else self.first_place
        return (*self.out[:at], *joined, *self.out[at:])


def _is_slice(key: Value) -> bool:
    return (isinstance(key, Known) and isinstance(key.value, slice)) or (
        isinstance(key, Plain) and key.kind == "slice"
    )


def _sliced(size: int | None, key: Value) -> int | None:
    chosen = key.value if isinstance(key, Known | Plain) else None
    if not isinstance(chosen, slice):
        return None
    if size is None:
        return None
    return len(range(*chosen.indices(size)))


RULES: dict[str, Rule] = {"Tensor.getitem": (same_dtype, _indexed)}
