"""From rows of argument candidates and other spellings to what the data file states of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from .derive import JUDGED, Status
from .rows import CONVERTS, FAILS, Row

_OMITTED = "(omitted)"  # as samples.limits has it, which imports torch


def limits_of(entries: Iterable[dict[str, Any]], rows: Iterable[Row]) -> dict[str, list[list[Any]]]:
    """API -> ``[parameter, position, values, match, consequence, op, error]``.

    A value fails if it fails in every way it was tried. Where every value fails and only leaving the
    argument out converts, giving it at all is what fails ("any-but" nothing); where not even that
    converts, the argument is not to blame and the entry is left out.
    """
    tried: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.frontend == "trace" and row.outcome in JUDGED:
            tried[row.api][row.sample.split(" | ")[0]].append(row)
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for entry in entries:
        by_value = tried[entry["key"]]
        ran = [value for value in entry["values"] if by_value.get(repr(value))]
        failing = [value for value in ran if all(row.outcome == FAILS for row in by_value[repr(value)])]
        converting = [value for value in ran if value not in failing]
        omitted = by_value.get(_OMITTED, [])
        if not converting and len(failing) > 1 and any(row.outcome == CONVERTS for row in omitted):
            entry = {**entry, "match": "any-but"}
        elif not failing or not converting:
            continue
        values = {"one-of": failing, "any-but": converting, "containing": [entry["needle"]]}[entry["match"]]
        if entry["match"] == "containing" and any(
            (entry["needle"] in value) != (value in failing) for value in ran
        ):
            continue
        evidence = sorted(by_value[repr(failing[0])])[0]
        op = evidence.missing[0] if evidence.missing else evidence.error_kind
        row_of = [
            entry["parameter"],
            entry["position"],
            values,
            entry["match"],
            "convert-fails",
            op or "",
            evidence.error or "",
        ]
        found[entry["api"]].append(row_of)
    return dict(found)


def ways_out_of(keys: Iterable[str], rows: Iterable[Row], statuses: dict[str, Status]) -> dict[str, str]:
    """API -> the shortest other spelling that converts, for APIs that do not."""
    converting: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.frontend == "trace" and row.outcome == CONVERTS:
            converting[row.api].append(row.sample.split(" | ")[0])
    found = {}
    for key in keys:
        api = key.split(":", 1)[1]
        if converting[key] and statuses[api].outcomes[0] == "n":
            found[api] = min(converting[key], key=lambda code: (len(code), code))
    return found
