"""Which rules count. The rules here are made up, so that no change of the real ones matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from preflight_analyzers.findings import Consequence, Finding, Position, Range, Severity
from preflight_analyzers.rules import names
from preflight_analyzers.rules.names import RuleName
from preflight_analyzers.selection import Selection, UnknownRule, Wishes, parse_selectors, selection_for
from preflight_analyzers.settings import InvalidSettings, Settings

RULES = (
    RuleName("CML101", "numpy-on-tensor"),
    RuleName("CML201", "unsupported-torch-op"),
    RuleName("CML202", "unsupported-argument"),
    RuleName("CML601", "certain-hint"),
    RuleName("CML602", "possible-hint", opt_in=True),
)
DEFAULT = {"CML101", "CML201", "CML202", "CML601"}


@pytest.fixture(autouse=True)
def made_up_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "RULE_NAMES", RULES)


def kept(selection: Selection) -> set[str]:
    return {rule.code for rule in RULES if selection.keeps(rule.code)}


def finding(code: str, name: str) -> Finding:
    span = Range(Position(1, 1), Position(1, 2))
    return Finding(code, name, Severity.ERROR, Consequence.CONVERT_FAILS, "m", "p.py", span)


@pytest.mark.parametrize(
    ("selection", "codes"),
    [
        (Selection(), DEFAULT),
        (Selection(select=("ALL",)), DEFAULT | {"CML602"}),
        (Selection(select=("CML2",)), {"CML201", "CML202"}),
        (Selection(select=("CML6",)), {"CML601", "CML602"}),
        (Selection(select=("possible-hint", "CML101")), {"CML602", "CML101"}),
        (Selection(ignore=("CML2",)), {"CML101", "CML601"}),
        (Selection(ignore=("ALL",)), set()),
        (Selection(ignore=("unsupported-argument",)), DEFAULT - {"CML202"}),
        (Selection(extend_select=("CML6",)), DEFAULT | {"CML602"}),
        (Selection(select=("CML1",), extend_select=("CML602",)), {"CML101", "CML602"}),
        # The more exact selector wins; between equals, ignore does.
        (Selection(select=("CML201",), ignore=("CML2",)), {"CML201"}),
        (Selection(select=("unsupported-torch-op",), ignore=("CML2",)), {"CML201"}),
        (Selection(select=("ALL",), ignore=("CML2", "CML601")), {"CML101", "CML602"}),
        (Selection(select=("CML201",), ignore=("unsupported-torch-op",)), set()),
        (Selection(extend_select=("CML602",), ignore=("CML6",)), {"CML101", "CML201", "CML202", "CML602"}),
    ],
)
def test_what_is_kept(selection: Selection, codes: set[str]) -> None:
    assert kept(selection) == codes


def test_a_rule_may_be_asked_for_by_name() -> None:
    assert Selection().keeps("unsupported-torch-op")
    assert not Selection().keeps("possible-hint")
    assert not Selection(ignore=("CML201",)).keeps("unsupported-torch-op")


def test_the_most_exact_severity_wins() -> None:
    levels = {"ALL": Severity.INFO, "CML2": Severity.WARNING, "unsupported-argument": Severity.ERROR}
    selection = Selection(severities=levels)
    assert selection.severity_of(finding("CML101", "numpy-on-tensor")) is Severity.INFO
    assert selection.severity_of(finding("CML201", "unsupported-torch-op")) is Severity.WARNING
    assert selection.severity_of(finding("CML202", "unsupported-argument")) is Severity.ERROR


def test_without_a_wish_a_finding_keeps_its_severity() -> None:
    selection = Selection(severities={"CML2": Severity.INFO})
    assert selection.severity_of(finding("CML101", "numpy-on-tensor")) is Severity.ERROR
    assert Selection().severity_of(finding("CML101", "numpy-on-tensor")) is Severity.ERROR


def test_selectors_may_be_written_in_any_case_with_commas_and_blanks() -> None:
    written = ["cml2, Numpy-On-Tensor", "all", " ", "CML601,"]
    assert parse_selectors(written) == ("CML2", "numpy-on-tensor", "ALL", "CML601")


@pytest.mark.parametrize(
    ("selector", "complaint"),
    [
        ("CML20l", "unknown rule 'CML20l' (did you mean CML202 or CML201?)"),
        ("nmpy-on-tensor", "unknown rule 'nmpy-on-tensor' (did you mean numpy-on-tensor?)"),
        ("E501", "unknown rule 'E501' (`coreml-preflight rule` lists all)"),
        ("CML9", "unknown rule 'CML9' (`coreml-preflight rule` lists all)"),
    ],
)
def test_an_unknown_rule_is_told_with_near_names(selector: str, complaint: str) -> None:
    with pytest.raises(UnknownRule) as caught:
        parse_selectors(["CML1", selector])
    assert str(caught.value) == complaint


def test_settings_become_a_selection(tmp_path: Path) -> None:
    settings = Settings(
        root=tmp_path,
        select=("cml2",),
        extend_select=("CML101",),
        ignore=("CML202",),
        severity={"CML2": Severity.INFO, "CML101": None},
    )
    selection = selection_for("a.py", settings, Wishes())
    assert kept(selection) == {"CML201"}
    assert selection.severities == {"CML2": Severity.INFO}


def test_neural_engine_adds_the_hints() -> None:
    assert kept(selection_for("a.py", Settings(neural_engine=True), Wishes())) == DEFAULT | {"CML602"}


def test_a_wished_selection_replaces_that_of_the_settings() -> None:
    settings = Settings(select=("CML1",), ignore=("CML201",), neural_engine=True)
    assert kept(selection_for("a.py", settings, Wishes(select=("CML2",)))) == {"CML201", "CML202"}


def test_other_wishes_add_to_the_settings() -> None:
    settings = Settings(ignore=("CML1",), severity={"CML2": Severity.INFO, "CML6": Severity.ERROR})
    wishes = Wishes(
        extend_select=("CML602",), ignore=("CML201",), severity={"CML2": Severity.WARNING, "CML601": None}
    )
    selection = selection_for("a.py", settings, wishes)
    assert kept(selection) == {"CML202", "CML602"}
    assert selection.severities == {"CML2": Severity.WARNING, "CML6": Severity.ERROR}


def test_files_may_have_ignores_of_their_own_that_beat_any_selector(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path, select=("CML201", "CML101"), per_file_ignores={"tests/*": ("CML2",)})
    assert kept(selection_for(str(tmp_path / "tests/a.py"), settings, Wishes())) == {"CML101"}
    assert kept(selection_for(str(tmp_path / "a.py"), settings, Wishes())) == {"CML101", "CML201"}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (Settings(select=("CML7",)), "select"),
        (Settings(ignore=("CML7",)), "ignore"),
        (Settings(extend_select=("CML7",)), "extend-select"),
        (Settings(severity={"CML7": Severity.INFO}), "severity"),
        (Settings(per_file_ignores={"*.py": ("CML7",)}), "per-file-ignores.*.py"),
    ],
)
def test_an_unknown_rule_in_the_settings_is_told_with_file_and_key(
    tmp_path: Path, settings: Settings, key: str
) -> None:
    with pytest.raises(UnknownRule) as caught:
        selection_for(str(tmp_path / "a.py"), settings._replace(root=tmp_path), Wishes())
    assert str(caught.value).startswith(
        f"{tmp_path / 'pyproject.toml'}: tool.coreml-preflight.{key}: unknown rule 'CML7'"
    )


def test_a_file_pattern_that_is_none_is_told(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path, per_file_ignores={"!": ("CML1",)})
    with pytest.raises(InvalidSettings, match="'!' is not a file pattern"):
        selection_for(str(tmp_path / "a.py"), settings, Wishes())
