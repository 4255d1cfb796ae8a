"""Which results of a call surely reach what the model gives back.

Each result of a call knows the call it comes from, and each call the results it works on; so once it is known
what the model returns, the way back marks all that this depends on. Where two paths meet, a result comes from
either call, and so from neither for sure.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from preflight_analyzers.meaning.values import Mapped, Plain, Sequence, Tensor, Value

#: Operations that take the number of a size into the graph, where torch itself may only look at it.
_TAKING_NUMBERS = frozenset(
    """
    add sub mul div truediv floordiv mod remainder pow radd rsub rmul rtruediv rfloordiv rmod rpow iadd isub
    imul itruediv ifloordiv imod ipow neg gt ge lt le eq ne full full_like new_full tensor as_tensor
    new_tensor arange linspace clamp clamp_min clamp_max masked_fill index_fill where setitem lerp addmm
    baddbmm addcmul leaky_relu elu hardtanh threshold softplus
    """.split()
)


class Uses:
    """Of one call: the numbers of the results that are surely used, of none before the model has run.

    A single result is number 0. Several are numbered in order, through nested tuples: of ``nn.LSTM``'s
    ``output, (h, c)``, ``c`` is 2.
    """

    __slots__ = ("api", "axes", "operands", "reached", "results")

    def __init__(self, api: str, operands: Iterable[Value]) -> None:
        self.api = api
        self.results: set[int] = set()
        operands = list(operands)
        tensors = _tensors(operands)
        found = [tensor.origin for tensor in tensors if tensor.origin is not None]
        if _takes_numbers(api):
            numbers = [one for one in operands if isinstance(one, Plain)]
            found += [number.origin for number in numbers if number.origin is not None]
        self.operands = tuple(found)
        #: The largest rank among the operands, as far as it is known.
        self.axes = max([len(tensor.shape) for tensor in tensors if tensor.shape], default=0)
        self.reached = False

    def __repr__(self) -> str:
        return f"Uses({self.results})"


class Origin(NamedTuple):
    """Where a tensor comes from; the number is None for one of some number of results."""

    uses: Uses
    number: int | None


def origins(values: Iterable[Value]) -> tuple[Origin, ...]:
    """Where the tensors come from that are, or surely are in, these values."""
    return tuple(tensor.origin for tensor in _tensors(values) if tensor.origin is not None)


@lru_cache(maxsize=4096)
def _takes_numbers(api: str) -> bool:
    return api.rpartition(".")[2].strip("_") in _TAKING_NUMBERS


def _tensors(values: Iterable[Value]) -> list[Tensor]:
    found: list[Tensor] = []
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, Sequence):
            pending.extend(value.items if value.items is not None else [value.element])
        elif isinstance(value, Mapped):
            pending.extend(value.items.values() if value.items is not None else [value.element])
    return found


def results_of(uses: Uses, value: Value) -> Value:
    """What a call gives, each tensor in it with the call as its origin."""
    return _numbered(uses, value, [0])


def _numbered(uses: Uses, value: Value, next_number: list[int]) -> Value:
    if isinstance(value, Tensor):
        next_number[0] += 1
        return value.coming_from(Origin(uses, next_number[0] - 1))
    if isinstance(value, Sequence):
        if value.items is not None:
            items = [_numbered(uses, item, next_number) for item in value.items]
            return Sequence(value.kind, items, branch=value.branch)
        if isinstance(value.element, Tensor):
            element = value.element.coming_from(Origin(uses, None))
            return Sequence(value.kind, None, element, value.branch)
    return value


#: Farther back it isn't looked for what alternatives have in common.
_MOST_STEPS = 32


def meeting(joined: Value, results: list[Value]) -> Value:
    """One of several results, which comes from all that each of them surely comes from."""
    if not isinstance(joined, Tensor) or joined.origin is not None:
        return joined
    shared = set.intersection(*(_sources(result) for result in results))
    if not shared:
        return joined
    uses = Uses("", ())
    uses.operands = tuple(shared)
    return joined.coming_from(Origin(uses, 0))


def _sources(result: Value) -> set[Origin]:
    found: set[Origin] = set()
    pending = list(origins([result]))
    while pending and len(found) < _MOST_STEPS:
        origin = pending.pop(0)
        if origin not in found:
            found.add(origin)
            pending.extend(origin.uses.operands)
    return found


def mark_used(returned: Value) -> None:
    """Mark everything that what a model returns surely depends on."""
    pending = list(origins([returned]))
    while pending:
        uses, number = pending.pop()
        if number is not None:
            uses.results.add(number)
        if not uses.reached:
            uses.reached = True
            pending.extend(uses.operands)
