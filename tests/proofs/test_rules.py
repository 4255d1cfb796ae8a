"""No rule without a proof: each rule's own examples, linted and really converted."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.rules.registry import RuleInfo, all_rules
from preflight_analyzers.selection import Selection

every_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: f"{rule.code} {rule.name}")

MARK = re.compile(r"# *(CML\d{3})\b.*$")


def selection(rule: RuleInfo) -> Selection:
    """Every rule that is on by default, or the one itself where it has to be asked for."""
    return Selection(select=(rule.code,)) if rule.opt_in else Selection()


def found(source: str, rule: RuleInfo) -> list[tuple[int, str]]:
    report = check_source(source, "example.py", selection=selection(rule))
    return [(finding.range.start.line, finding.code) for finding in report.findings]


def marked(source: str) -> list[tuple[int, str]]:
    lines = enumerate(source.splitlines(), start=1)
    return [(number, mark[1]) for number, line in lines if (mark := MARK.search(line))]


@every_rule
def test_the_bad_example_is_found_on_its_marked_lines_and_nothing_else(rule: RuleInfo) -> None:
    expected = marked(rule.bad)
    assert rule.code in {code for _line, code in expected}, "no line of the bad example is marked"
    assert found(rule.bad, rule) == expected


@every_rule
def test_the_good_example_is_clean(rule: RuleInfo) -> None:
    assert not marked(rule.good)
    assert found(rule.good, rule) == []


@pytest.mark.convert
@every_rule
def test_the_bad_example_has_the_consequence(rule: RuleInfo, evidence: ModuleType, folder: Path) -> None:
    evidence.prove_bad(rule.consequence, rule.bad, rule.good, folder)


@pytest.mark.convert
@every_rule
def test_the_good_example_converts_and_computes_the_same(
    rule: RuleInfo, evidence: ModuleType, folder: Path
) -> None:
    evidence.prove_good(rule.good, folder)
