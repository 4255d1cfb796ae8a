"""What the rules are called: all that a selection has to know. The rules bring the whole analysis."""

from __future__ import annotations

from typing import NamedTuple


class RuleName(NamedTuple):
    code: str
    name: str
    #: Whether only those who ask for it get it.
    opt_in: bool = False


#: By code.
RULE_NAMES = (
    RuleName("CML101", "numpy-on-tensor"),
    RuleName("CML102", "len-of-tensor"),
    RuleName("CML103", "tensor-to-python"),
    RuleName("CML104", "tensor-value-branch"),
    RuleName("CML105", "harmless-tracer-warning", opt_in=True),
    RuleName("CML106", "open-size-fixed"),
    RuleName("CML107", "size-as-number"),
    RuleName("CML108", "data-of-tensor"),
    RuleName("CML109", "number-of-the-moment"),
    RuleName("CML110", "state-between-calls"),
    RuleName("CML111", "needs-cuda"),
    RuleName("CML112", "double-precision"),
    RuleName("CML201", "unsupported-torch-op"),
    RuleName("CML202", "unsupported-torch-argument"),
    RuleName("CML203", "miscomputed-torch-op"),
    RuleName("CML204", "lost-in-place-write"),
    RuleName("CML205", "too-many-axes"),
    RuleName("CML206", "autograd-function"),
    RuleName("CML301", "redundant-convert-argument"),
    RuleName("CML302", "neural-engine-barred"),
    RuleName("CML303", "wrong-save-suffix"),
    RuleName("CML304", "not-in-eval-mode"),
    RuleName("CML305", "unsupported-input"),
    RuleName("CML306", "untraceable-value"),
    RuleName("CML307", "beyond-float16", opt_in=True),
    RuleName("CML901", "syntax-error"),
    RuleName("CML902", "unused-suppression"),
)


def find_name(code_or_name: str) -> RuleName | None:
    for rule in RULE_NAMES:
        if code_or_name in (rule.code, rule.name):
            return rule
    return None
