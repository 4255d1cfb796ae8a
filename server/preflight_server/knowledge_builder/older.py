"""Knowledge of an older coremltools from its registry and the rows of the one that was run.

Which kinds torch emits does not depend on the converter, so a kind that an older registry lacks is as
certain an error there. What only a run can show is not claimed: where the newer converter rejects an
argument, the older one is said to be untested.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from preflight_analyzers.knowledge.op_kinds import registry_key, sanitized

from .derive import JUDGED, Status, share_exports, shared_texts, status_of, tables
from .rows import FAILS, Row


def older_file(
    base: str,
    facts: dict[str, Any],
    rows: Iterable[Row],
    newer: dict[str, Status],
    newer_ops: Iterable[str],
) -> dict[str, Any]:
    """What the data file of the older version holds: how its registry and its APIs differ from ``base``."""
    registered = frozenset(facts["torch_ops"])
    by_api: dict[str, list[Row]] = defaultdict(list)
    lacking: set[str] = set()
    for row in rows:
        if row.api in newer and (seen := _as_seen_by(row, registered)) is not None:
            by_api[row.api].append(seen)
            if seen.missing != row.missing:
                lacking.add(row.api)
    statuses = share_exports({api: status_of(sorted(by_api[api])) for api in newer})
    # Where the registry makes no difference, what the newer version showed stands.
    differing = {api: statuses[api] for api in lacking if statuses[api] != newer[api]}
    return {
        "format": 1,
        "base": base,
        "coremltools": facts["coremltools"],
        "torch": facts["torch"],
        "torch_ops": {
            "more": sorted(registered.difference(newer_ops)),
            "fewer": sorted(frozenset(newer_ops) - registered),
        },
        "aliases": {},
        **shared_texts("alternatives", {}),
        **tables(differing),
    }


def difference(older: dict[str, Any], newer: dict[str, Any]) -> dict[str, Any]:
    """An older registry by what differs: per table the entries to change, None for those to leave out."""
    found: dict[str, Any] = {}
    for name, table in older.items():
        if not isinstance(table, dict):
            found[name] = table
            continue
        base = newer[name]
        changed = {key: entry for key, entry in table.items() if base.get(key) != entry}
        found[name] = {**changed, **{key: None for key in base if key not in table}}
    return found


def _as_seen_by(row: Row, registered: frozenset[str]) -> Row | None:
    """The row as the older converter would have made it; None where only running it could tell."""
    if row.outcome not in JUDGED:
        return row
    look_up = registry_key if row.frontend == "trace" else sanitized
    emitted = {*row.kinds, *row.missing}
    missing = tuple(sorted(kind for kind in emitted if look_up(kind) not in registered))
    if missing:
        return row._replace(outcome=FAILS, missing=missing, error=None, error_kind=None)
    return None if row.outcome == FAILS else row
