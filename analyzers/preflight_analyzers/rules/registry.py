"""All rules, and what is told about them to people."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from preflight_analyzers.findings import Consequence
from preflight_analyzers.rules import (
    autograd_function,
    beyond_float16,
    data_of_tensor,
    double_precision,
    harmless_tracer_warning,
    len_of_tensor,
    lost_in_place_write,
    miscomputed_torch_op,
    needs_cuda,
    neural_engine_barred,
    not_in_eval_mode,
    number_of_the_moment,
    numpy_on_tensor,
    open_size_fixed,
    redundant_convert_argument,
    size_as_number,
    state_between_calls,
    syntax_error,
    tensor_to_python,
    tensor_value_branch,
    too_many_axes,
    unsupported_input,
    unsupported_torch_argument,
    unsupported_torch_op,
    untraceable_value,
    unused_suppression,
    wrong_save_suffix,
)
from preflight_analyzers.rules.base import Rule

RULES: tuple[Rule, ...] = (
    numpy_on_tensor.RULE,
    len_of_tensor.RULE,
    tensor_to_python.RULE,
    tensor_value_branch.RULE,
    harmless_tracer_warning.RULE,
    open_size_fixed.RULE,
    size_as_number.RULE,
    data_of_tensor.RULE,
    number_of_the_moment.RULE,
    state_between_calls.RULE,
    needs_cuda.RULE,
    double_precision.RULE,
    unsupported_torch_op.RULE,
    unsupported_torch_argument.RULE,
    miscomputed_torch_op.RULE,
    too_many_axes.RULE,
    autograd_function.RULE,
    lost_in_place_write.RULE,
    redundant_convert_argument.RULE,
    neural_engine_barred.RULE,
    wrong_save_suffix.RULE,
    not_in_eval_mode.RULE,
    unsupported_input.RULE,
    untraceable_value.RULE,
    beyond_float16.RULE,
    syntax_error.RULE,
    unused_suppression.RULE,
)


class RuleInfo(NamedTuple):
    """A rule as people see it."""

    code: str
    name: str
    consequence: Consequence
    summary: str
    explanation: str
    opt_in: bool
    bad: str
    good: str
    fixable: bool


@cache
def all_rules() -> tuple[RuleInfo, ...]:
    """Every rule, by code."""
    infos = (
        RuleInfo(
            rule.code,
            rule.name,
            rule.consequence,
            rule.summary,
            rule.explanation,
            rule.opt_in,
            rule.bad,
            rule.good,
            rule.fixable,
        )
        for rule in RULES
    )
    return tuple(sorted(infos, key=lambda info: info.code))


@cache
def find_rule(code_or_name: str) -> RuleInfo | None:
    for rule in all_rules():
        if code_or_name in (rule.code, rule.name):
            return rule
    return None
