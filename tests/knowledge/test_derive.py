"""From rows to statuses: what condemns an API and what does not."""

from __future__ import annotations

from preflight_server.knowledge_builder.derive import share_exports, status_of, tables
from preflight_server.knowledge_builder.older import older_file
from preflight_server.knowledge_builder.rows import (
    CONVERTS,
    CONVERTS_CONST,
    CRASH,
    FAILS,
    UNTRACEABLE,
    Row,
)


def row(
    outcome: str, *, tier: int = 0, missing: tuple[str, ...] = (), sample: str = "opinfo:f", **more: str
) -> Row:
    kinds = (*missing, "aten::abs")
    error = more.get("error") or (None if outcome == CONVERTS else "ValueError: no")
    return Row("torch.f", sample, more.get("frontend", "trace"), outcome, tier, kinds, missing, error)


def test_every_ordinary_sample_converts() -> None:
    assert status_of([row(CONVERTS), row(CONVERTS)]).outcomes == "a--"


def test_an_odd_sample_condemns_nothing() -> None:
    status = status_of([row(CONVERTS), row(FAILS, tier=2)])
    assert status.outcomes == "a--"
    assert (status.tried, status.converted) == (1, 1)


def test_odd_samples_alone_say_nothing() -> None:
    assert status_of([row(FAILS, tier=2), row(CONVERTS, tier=2)]).outcomes == "---"


def test_complex_samples_count_where_there_are_no_real_ones() -> None:
    assert status_of([row(FAILS, tier=1), row(FAILS, tier=2)]).outcomes == "n--"
    assert status_of([row(FAILS, tier=1), row(CONVERTS)]).outcomes == "a--"


def test_a_sample_that_converts_with_constants_makes_it_sometimes() -> None:
    assert status_of([row(CONVERTS_CONST)]).outcomes == "s--"
    assert status_of([row(CONVERTS_CONST), row(FAILS)]).outcomes == "s--"


def test_what_was_not_traced_is_untested_with_its_reason() -> None:
    status = status_of([row(UNTRACEABLE, error="TypeError: cannot"), row(CRASH, error="the process died")])
    assert status.outcomes == "---"
    assert status.error in ("TypeError: cannot", "the process died")


def test_missing_kinds_are_certain_only_if_every_sample_emits_one() -> None:
    always = status_of([row(FAILS, missing=("aten::a",)), row(FAILS, missing=("aten::b",), tier=2)])
    assert always.always_missing == 1
    assert always.missing == ("aten::a", "aten::b")
    sometimes = status_of([row(FAILS, missing=("aten::a",)), row(FAILS)])
    assert sometimes.always_missing == 0


def test_a_missing_kind_that_the_converter_never_reaches_is_none() -> None:
    assert status_of([row(CONVERTS, missing=("aten::dead",))]).missing == ()


def test_frontends_are_kept_apart() -> None:
    rows = [
        row(FAILS, missing=("aten::a",)),
        row(CONVERTS, frontend="export"),
        row(FAILS, frontend="export_decomposed"),
    ]
    status = status_of(rows)
    assert status.outcomes == "nan"
    assert status.always_missing == 1
    assert status.export_missing == ()


def test_tables_are_in_order_and_point_at_each_other() -> None:
    made = tables(
        {"torch.g": status_of([row(CONVERTS)]), "torch.f": status_of([row(FAILS, missing=("aten::zz",))])}
    )
    assert made["kinds"] == ["aten::abs", "aten::zz"]
    assert list(made["apis"]) == ["torch.f", "torch.g"]
    assert made["apis"]["torch.f"][2] == [1]


def test_a_method_that_was_not_exported_takes_its_functions_outcome() -> None:
    function = status_of([row(CONVERTS), row(FAILS, frontend="export", missing=("aten::abs",))])
    method = status_of([row(CONVERTS)])
    other = status_of([row(CONVERTS)._replace(kinds=("aten::other",))])
    shared = share_exports({"torch.f": function, "torch.Tensor.f": method, "torch.Tensor.g": method})
    assert shared["torch.Tensor.f"].outcomes == "an-"
    assert shared["torch.Tensor.f"].always_missing == 2
    assert shared["torch.Tensor.g"].outcomes == "a--"
    assert share_exports({"torch.f": function, "torch.Tensor.f": other})["torch.Tensor.f"].outcomes == "a--"


def test_an_older_registry_makes_certain_errors_and_no_guesses() -> None:
    rows = [
        row(CONVERTS, sample="1")._replace(kinds=("aten::abs", "aten::new_")),
        row(FAILS, sample="2")._replace(kinds=("aten::abs",)),
    ]
    newer = {"torch.f": status_of(rows)}
    facts = {"coremltools": "1.0", "torch": "2.0", "torch_ops": ["abs"]}
    made = older_file("2.0", facts, rows, newer, ["abs", "new"])
    assert made["base"] == "2.0"
    (found,) = made["apis"].values()
    outcomes, _, missing, _, always_missing, *_ = found
    # The rejected sample may convert in the older version; the one with the new op can't.
    assert outcomes == "n--"
    assert [made["kinds"][kind] for kind in missing] == ["aten::new_"]
    assert always_missing == 1
    same = older_file(
        "2.0",
        {**facts, "torch_ops": ["abs", "new"]},
        rows[:1],
        {"torch.f": status_of(rows[:1])},
        ["abs", "new"],
    )
    assert same["apis"] == {}
