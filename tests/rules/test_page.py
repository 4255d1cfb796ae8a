from __future__ import annotations

import pytest

from preflight_analyzers.judge import page_of
from preflight_analyzers.rules.names import RULE_NAMES, RuleName
from preflight_analyzers.rules.page import PAGES, page
from preflight_analyzers.rules.registry import RuleInfo, all_rules


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_the_shipped_page_is_the_rule_s_own(rule: RuleInfo) -> None:
    """Stale: run ``python -m preflight_analyzers.rules.page``."""
    assert (PAGES / f"{rule.code}.md").read_text(encoding="utf-8") == page(rule)


def test_a_selection_knows_every_rule() -> None:
    """A rule is added to ``rules/names.py``, too."""
    assert tuple(RuleName(rule.code, rule.name, rule.opt_in) for rule in all_rules()) == RULE_NAMES


def test_no_page_outlives_its_rule() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {rule.code for rule in all_rules()}


def test_findings_lead_to_the_page() -> None:
    url = page_of("CML101")
    assert url is not None
    assert url.startswith("file://")
    assert url.endswith("CML101.md")
