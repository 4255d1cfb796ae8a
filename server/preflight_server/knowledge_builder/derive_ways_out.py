"""From rows of other spellings to the way out that the data file states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from .derive import Status
from .rows import CONVERTS, Row


def ways_out_of(keys: Iterable[str], rows: Iterable[Row], statuses: dict[str, Status]) -> dict[str, str]:
    """API -> the shortest other spelling that converts, for APIs that do not."""
    converting: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.frontend == "trace" and row.outcome == CONVERTS and not row.is_experiment:
            converting[row.api].append(row.sample.split(" | ")[0])
    found = {}
    for key in keys:
        api = key.split(":", 1)[1]
        if converting[key] and statuses[api].outcomes[0] == "n":
            found[api] = min(converting[key], key=lambda code: (len(code), code))
    return found
