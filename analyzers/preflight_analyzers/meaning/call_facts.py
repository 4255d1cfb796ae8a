"""What is known of one call, as flat facts that a condition of the knowledge data can be held against.

``F.max_pool2d(x, 2, dilation=2)`` gives ``{"input.type": "tensor", "input.rank": 4, "dilation": 2,
"dilation.max": 2, ...}``. A fact that isn't known is left out, so that no condition on it holds.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.shapes.call import dtype_named
from preflight_analyzers.meaning.shapes.promotion import is_complex
from preflight_analyzers.meaning.values import (
    Arguments,
    Choice,
    External,
    Known,
    Plain,
    Sequence,
    Shape,
    Source,
    Tensor,
    Value,
)

#: A fact's value: a literal, or a tuple of them.
Fact: TypeAlias = Any
#: Parameters in order: a name (after a ``*`` where it is taken by keyword only, ``dim|other`` where overloads
#: differ) and, where it has one, a default in a list of one.
Signature: TypeAlias = "tuple[tuple[str, list[Any] | None], ...]"

#: Dtypes that Core ML's converter treats alike.
_DTYPE_CLASSES = {
    "float32": "float",
    "int32": "int",
    "int64": "int",
    "complex64": "complex",
    "complex128": "complex",
}
#: Whole numbers to torch, floats to Core ML.
KEPT_AS_FLOAT = "int kept as float"
_LONGEST = 4


def facts_of(
    event: ApiCall, signature: Signature, forward: Signature, about: frozenset[str] | None = None
) -> dict[str, Fact]:
    """The facts of a call, by parameter; of a module, its constructor's, and ``forward``'s after a ``*``.

    ``about``: of these parameters only.
    """
    facts: dict[str, Fact] = {}
    if event.module is not None:
        made_with = event.module.arguments
        if made_with is not None:
            facts.update(_of_arguments(made_with, signature, "", about))
        facts.update(_of_arguments(event.arguments, forward, "*", about))
    else:
        facts.update(_of_arguments(event.arguments, signature, "", about))
    facts.update(_of_all(event.arguments))
    if event.uses.reached:
        facts["results.more"] = any(number > 0 for number in event.uses.results)
    return facts


def _of_arguments(
    arguments: Arguments, signature: Signature, prefix: str, about: frozenset[str] | None
) -> Iterator[tuple[str, Fact]]:
    parameters, names = _parameters(signature)
    positional = list(arguments.positional)
    if names and len(positional) > len(names):
        # x.view(2, 3) is x.view((2, 3)).
        last = len(names) - 1
        positional[last:] = [Sequence("tuple", positional[last:])]
    given: dict[str, Value] = {}
    for place, value in enumerate(positional):
        given[names[place] if place < len(names) else f"#{place}"] = value
    for name, value in arguments.keywords.items():
        given.setdefault(_parameter(name, names, given), value)
    first = next(iter(given.values()), None)
    shape = first.shape if isinstance(first, Tensor) else None
    for name, value in given.items():
        if about is not None and f"{prefix}{name}" not in about:
            continue
        for fact, known in (*_of_value(value), *_beside(shape, name, value)):
            yield f"{prefix}{name}{fact}", known
    if arguments.complete:
        for name, default, own in parameters:
            if name not in given and (about is None or f"{prefix}{name}" in about):
                for fact, known in own:
                    yield f"{prefix}{name}{fact}", known
                if default is not None:
                    for fact, known in _beside(shape, name, default):
                        yield f"{prefix}{name}{fact}", known


class _Parameters(NamedTuple):
    #: Name, default and the facts of the default.
    parameters: list[tuple[str, Known | None, tuple[tuple[str, Fact], ...]]]
    #: Of those that can be passed by position.
    names: list[str]


_MOST_SIGNATURES = 4096
#: By the identity of the signature, which is kept alive with it.
_signatures: dict[int, tuple[Signature, _Parameters]] = {}


def _parameters(signature: Signature) -> _Parameters:
    known = _signatures.get(id(signature))
    if known is None:
        if len(_signatures) > _MOST_SIGNATURES:
            _signatures.clear()
        parameters: list[tuple[str, Known | None, tuple[tuple[str, Fact], ...]]] = []
        for name, default in signature:
            value = None if default is None else Known(default[0])
            own = ((".type", "absent"),) if value is None else tuple(_of_value(value))
            parameters.append((name.lstrip("*"), value, own))
        names = [name for name, _ in signature if not name.startswith("*")]
        known = _signatures[id(signature)] = (signature, _Parameters(parameters, names))
    return known[1]


def _beside(shape: Shape | None, name: str, value: Value) -> Iterator[tuple[str, Fact]]:
    """How an argument stands to the shape of the first one."""
    if shape is None:
        return
    rank = len(shape)
    length: int | None = None
    if isinstance(value, Sequence) and value.items is not None:
        length = len(value.items)
    elif isinstance(value, Known) and isinstance(value.value, tuple | list):
        length = len(value.value)
    elif isinstance(value, Tensor) and value.rank is not None:
        yield ".rank-rank", value.rank - rank
        if value.shape is not None and None not in (*value.shape, *shape):
            yield ".like", value.shape == shape
    if length is not None:
        yield ".len-rank", length - rank
    if isinstance(value, Known) and isinstance(value.value, int) and ("dim" in name or "axis" in name):
        axis = value.value + rank if value.value < 0 else value.value
        if 0 <= axis < rank:
            yield ".axis", axis
            yield ".axis-rank", axis - rank


def _parameter(keyword: str, names: list[str], given: Container[str]) -> str:
    """The parameter that a keyword names; one may have several names, from several overloads."""
    if keyword == "input" and "self" in names:
        return "self"
    if keyword in names:
        return keyword
    return next((name for name in names if keyword in name.split("|") and name not in given), keyword)


def _of_value(value: Value) -> Iterator[tuple[str, Fact]]:
    if isinstance(value, Tensor):
        yield ".type", "tensor"
        yield from _of_tensor(value)
    elif isinstance(value, Known):
        yield from _of_literal(value.value)
    elif isinstance(value, External):
        yield ".type", "name"
        yield from _of_name(value)
    elif isinstance(value, Plain):
        if value.kind is not None:
            yield ".type", value.kind
    elif isinstance(value, Sequence):
        yield from _of_sequence(value)
    elif isinstance(value, Choice):
        yield from _shared([dict(_of_value(option)) for option in value.options])


def _of_name(value: External) -> Iterator[tuple[str, Fact]]:
    dtype = dtype_named(value) if value.name.startswith("torch.") else None
    if dtype is None:
        yield "", value.name
    else:
        yield "", f"torch.{dtype}"
        yield ".complex", is_complex(dtype)


def _of_tensor(value: Tensor) -> Iterator[tuple[str, Fact]]:
    dtype = _dtype_class(value)
    if dtype is not None:
        yield ".dtype", dtype
    if value.shape is not None:
        yield ".rank", len(value.shape)
        if all(size is not None for size in value.shape):
            yield ".empty", 0 in value.shape
    yield ".const", value.source <= Source.STATE


def _dtype_class(value: Tensor) -> str | None:
    """The dtype as Core ML has it, as far as it is known."""
    if value.dtype is None or value.floats is None:
        return None
    return KEPT_AS_FLOAT if value.floats else _DTYPE_CLASSES.get(value.dtype, value.dtype)


def _of_literal(value: object) -> Iterator[tuple[str, Fact]]:
    if isinstance(value, tuple | list):
        yield ".type", "tuple"
        yield ".len", len(value)
        if all(isinstance(item, int) for item in value):
            if len(value) <= _LONGEST:
                yield "", tuple(value)
            if value:
                yield ".min", min(value)
                yield ".max", max(value)
        yield ".kinds", ",".join(_kind(item) for item in value[:_LONGEST])
    elif isinstance(value, bool | str | None):
        yield ".type", type(value).__name__
        yield "", value
        if isinstance(value, str):
            yield ".dots", "..." in value
    elif isinstance(value, int | float):
        yield ".type", type(value).__name__
        yield "", value
        yield ".min", value
        yield ".max", value
    else:
        yield ".type", _kind(value)


def _of_sequence(value: Sequence) -> Iterator[tuple[str, Fact]]:
    items = value.items
    if items is None:
        if isinstance(value.element, Tensor):
            yield ".type", "tensors"
            yield from _of_tensor(value.element)
        return
    if items and all(isinstance(item, Known) for item in items):
        yield from _of_literal(tuple(item.value for item in items if isinstance(item, Known)))
        return
    yield ".len", len(items)
    if items and all(isinstance(item, Tensor) for item in items):
        yield ".type", "tensors"
        yield from _shared([dict(_of_tensor(item)) for item in items if isinstance(item, Tensor)])
        yield ".computed", any(isinstance(item, Tensor) and item.source > Source.STATE for item in items)
        return
    yield ".type", "tuple"
    kinds = [_kind_of_value(item) for item in items[:_LONGEST]]
    if None not in kinds:
        yield ".kinds", ",".join(kind for kind in kinds if kind is not None)
    computed = any(isinstance(item, Tensor) and item.source > Source.STATE for item in items)
    if computed or None not in kinds:
        yield ".computed", computed


def _shared(facts: list[dict[str, Fact]]) -> Iterator[tuple[str, Fact]]:
    """What all say alike."""
    for name, known in facts[0].items():
        if all(name in other and other[name] == known for other in facts):
            yield name, known


def _kind(value: object) -> str:
    return "..." if value is Ellipsis else type(value).__name__


def _kind_of_value(value: Value) -> str | None:
    """The kind of one part of a subscript."""
    if isinstance(value, Known):
        return _kind(value.value)
    if isinstance(value, Plain):
        return value.kind
    if isinstance(value, Tensor):
        return {None: "tensor", "bool": "mask"}.get(value.dtype, "tensor")
    return value.kind if isinstance(value, Sequence) else None


def _of_all(arguments: Arguments) -> Iterator[tuple[str, Fact]]:
    """What is true of the tensors of a call together."""
    if not arguments.complete:
        return
    tensors = list(_tensors(arguments.values()))
    dtypes = {_dtype_class(t) for t in tensors}
    if "complex" in dtypes:
        yield "any.complex", True
    elif None not in dtypes:
        yield "any.complex", False
    if tensors and None not in dtypes:
        yield "dtypes", ",".join(sorted(dtype for dtype in dtypes if dtype is not None))
    ranks = {t.rank for t in tensors}
    if tensors and None not in ranks:
        known = [rank for rank in ranks if rank is not None]
        yield "ranks.max", max(known)
        yield "ranks.min", min(known)
        yield "ranks.same", len(known) == 1


def _tensors(values: Iterable[Value]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, Sequence) and value.items is not None:
            yield from _tensors(value.items)
        elif isinstance(value, Sequence) and isinstance(value.element, Tensor):
            yield value.element
