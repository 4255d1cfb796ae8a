"""From observed calls to conditions: what is blamed, and what isn't."""

from __future__ import annotations

from typing import Any

from preflight_analyzers.knowledge.conditions import Atom
from preflight_server.knowledge_builder.learn import conditions_of
from preflight_server.knowledge_builder.observations import Observation


def converts(**facts: Any) -> Observation:
    return Observation(_named(facts), False, "s")


def fails(error: str = "ValueError: no", missing: tuple[str, ...] = (), **facts: Any) -> Observation:
    return Observation(_named(facts), True, "s", missing, None if missing else error, "aten::f")


def _named(facts: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("__", "."): value for name, value in facts.items()}


def learned(*observations: Observation) -> list[tuple[Atom, ...]]:
    return [condition.atoms for condition in conditions_of(observations)]


def test_nothing_is_learned_where_every_call_fails_or_none() -> None:
    assert learned(fails(a=1), fails(a=2)) == []
    assert learned(converts(a=1), converts(a=2)) == []


def test_the_value_that_makes_the_difference_is_blamed() -> None:
    assert learned(converts(a=1, b=5), fails(a=2, b=5)) == [(Atom("a", "=", 2),)]


def test_several_failing_values_beside_one_that_converts_are_all_others() -> None:
    found = learned(converts(a=1), converts(a=1), fails(a=2), fails(a=0.5), fails(a=7))
    assert found == [(Atom("a", "!=", 1),)]


def test_explanations_that_fit_equally_well_are_all_demanded() -> None:
    found = learned(converts(a=1, b=1), fails(a=2, b=2), fails(a=2, b=2))
    assert found == [(Atom("a", "=", 2), Atom("b", "=", 2))]


def test_no_converting_call_meets_a_condition() -> None:
    observations = [
        converts(a=1, b=1), converts(a=2, b=1), converts(a=1, b=2), fails(a=2, b=2), fails(a=2, b=2),
    ]  # fmt: skip
    (atoms,) = learned(*observations)
    assert atoms == (Atom("a", "=", 2), Atom("b", "=", 2))
    assert not any(all(atom.holds(one.facts) for atom in atoms) for one in observations if not one.fails)


def test_each_cause_has_a_condition_of_its_own() -> None:
    conditions = conditions_of(
        [
            converts(mode="a", n=1),
            fails(mode="b", n=1, missing=("aten::b",)),
            fails(mode="a", n=2, error='ValueError: axis "3"'),
        ]
    )
    assert {(c.op, c.error) for c in conditions} == {("aten::b", None), ("aten::f", 'ValueError: axis "3"')}


def test_a_call_that_looks_like_a_converting_one_is_not_explained() -> None:
    assert learned(converts(a=1), fails(a=1)) == []


def test_one_failure_unlike_any_other_call_is_described_as_a_whole() -> None:
    found = learned(converts(a=1, b=1, c=1), converts(a=2, b=2, c=2), fails(a=1, b=2, c=3))
    assert found == [(Atom("a", "=", 1), Atom("b", "=", 2), Atom("c", "=", 3))]


def test_a_newer_target_counts_only_if_it_helps_every_call() -> None:
    helped = fails(a=2)._replace(newer_target=True)
    (alone,) = conditions_of([converts(a=1), helped])
    (mixed,) = conditions_of([converts(a=1), helped, fails(a=2)])
    assert alone.newer_target
    assert not mixed.newer_target


def test_the_order_of_the_calls_does_not_matter() -> None:
    observations = [converts(a=1, b=1), fails(a=2, b=1), fails(a=2, b=3), converts(a=1, b=3), fails(a=1, b=9)]
    assert learned(*observations) == learned(*reversed(observations))
