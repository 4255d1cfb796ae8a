"""The operators that convert without a word and compute something else, each confirmed by running it."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from preflight_analyzers.rules.miscomputed import activations, arithmetic, layers, reductions, selection
from preflight_analyzers.rules.miscomputed.case import Case

CASES: tuple[Case, ...] = (
    *reductions.CASES,
    *layers.CASES,
    *activations.CASES,
    *arithmetic.CASES,
    *selection.CASES,
)


@cache
def cases_by_api() -> dict[str, list[Case]]:
    table: dict[str, list[Case]] = defaultdict(list)
    for case in CASES:
        for api in case.apis:
            table[api].append(case)
    return dict(table)
