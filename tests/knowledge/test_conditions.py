"""The table of calls that fail: written, read back and held against facts."""

from __future__ import annotations

import json

import pytest

from preflight_analyzers.knowledge.conditions import (
    Atom,
    CallConditions,
    Condition,
    ConditionTable,
    table_of,
)

ALPHA = Condition((Atom("alpha", "!=", 1),), "aten::add", "ValueError: no", False)
KIND = Condition((Atom("mode", "=", "cubic"), Atom("input.rank", ">=", 4)), "aten::cubic", None, True)
KNOWN = CallConditions((ALPHA, KIND), (("self", None), ("*alpha", [1])), ())


def test_a_table_reads_back_what_was_written() -> None:
    table = ConditionTable(json.loads(json.dumps(table_of({"torch.add": KNOWN, "torch.sub": KNOWN}))))
    read = table.of("torch.add")
    assert read is not None
    assert read == table.of("torch.sub")
    assert read == KNOWN
    assert table.of("torch.mul") is None


def test_what_is_alike_is_written_once() -> None:
    assert len(table_of({"torch.add": KNOWN, "torch.sub": KNOWN})["conditions"]) == 2


@pytest.mark.parametrize(
    ("atom", "facts", "holds"),
    [
        (Atom("a", "=", 2), {"a": 2}, True),
        (Atom("a", "=", 2), {"a": 2.0}, False),
        (Atom("a", "!=", 2), {"a": 2.0}, False),
        (Atom("a", "=", 1), {"a": True}, False),
        (Atom("a", "=", [1, 2]), {"a": (1, 2)}, True),
        (Atom("a", "=", [1, 2]), {"a": (1, 2, 3)}, False),
        (Atom("a", "=", None), {"a": None}, True),
        (Atom("a", "=", None), {}, False),
        (Atom("a", "!=", 1), {"a": 2}, True),
        (Atom("a", "!=", 1), {}, False),
        (Atom("a", ">=", 2), {"a": 2}, True),
        (Atom("a", ">=", 2), {"a": 1}, False),
        (Atom("a", ">=", 0), {"a": True}, False),
        (Atom("a", "<=", 2), {"a": "2"}, False),
        (Atom("a", "<=", -1), {"a": -3}, True),
    ],
)
def test_an_atom_holds_only_of_what_is_known(atom: Atom, facts: dict[str, object], holds: bool) -> None:
    assert atom.holds(facts) is holds


def test_a_condition_holds_where_all_its_atoms_do() -> None:
    assert KIND.holds({"mode": "cubic", "input.rank": 4})
    assert not KIND.holds({"mode": "cubic", "input.rank": 3})
    assert not KIND.holds({"mode": "cubic"})
