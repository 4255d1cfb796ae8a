"""From raw rows to the status of each API, and from these to the data file's tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from .rows import CONVERTS, CONVERTS_CONST, CONVERTS_FIRST, CONVERTS_TARGET, FAILS, Row
from .wording import shortened

JUDGED = (CONVERTS, CONVERTS_CONST, CONVERTS_FIRST, CONVERTS_TARGET, FAILS)
_HANDWRITTEN = ("hand:", "edge:")


class Status(NamedTuple):
    """What the data file says of one API."""

    outcomes: str  # a letter for trace, export, export decomposed: always, sometimes, never, - untested
    kinds: tuple[str, ...]
    missing: tuple[str, ...]
    export_missing: tuple[str, ...]
    always_missing: int  # 1: by trace, 2: by export
    error: str | None
    tried: int
    converted: int


def status_of(rows: Iterable[Row]) -> Status:
    by_frontend: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_frontend[row.frontend].append(row)
    trace, export = by_frontend["trace"], by_frontend["export"]
    judged = _judged(trace)
    return Status(
        outcomes="".join(_outcome(by_frontend[name]) for name in ("trace", "export", "export_decomposed")),
        kinds=_kinds(trace),
        missing=_missing(trace),
        export_missing=_missing(export),
        always_missing=_always_missing(trace) + 2 * _always_missing(export),
        error=shortened(_representative_error(trace)),
        tried=len(judged),
        converted=sum(row.outcome == CONVERTS for row in judged),
    )


def share_exports(statuses: dict[str, Status]) -> dict[str, Status]:
    """Methods that were not exported themselves take the outcome of the function of the same name.

    Exporting is slow, and ``x.abs()`` and ``torch.abs(x)`` are the same op once captured; that both emit
    the same kinds by trace is checked.
    """
    shared = {}
    for api, status in statuses.items():
        twin = statuses.get(api.replace("torch.Tensor.", "torch."))
        if twin and status.outcomes.endswith("--") and status.kinds and status.kinds == twin.kinds:
            status = status._replace(
                outcomes=status.outcomes[0] + twin.outcomes[1:],
                export_missing=twin.export_missing,
                always_missing=status.always_missing | twin.always_missing & 2,
            )
        shared[api] = status
    return shared


def _judged(rows: list[Row]) -> list[Row]:
    """The rows that count: of the most ordinary tier that there is."""
    seen = [row for row in rows if row.outcome in JUDGED]
    best = min((row.tier for row in seen), default=2)
    return [row for row in seen if row.tier == best and best < 2]


def _outcome(rows: list[Row]) -> str:
    judged = _judged(rows)
    if not judged:
        return "-"
    # Never is said of odd calls as well; and so is always where they lack a converter.
    lacking = any(row.missing and row.outcome == FAILS for row in _captured(rows))
    if all(row.outcome == CONVERTS for row in judged) and not lacking:
        return "a"
    return "n" if all(row.outcome == FAILS for row in _captured(rows)) else "s"


def _captured(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.outcome in JUDGED]


def _missing(rows: list[Row]) -> tuple[str, ...]:
    return tuple(sorted({kind for row in _captured(rows) if row.outcome == FAILS for kind in row.missing}))


def _always_missing(rows: list[Row]) -> bool:
    captured = _captured(rows)
    return bool(captured) and all(row.missing and row.outcome == FAILS for row in captured)


def _kinds(rows: list[Row]) -> tuple[str, ...]:
    """Kinds of the databases' samples; hand-written code may use other operators beside the API."""
    captured = _captured(rows)
    plain = [row for row in captured if not row.sample.startswith(_HANDWRITTEN)] or captured
    return tuple(sorted({kind for row in plain for kind in row.kinds}))


def _representative_error(rows: list[Row]) -> str | None:
    failed = [row for row in _judged(rows) if row.outcome != CONVERTS and not row.missing and row.error]
    if not failed:
        untraced = [row for row in rows if row.outcome not in JUDGED and row.error]
        captured = _captured(rows)
        return _most_common(untraced) if untraced and not captured else None
    return _most_common(failed)


def _most_common(rows: list[Row]) -> str:
    counts = Counter(row.error or "" for row in rows)
    return min(counts, key=lambda error: (-counts[error], error))


def shared_texts(name: str, texts: dict[str, str]) -> dict[str, Any]:
    """A table of texts, each written once, and the place of each API's in it."""
    distinct = sorted(set(texts.values()))
    place = {text: number for number, text in enumerate(distinct)}
    return {f"{name}_texts": distinct, name: {api: place[text] for api, text in sorted(texts.items())}}


def tables(statuses: dict[str, Status]) -> dict[str, Any]:
    """The data file's tables: kinds and errors once, APIs as short rows that point into them."""
    kinds = sorted(
        {
            kind
            for status in statuses.values()
            for kind in (*status.kinds, *status.missing, *status.export_missing)
        }
    )
    errors = sorted({status.error for status in statuses.values() if status.error is not None})
    kind_at = {kind: index for index, kind in enumerate(kinds)}
    error_at = {error: index for index, error in enumerate(errors)}
    return {
        "kinds": kinds,
        "errors": errors,
        "apis": {
            name: [
                status.outcomes,
                [kind_at[kind] for kind in status.kinds],
                [kind_at[kind] for kind in status.missing],
                [kind_at[kind] for kind in status.export_missing],
                status.always_missing,
                None if status.error is None else error_at[status.error],
                status.tried,
                status.converted,
            ]
            for name, status in sorted(statuses.items())
        },
    }
