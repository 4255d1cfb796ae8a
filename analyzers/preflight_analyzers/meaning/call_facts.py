"""What is known of one call, as flat facts that a condition of the knowledge data can be held against.

``F.max_pool2d(x, 2, dilation=2)`` gives ``{"input.type": "tensor", "input.rank": 4, "dilation": 2,
"dilation.max": 2, ...}``. A fact that isn't known is left out, so that no condition on it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from preflight_analyzers.meaning import text_values
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
    strongest,
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
_MISSING = object()


class CallFacts(Mapping[str, Fact]):
    """The facts of a call, by parameter; of a module, its constructor's, and ``forward``'s after a ``*``.

    What the constructor of the model takes by default is a fact too.
    Each is found when it is asked for: most conditions fail at the first fact that they are about.
    """

    def __init__(self, event: ApiCall, signature: Signature, forward: Signature) -> None:
        self._event = event
        self._signature = signature
        self._forward = forward
        #: By what they are about: a parameter, or all of the call.
        self._known: dict[str, dict[str, Fact]] = {}

    def get(self, fact: str, default: Fact = None) -> Fact:
        subject = fact.partition(".")[0]
        known = self._known.get(subject)
        if known is None:
            known = self._known[subject] = dict(self._about(subject))
        return known.get(fact, default)

    def __getitem__(self, fact: str) -> Fact:
        found = self.get(fact, _MISSING)
        if found is _MISSING:
            raise KeyError(fact)
        return found

    def __iter__(self) -> Iterator[str]:
        for given in (self._constructed, self._called):
            for parameter in given.parameters():
                yield from dict(given.facts(parameter))
        yield from dict(_of_all(self._event.arguments))
        yield from dict(self._of_results())

    def __len__(self) -> int:
        return len(list(self))

    def rests_on_default(self, fact: str) -> bool:
        """Whether it is one of what the constructor of the model takes by default."""
        subject = fact.partition(".")[0]
        by_call = subject.startswith("*") or self._event.module is None
        given = self._called if by_call else self._constructed
        value = given.value(subject.removeprefix("*"))
        return value is not None and is_default(value)

    def _about(self, subject: str) -> Iterator[tuple[str, Fact]]:
        if subject in _OF_ALL:
            return _of_all(self._event.arguments)
        if subject == "results":
            return self._of_results()
        if subject.startswith("*") or self._event.module is None:
            return self._called.facts(subject.removeprefix("*"))
        return self._constructed.facts(subject)

    @cached_property
    def _called(self) -> _Given:
        if self._event.module is None:
            return _Given(self._event.arguments, self._signature, "")
        return _Given(self._event.arguments, self._forward, "*")

    @cached_property
    def _constructed(self) -> _Given:
        """What the module was made with."""
        module = self._event.module
        if module is None or module.arguments is None:
            return _Given(Arguments(complete=False), (), "")
        return _Given(module.arguments, self._signature, "")

    def _of_results(self) -> Iterator[tuple[str, Fact]]:
        uses = self._event.uses
        if uses.reached:
            yield "results.more", any(number > 0 for number in uses.results)


class _Given:
    """The arguments of a call by the parameters that they are for."""

    __slots__ = ("_complete", "_parameters", "_prefix", "_shape", "_values")

    def __init__(self, arguments: Arguments, signature: Signature, prefix: str) -> None:
        self._parameters, names, by_keyword = _parameters(signature)
        self._prefix = prefix
        self._complete = arguments.complete
        positional = list(arguments.positional)
        if names and len(positional) > len(names):
            # x.view(2, 3) is x.view((2, 3)).
            last = len(names) - 1
            positional[last:] = [Sequence("tuple", positional[last:])]
        values: dict[str, Value] = {}
        for place, value in enumerate(positional):
            values[names[place] if place < len(names) else f"#{place}"] = value
        for name, value in arguments.keywords.items():
            free = (one for one in by_keyword.get(name, ()) if one not in values)
            values.setdefault(next(free, name), value)
        first = next(iter(values.values()), None)
        self._shape = first.shape if isinstance(first, Tensor) else None
        self._values = values

    def parameters(self) -> list[str]:
        """Those of which something is known."""
        return list(dict.fromkeys([*self._values, *self._parameters]))

    def value(self, parameter: str) -> Value | None:
        """What was passed for one of them."""
        return self._values.get(parameter)

    def facts(self, parameter: str) -> Iterator[tuple[str, Fact]]:
        """What is known of one of them."""
        name, value = f"{self._prefix}{parameter}", self._values.get(parameter)
        if value is not None:
            for fact, known in (*_of_value(value), *_beside(self._shape, parameter, value)):
                yield f"{name}{fact}", known
        elif self._complete and parameter in self._parameters:
            default, own = self._parameters[parameter]
            for fact, known in own:
                yield f"{name}{fact}", known
            if default is not None:
                for fact, known in _beside(self._shape, parameter, default):
                    yield f"{name}{fact}", known


class _Parameters(NamedTuple):
    #: By name the default and its facts.
    parameters: dict[str, tuple[Known | None, tuple[tuple[str, Fact], ...]]]
    #: Of those that can be passed by position.
    names: list[str]
    #: What a keyword may name: a parameter may have several names, from several overloads.
    by_keyword: dict[str, list[str]]


_MOST_SIGNATURES = 4096
#: By the identity of the signature, which is kept alive with it.
_signatures: dict[int, tuple[Signature, _Parameters]] = {}


def _parameters(signature: Signature) -> _Parameters:
    known = _signatures.get(id(signature))
    if known is None:
        if len(_signatures) > _MOST_SIGNATURES:
            _signatures.clear()
        parameters: dict[str, tuple[Known | None, tuple[tuple[str, Fact], ...]]] = {}
        for name, default in signature:
            value = None if default is None else Known(default[0])
            own = ((".type", "absent"),) if value is None else tuple(_of_value(value))
            parameters[name.lstrip("*")] = (value, own)
        names = [name for name, _ in signature if not name.startswith("*")]
        by_keyword: dict[str, list[str]] = {}
        for name in sorted(names, key=lambda name: "|" in name):  # its own name before one of several
            for one in name.split("|"):
                by_keyword.setdefault(one, []).append(name)
        if "self" in names:
            by_keyword["input"] = ["self"]
        known = _signatures[id(signature)] = (signature, _Parameters(parameters, names, by_keyword))
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
        if is_default(value):
            yield from _of_literal(value.value)
        elif value.kind is not None:
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


def is_default(value: Value) -> bool:
    """Whether it is what the constructor of the model takes unless it is given something else."""
    if not isinstance(value, Plain) or value.source is not Source.CONSTANT or value.value is None:
        return False
    return not isinstance(value.value, str) or text_values.BLANK not in value.value


def _of_tensor(value: Tensor) -> Iterator[tuple[str, Fact]]:
    dtype = _dtype_class(value)
    if dtype is not None:
        yield ".dtype", dtype
    if value.shape is not None:
        yield ".rank", len(value.shape)
        if all(size is not None for size in value.shape):
            yield ".empty", 0 in value.shape
    yield from _of_source(value.source)


def _of_source(source: Source) -> Iterator[tuple[str, Fact]]:
    """Whether it is a constant, and whether it is another one when the model runs: so are random numbers.

    What the sizes of an input make is a constant as long as they are fixed.
    """
    if source is Source.SHAPE:
        return
    if source not in (Source.UNSURE, Source.DRAWN):
        yield ".const", source <= Source.STATE
    if source is not Source.UNSURE:
        yield ".varies", source > Source.STATE


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
        return
    yield ".type", "tuple"
    kinds = [_kind_of_value(item) for item in items[:_LONGEST]]
    if None not in kinds:
        yield ".kinds", ",".join(kind for kind in kinds if kind is not None)
    source = strongest(item for item in items if isinstance(item, Tensor))
    if None not in kinds or source > Source.STATE:
        yield from _of_source(source)


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


#: What the facts of ``_of_all`` are about.
_OF_ALL = ("any", "dtypes", "ranks")


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
