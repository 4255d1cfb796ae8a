"""From observed calls of one API to the conditions under which it fails.

A condition is kept only if no observed call that converts meets it. Of several explanations that fit equally
well all are demanded together, so that a condition claims no more than was seen. What no short condition
explains is described call by call.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from preflight_analyzers.knowledge.conditions import Atom, Condition, Facts, same

from .observations import Observation
from .wording import shortened

#: A longer description of one call is of no use for another.
_MOST_ATOMS = 8

_Atoms: TypeAlias = tuple[Atom, ...]

#: Facts that a call's full description leaves out: they follow from others, or are no property of the call.
_DERIVED = (".min", ".max", ".dots", ".empty", "-rank", ".axis", ".like", ".complex", ".computed")


def conditions_of(observations: Iterable[Observation]) -> list[Condition]:
    """The conditions of one API, most telling first; none where it never or always fails."""
    seen = sorted(observations, key=lambda one: (one.sample, repr(sorted(one.facts.items(), key=repr))))
    converting = [one.facts for one in seen if not one.fails]
    if not converting:
        return []
    groups: dict[str, list[Observation]] = defaultdict(list)
    for one in seen:
        if one.fails:
            groups[_cause(one)].append(one)
    found: list[Condition] = []
    for _, group in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        # What an earlier condition says already needs no second one.
        remaining = [one for one in group if not any(c.holds(one.facts) for c in found)]
        while remaining:
            atoms = _explanation(remaining, converting)
            if atoms is None:
                break
            explained = [one for one in remaining if _all_hold(atoms, one.facts)]
            found.append(_condition(_with_oddities(atoms, explained), explained))
            remaining = [one for one in remaining if not _all_hold(atoms, one.facts)]
    return found


def _cause(one: Observation) -> str:
    if one.missing:
        return ",".join(one.missing)
    return re.sub(r'"[^"]*"|\d+', "#", one.error or "")[:80]


def _condition(atoms: _Atoms, explained: list[Observation]) -> Condition:
    first = explained[0]
    return Condition(
        atoms,
        first.missing[0] if first.missing else first.error_kind or "",
        None if first.missing else shortened(first.error),
        all(one.newer_target for one in explained),
    )


def _all_hold(atoms: Iterable[Atom], facts: Facts) -> bool:
    return all(atom.holds(facts) for atom in atoms)


def _with_oddities(atoms: _Atoms, explained: list[Observation]) -> _Atoms:
    """What failing odd calls have in common is demanded too: of ordinary ones they say nothing."""
    shared = {
        fact: value
        for fact, value in explained[0].facts.items()
        if _is_odd(fact, value) and all(same(one.facts.get(fact), value) for one in explained)
    }
    known = {atom.fact for atom in atoms}
    return (*atoms, *(Atom(fact, "=", value) for fact, value in sorted(shared.items()) if fact not in known))


def _is_odd(fact: str, value: Any) -> bool:
    if fact.endswith(".rank"):
        return bool(value == 0)
    if fact.endswith(".empty"):
        return value is True
    return fact.endswith(".dtype") and value not in ("float", "int")


def _explanation(failing: list[Observation], converting: Sequence[Facts]) -> _Atoms | None:
    """The shortest conjunction that holds for as many failing calls as possible and for no converting one."""
    atoms = list(_candidates([one.facts for one in failing], converting))
    held = {
        atom: (
            frozenset(i for i, one in enumerate(failing) if atom.holds(one.facts)),
            frozenset(i for i, facts in enumerate(converting) if atom.holds(facts)),
        )
        for atom in atoms
    }
    single = _best({(atom,): held[atom][0] for atom in atoms if not held[atom][1]})
    if single is not None and _is_supported(single, failing, converting):
        return single
    pairs: dict[_Atoms, frozenset[int]] = {
        (one, two): held[one][0] & held[two][0]
        for one, two in itertools.combinations(atoms, 2)
        if one.fact != two.fact and not held[one][1] & held[two][1] and held[one][0] & held[two][0]
    }
    pair = _best(pairs)
    if pair is not None and _is_supported(pair, failing, converting):
        return pair
    for one in failing:
        full = tuple(
            Atom(fact, "=", value)
            for fact, value in sorted(one.facts.items())
            if not fact.endswith(_DERIVED) and not _follows(fact, one.facts)
        )
        if 0 < len(full) <= _MOST_ATOMS and not any(_all_hold(full, facts) for facts in converting):
            return full
    return None


def _follows(fact: str, facts: Facts) -> bool:
    """Whether the value says it as well: ``2`` is an int."""
    return fact.endswith(".type") and (fact.removesuffix("type") + "rank" in facts or fact[:-5] in facts)


def _best(explanations: Mapping[_Atoms, frozenset[int]]) -> _Atoms | None:
    """The explanation of most calls; all that explain the same ones together, one a parameter."""
    if not explanations:
        return None
    most = max(len(covered) for covered in explanations.values())
    if most == 0:
        return None
    ranked = sorted((a for a, covered in explanations.items() if len(covered) == most), key=_preference)
    wanted = explanations[ranked[0]]
    by_parameter: dict[str, Atom] = {}
    for atoms in ranked:
        if explanations[atoms] == wanted and (
            len(atoms) == 1 or not by_parameter or any(_parameter(a) in by_parameter for a in atoms)
        ):
            for atom in atoms:
                by_parameter.setdefault(_parameter(atom), atom)
    return tuple(sorted(by_parameter.values(), key=lambda atom: (atom.fact, atom.relation, repr(atom.value))))


def _parameter(atom: Atom) -> str:
    return atom.fact.partition(".")[0]


_RELATIONS = ("=", "!=", ">=", "<=")


def _preference(atoms: _Atoms) -> tuple[Any, ...]:
    """Plain values before what is derived from them."""
    return (
        sum("." in atom.fact for atom in atoms),
        sum(_RELATIONS.index(atom.relation) for atom in atoms),
        [(atom.fact, atom.relation, repr(atom.value)) for atom in atoms],
    )


def _is_supported(atoms: _Atoms, failing: list[Observation], converting: Sequence[Facts]) -> bool:
    """Whether more than chance speaks for it: two calls, or one beside a converting one much like it."""
    explained = [one.facts for one in failing if _all_hold(atoms, one.facts)]
    if len(explained) > 1:
        return True
    parameters = {_parameter(atom) for atom in atoms}
    return any(_differ_in(explained[0], facts) <= parameters for facts in converting)


def _differ_in(one: Facts, other: Facts) -> set[str]:
    """The parameters in which two calls differ; what holds for all tensors together follows from these."""
    return {
        fact.partition(".")[0]
        for fact in {*one, *other}
        if not (fact in one and fact in other and same(one[fact], other[fact]))
        and not fact.startswith(("any.", "dtypes", "ranks.", "results."))
    }


def _candidates(failing: Sequence[Facts], converting: Sequence[Facts]) -> Iterator[Atom]:
    """Atoms on the failing calls' facts, of which converting calls know other values."""
    values: dict[str, list[Any]] = defaultdict(list)
    for facts in failing:
        for fact, value in facts.items():
            if not any(same(value, known) for known in values[fact]):
                values[fact].append(value)
    for fact, bad in sorted(values.items()):
        good: list[Any] = []
        for facts in converting:
            if fact in facts and not any(same(facts[fact], known) for known in good):
                good.append(facts[fact])
        if not good:
            continue
        for value in bad:
            yield Atom(fact, "=", value)
        if len(bad) > 1:
            # Lists of other lengths are of other kinds.
            if len(good) == 1 and not fact.endswith(".kinds"):
                yield Atom(fact, "!=", good[0])
            numbers = [v for v in bad if isinstance(v, int | float) and not isinstance(v, bool)]
            if len(numbers) > 1 and not fact.endswith(".const"):
                yield Atom(fact, ">=", min(numbers))
                yield Atom(fact, "<=", max(numbers))
