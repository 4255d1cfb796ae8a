"""Under which conditions a call fails to convert, as data: facts of the call that must all hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

#: What is known of one call, by name: ``{"dilation": 2, "input.rank": 4}`` (see ``meaning/call_facts.py``).
Facts: TypeAlias = "Mapping[str, Any]"
_UNKNOWN = object()


class Atom(NamedTuple):
    """One fact and what it has to be: ``dilation >= 2``."""

    fact: str
    relation: str  # "=", "!=", ">=" or "<="
    value: Any

    def __eq__(self, other: object) -> bool:
        """Atoms on 1, 1.0 and True are three."""
        return isinstance(other, Atom) and tuple.__eq__(self[:2], other[:2]) and same(self.value, other.value)

    def __hash__(self) -> int:
        return hash((self.fact, self.relation, repr(self.value)))

    def holds(self, facts: Facts) -> bool:
        """False where the fact isn't known."""
        known = facts.get(self.fact, _UNKNOWN)
        if known is _UNKNOWN:
            return False
        if self.relation == "=":
            return same(known, self.value)
        if self.relation == "!=":
            return not alike(known, self.value)
        if not isinstance(known, int | float) or isinstance(known, bool):
            return False
        return bool(known >= self.value if self.relation == ">=" else known <= self.value)


class Condition(NamedTuple):
    """A call of which all ``atoms`` hold was seen to fail, and none of which they hold to convert."""

    atoms: tuple[Atom, ...]
    #: The op kind that has no converter or whose converter raised, "" where none is to blame.
    op: str
    #: First line of what the converter raised; None where there is none for ``op``.
    error: str | None
    #: Whether a deployment target of iOS18 makes it convert.
    newer_target: bool

    def holds(self, facts: Facts) -> bool:
        return all(atom.holds(facts) for atom in self.atoms)


class CallConditions(NamedTuple):
    """What is known of the ways of calling one API."""

    conditions: tuple[Condition, ...]
    #: Names of its parameters (of a module, its constructor's) and defaults in a list of one.
    signature: tuple[tuple[str, list[Any] | None], ...]
    #: Of a module: those of its ``forward``.
    forward: tuple[tuple[str, list[Any] | None], ...]


class ConditionTable:
    """The conditions of one version, read from ``coremltools-X.Y.calls.json``.

    Facts, errors, conditions and signatures stand there once; ``apis`` points to them by place.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def of(self, api: str) -> CallConditions | None:
        row = self._data["apis"].get(api)
        if row is None:
            return None
        conditions, signature, forward = row
        signatures = self._data["signatures"]
        found = tuple(self._condition(self._data["conditions"][place]) for place in conditions)
        return CallConditions(
            found,
            tuple((name, default) for name, default in signatures[signature]),
            tuple((name, default) for name, default in signatures[forward]),
        )

    def _condition(self, row: list[Any]) -> Condition:
        flat, op, error, newer_target = row
        facts, errors = self._data["facts"], self._data["errors"]
        atoms = tuple(
            Atom(facts[fact], relation, value)
            for fact, relation, value in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
        )
        return Condition(atoms, op, None if error is None else errors[error], bool(newer_target))


def table_of(apis: Mapping[str, CallConditions]) -> dict[str, Any]:
    """What :class:`ConditionTable` reads."""
    facts = sorted({a.fact for api in apis.values() for c in api.conditions for a in c.atoms})
    errors = sorted({c.error for api in apis.values() for c in api.conditions if c.error is not None})
    conditions: dict[str, tuple[int, list[Any]]] = {}
    signatures: dict[str, tuple[int, list[Any]]] = {}

    def place(table: dict[str, tuple[int, list[Any]]], row: list[Any]) -> int:
        return table.setdefault(repr(row), (len(table), row))[0]

    rows = {}
    for name, api in sorted(apis.items()):
        rows[name] = [
            [
                place(
                    conditions,
                    [
                        [part for a in c.atoms for part in (facts.index(a.fact), a.relation, a.value)],
                        c.op,
                        None if c.error is None else errors.index(c.error),
                        int(c.newer_target),
                    ],
                )
                for c in api.conditions
            ],
            place(signatures, [list(parameter) for parameter in api.signature]),
            place(signatures, [list(parameter) for parameter in api.forward]),
        ]
    return {
        "facts": facts,
        "errors": errors,
        "conditions": [row for _, row in conditions.values()],
        "signatures": [row for _, row in signatures.values()],
        "apis": rows,
    }


def same(value: Any, other: Any) -> bool:
    """The same literal. 1 is neither True nor 1.0: converters tell a whole number from a float."""
    if isinstance(value, tuple | list) and isinstance(other, tuple | list):
        pairs = zip(value, other, strict=False)
        return len(value) == len(other) and all(same(one, two) for one, two in pairs)
    return type(value) is type(other) and bool(value == other)


def alike(value: Any, other: Any) -> bool:
    """The same literal, or the same number; a number for each axis is that number if all are."""
    if isinstance(value, tuple | list) and isinstance(other, int | float) and value:
        return all(alike(one, other) for one in value)
    numbers = isinstance(value, int | float) and isinstance(other, int | float)
    return bool(value == other) if numbers else same(value, other)
