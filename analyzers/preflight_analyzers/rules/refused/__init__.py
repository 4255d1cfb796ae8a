"""Uses of operators that the converter refuses, beyond the learned conditions; each confirmed by a run."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.rules.refused import complex_numbers, einsum, numbers, pieces, reductions, stores
from preflight_analyzers.rules.refused.case import Case

CASES: tuple[Case, ...] = (
    *complex_numbers.CASES,
    *einsum.CASES,
    *numbers.CASES,
    *pieces.CASES,
    *reductions.CASES,
    *stores.CASES,
)


def may_be_refused(api: str) -> bool:
    """Whether an entry is about the operator."""
    return api in _by_api()


def refused_use(event: ApiCall) -> Case | None:
    """The entry that says why the converter surely refuses the call."""
    return next((case for case in _by_api().get(event.api, ()) if case.applies(event)), None)


@cache
def _by_api() -> dict[str, list[Case]]:
    table: dict[str, list[Case]] = defaultdict(list)
    for case in CASES:
        for api in case.apis:
            table[api].append(case)
    return dict(table)
