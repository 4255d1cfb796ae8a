"""Which whole numbers Core ML keeps as floats: the converter's dtypes aren't always torch's.

``x.argmax(-1) // 2`` has whole numbers to torch and floats to Core ML, and so has what is computed from it.
An operator that wants floats takes them, and one that wants whole numbers, as an index, refuses them.
"""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning.values import Arguments, Known, Plain, Sequence, Tensor, Value, is_whole

_DTYPES = ("uint8", "int8", "int16", "int32", "int64")
#: Calls that give floats, whatever they get.
_FLOATS = frozenset(
    """
    floordiv rfloordiv ifloordiv floor_divide div divide unique new_zeros new_empty eye linspace logspace pad
    """.split()
)
#: Calls that give whole numbers, whatever they get.
_WHOLE = frozenset(
    """
    argmax argmin argsort searchsorted bucketize nonzero long int short byte char to type type_as randint
    randint_like randperm one_hot full_like new_full new_tensor tensor as_tensor zeros ones empty
    """.split()
)
#: Calls whose result is what they get first; the rest says which part of it, or what to put in.
_FIRST = frozenset(
    """
    getitem setitem gather index_select take take_along_dim select narrow masked_fill masked_select view
    reshape expand repeat
    """.split()
)
#: Calls that may give what they get, and the places of it.
_BOTH = ("topk", "sort", "max", "min", "mode", "median", "kthvalue", "cummax", "cummin")


def kept_as_floats(api: str, arguments: Arguments, dtype: str | None) -> bool | None:
    """Whether Core ML has floats where ``api`` gives whole numbers; None where it may."""
    if dtype not in _DTYPES:
        return False
    name = api.rpartition(".")[2].strip("_")
    if name in _FLOATS:
        return True
    if name in _WHOLE:
        return False
    if name in ("clamp", "clip"):
        known = _clamps_once(arguments)
        if known is not False:
            return known
    if name == "full":
        dtype_given = arguments.keywords.get("dtype")
        return dtype_given is None or (isinstance(dtype_given, Known) and dtype_given.value is None)
    values = [*arguments.positional[:1]] if name in _FIRST else list(arguments.values())
    found = _strictest(_of_value(value, counted=name in ("sum", "nansum")) for value in values)
    return None if found and name in _BOTH and arguments.get(1, "dim") is not None else found


def _clamps_once(arguments: Arguments) -> bool | None:
    """Whether only one bound is given."""
    bounds = [arguments.get(place, name) for place, name in ((1, "min"), (2, "max"))]
    given = [bound is not None and not (isinstance(bound, Known) and bound.value is None) for bound in bounds]
    if not arguments.complete or not all(
        bound is None or isinstance(bound, Known | Plain) for bound in bounds
    ):
        return None
    return given.count(True) == 1


def _of_value(value: Value, *, counted: bool) -> Iterator[bool | None]:
    """Of each tensor in a value, and each number that the tracer follows.

    ``counted``: a sum of anything but whole numbers gives floats.
    """
    if isinstance(value, Tensor):
        if value.dtype is None:
            yield None
        elif counted and value.dtype not in _DTYPES:
            yield True
        else:
            yield value.dtype in _DTYPES and value.floats
    elif isinstance(value, Plain):
        if value.traced and not is_whole(value):
            yield None
    elif isinstance(value, Sequence):
        for item in value.items if value.items is not None else [value.element]:
            yield from _of_value(item, counted=counted)


def _strictest(found: Iterator[Iterator[bool | None]]) -> bool | None:
    kinds = {kind for one in found for kind in one}
    return True if True in kinds else None if None in kinds else False
