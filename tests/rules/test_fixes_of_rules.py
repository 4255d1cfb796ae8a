"""A rule's own fix mends its own bad example."""

from __future__ import annotations

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.fixes import apply_fixes
from preflight_analyzers.rules.registry import RuleInfo, all_rules

FIXABLE = [rule for rule in all_rules() if rule.fixable]


@pytest.mark.parametrize("rule", FIXABLE, ids=lambda rule: rule.code)
def test_the_fix_mends_the_bad_example(rule: RuleInfo) -> None:
    text = rule.bad
    for _ in range(5):
        fixes = [f.fix for f in check_source(text).findings if f.code == rule.code and f.fix]
        if not fixes:
            break
        text = apply_fixes(text, fixes)
    assert text != rule.bad
    assert not check_source(text).findings


def test_every_rule_that_offers_a_fix_says_so() -> None:
    offering = {f.code for rule in all_rules() for f in check_source(rule.bad).findings if f.fix}
    assert offering == {rule.code for rule in FIXABLE}


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        ("len((x))", "x.shape[0]"),
        ("len(x +\n            1)", "(x +\n            1).shape[0]"),
        ("(x).data.exp()", "(x).detach().exp()"),
        ("x.std()", "x.std(unbiased=True)"),
        ("torch.std((x))", "torch.std((x), unbiased=True)"),
        ("torch.std(x # , and\n            )", "torch.std(x # , and\n            , unbiased=True)"),
        ("torch.std(x # ,\n            ,)", "torch.std(x # ,\n            ,)"),
    ],
)
def test_a_fix_keeps_to_what_is_written(written: str, fixed: str) -> None:
    frame = "import torch\nclass Net(torch.nn.Module):\n    def forward(self, x):\n        return x + {}\n"
    text = frame.format(written)
    fixes = [f.fix for f in check_source(text).findings if f.fix]
    assert apply_fixes(text, fixes) == frame.format(fixed)
