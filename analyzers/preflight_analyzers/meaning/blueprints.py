"""Modules that were built once, to be copied when they are built in the same way again.

Running ``__init__`` of a large model takes most of the time, and models consist of many equal parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from preflight_analyzers.meaning.memory import Memory
from preflight_analyzers.meaning.values import (
    Arguments,
    Assumed,
    Choice,
    External,
    Function,
    Instance,
    Mapped,
    Method,
    Partial,
    Sequence,
    Tensor,
    Value,
)


class Blueprint(NamedTuple):
    #: As it was right after it was built.
    instance: Instance
    #: The path on which it was built.
    branch: object
    #: Objects that were passed to the constructor, by identity: copies share them.
    shared: frozenset[int]
    arguments: Arguments
    #: What it took to build it.
    steps: int

    def copy(self, branch: object) -> Instance:
        """Another one, built on the path ``branch``."""
        return _Copier(self, branch).instance()


class Blueprints:
    """What one machine has built, by class and arguments."""

    def __init__(self) -> None:
        self._known: dict[object, Blueprint] = {}

    def find(self, key: object) -> Blueprint | None:
        return self._known.get(key)

    def keep(self, key: object, instance: Instance, arguments: Arguments, branch: object, steps: int) -> None:
        """Remember what was built. Later changes of ``instance`` don't touch it."""
        shared = frozenset(map(id, _inside(arguments.values())))
        first = Blueprint(instance, branch, shared, arguments, steps)
        self._known[key] = first._replace(instance=first.copy(branch))


def _inside(values: Iterable[Value], depth: int = 4) -> list[object]:
    found: list[object] = []
    for value in values:
        found.append(value)
        if depth and isinstance(value, Sequence):
            found += _inside(value.items if value.items is not None else [value.element], depth - 1)
        elif depth and isinstance(value, Mapped):
            found += _inside(value.items.values() if value.items is not None else [value.element], depth - 1)
        elif isinstance(value, Choice):
            found += _inside(value.options, depth)
        elif isinstance(value, Tensor) and value.memory is not None:
            found.append(value.memory.storage)
    return found


def deep_copy(value: Value, branch: object) -> Value:
    """What ``copy.deepcopy`` gives."""
    everything = Blueprint(Instance(External("copied")), object(), frozenset(), Arguments([value]), 0)
    return _Copier(everything, branch).of(value)


class _Copier:
    """Copies a module and what it holds; what was passed to it stays the same object."""

    def __init__(self, blueprint: Blueprint, branch: object) -> None:
        self._blueprint = blueprint
        self._branch = branch
        self._done: dict[int, Any] = {}

    def instance(self) -> Instance:
        return self._instance(self._blueprint.instance)

    def of(self, value: Value) -> Value:
        return self._value(value)

    def _value(self, value: Value) -> Value:
        kind = type(value)
        copy = _COPY.get(kind)
        if copy is None or id(value) in self._blueprint.shared:
            return value
        known = self._done.get(id(value))
        copied: Value = copy(self, value) if known is None else known
        return copied

    def _instance(self, one: Instance) -> Instance:
        copied = self._done[id(one)] = Instance(one.cls, one.arguments)
        copied.made_with = one.made_with
        copied.training, copied.escaped, copied.open = one.training, one.escaped, one.open
        copied.attributes = {
            name: self._value(value) if type(value) in _COPY else value
            for name, value in one.attributes.items()
        }
        return copied

    def _sequence(self, one: Sequence) -> Sequence:
        copied = self._done[id(one)] = Sequence(
            one.kind, None, branch=self._on(one.branch), fields=one.fields
        )
        if one.items is not None:
            copied.items = [self._value(item) for item in one.items]
        copied.element = self._value(one.element)
        return copied

    def _mapped(self, one: Mapped) -> Mapped:
        copied = self._done[id(one)] = Mapped(None, branch=self._on(one.branch))
        if one.items is not None:
            copied.items = {key: self._value(value) for key, value in one.items.items()}
        copied.element = self._value(one.element)
        return copied

    def _on(self, branch: object) -> object:
        return self._branch if branch is self._blueprint.branch else branch

    def _function(self, one: Function) -> Function:
        if not one.closure and one.receiver is None:
            return one
        closure: dict[str, Value] = {}
        receiver = None if one.receiver is None else self._value(one.receiver)
        copied = Function(one.definition, one.scope, one.block, closure, receiver, one.owner)
        self._done[id(one)] = copied
        closure.update({name: self._value(value) for name, value in (one.closure or {}).items()})
        return copied

    def _method(self, one: Method) -> Method:
        return Method(self._value(one.receiver), one.name)

    def _partial(self, one: Partial) -> Partial:
        given = one.arguments
        arguments = Arguments(
            [self._value(value) for value in given.positional],
            {name: self._value(value) for name, value in given.keywords.items()},
            given.complete,
        )
        return Partial(self._value(one.function), arguments)

    def _assumed(self, one: Assumed) -> Assumed:
        return Assumed(self._value(one.value), one.surely)

    def _choice(self, one: Choice) -> Choice:
        return Choice(tuple(self._value(option) for option in one.options))

    def _tensor(self, one: Tensor) -> Tensor:
        if one.memory is None or id(one.memory.storage) in self._blueprint.shared:
            return one
        memory = one.memory
        copied = self._done[id(one)] = one.at(
            Memory(
                self._fresh(memory.storage),
                memory.part,
                None if memory.owner is None else self._fresh(memory.owner),
                None if memory.chain is None else tuple(map(self._fresh, memory.chain)),
                memory.lost,
            )
        )
        return copied

    def _fresh(self, token: object) -> object:
        return self._done.setdefault(id(token), object())


_COPY: dict[type, Any] = {
    Instance: _Copier._instance,
    Sequence: _Copier._sequence,
    Mapped: _Copier._mapped,
    Function: _Copier._function,
    Method: _Copier._method,
    Partial: _Copier._partial,
    Assumed: _Copier._assumed,
    Choice: _Copier._choice,
    Tensor: _Copier._tensor,
}
