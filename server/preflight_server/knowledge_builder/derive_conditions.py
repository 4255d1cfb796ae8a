"""From the programs that were run to the table of calls that fail."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

from preflight_analyzers.knowledge.conditions import CallConditions

from .derive import Status
from .editing import can_set
from .learn import conditions_of
from .observations import Emitted, observations_of
from .rows import Row
from .spelling import HARNESS_APIS

#: Rows of samples made for an API, as ``samples/`` names them (which imports torch).
_MADE_FOR = ("argument:", "counter:")


class _Task(NamedTuple):
    api: str
    rows: list[Row]
    known: CallConditions
    emitted: Emitted


def learned_conditions(
    rows: Iterable[Row], signatures: Mapping[str, Any], statuses: Mapping[str, Status], workers: int
) -> dict[str, CallConditions]:
    """Every API's conditions by trace."""
    by_api: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        api = row.api.split(":")[1] if row.api.startswith(_MADE_FOR) else row.api
        if row.frontend == "trace" and api in statuses:
            by_api[api].append(row)
    emitted = Emitted(
        HARNESS_APIS | {api for api, status in statuses.items() if status.outcomes[0] == "a"},
        {api: frozenset((*status.kinds, *status.missing)) for api, status in statuses.items()},
    )
    tasks = [
        _Task(api, found, _signature(*signatures[api]), emitted) for api, found in sorted(by_api.items())
    ]
    with ProcessPoolExecutor(workers) as processes:
        learned = list(processes.map(_learn, tasks, chunksize=16))
    return {api: known for api, known in learned if known.conditions}


def counter_keys(known: Mapping[str, CallConditions]) -> list[str]:
    """What to run to refute the conditions (see ``samples/counterexamples.py``)."""
    keys = set()
    for api, calls in known.items():
        for condition in calls.conditions:
            wanted = [
                [atom.fact, atom.value]
                for atom in condition.atoms
                if atom.relation == "=" and can_set(atom.fact, atom.value)
            ]
            if wanted:
                keys.add(f"counter:{api}:{json.dumps(wanted)}")
    return sorted(keys)


def _learn(task: _Task) -> tuple[str, CallConditions]:
    observations = observations_of(task.api, task.rows, task.known, task.emitted)
    return task.api, task.known._replace(conditions=tuple(conditions_of(observations)))


def _signature(signature: list[Any], forward: list[Any]) -> CallConditions:
    return CallConditions(
        (), tuple((name, default) for name, default in signature), tuple((name, d) for name, d in forward)
    )
