"""The build: run every public API, derive what is known, write the data file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from . import data_file
from .cache import RowCache, default_folder
from .derive import Status, status_of, tables
from .pool import run_apis
from .rows import FRONTENDS, Row


class Summary(NamedTuple):
    path: Path
    #: How many APIs there are by their outcome by trace.
    outcomes: dict[str, int]
    #: APIs that no sample could be traced for, with the reason.
    untested: dict[str, str]


class BuildError(RuntimeError):
    """The build cannot start or go on."""


def build(
    output: Path,
    *,
    only: Iterable[str] = (),
    frontends: Sequence[str] = FRONTENDS,
    workers: int = 2,
    cache: Path | None = None,
    progress: Callable[[int, int, str], None] = lambda done, total, api: None,
) -> Summary:
    """Write ``output``/coremltools-X.Y.json for the installed coremltools.

    With ``only`` nothing but these APIs is in the file. Raises BuildError when torch or coremltools
    cannot be imported.
    """
    facts = _live_facts()
    versions = f"coremltools-{facts['coremltools']}-torch-{facts['torch']}"
    rows = RowCache(cache or default_folder(versions))
    wanted = set(only)
    unknown = sorted(wanted - set(facts["apis"]))
    if unknown:
        raise BuildError(f"not a public API of torch: {', '.join(unknown)}")
    apis = [api for api in facts["apis"] if not wanted or api in wanted]
    finished: list[str] = []

    def report(api: str) -> None:
        finished.append(api)
        progress(len(finished), len(apis), api)

    run_apis(apis, rows.done, rows.keep, report, frontends=frontends, workers=workers)
    statuses = _statuses(apis, rows.rows())
    path = output / f"coremltools-{_minor(facts['coremltools'])}.json"
    data_file.write(
        path,
        {
            "format": 1,
            "coremltools": facts["coremltools"],
            "torch": facts["torch"],
            "torch_ops": facts["torch_ops"],
            "aliases": {},
            "alternatives": {},
            "argument_limits": {},
            **tables(statuses),
        },
    )
    return Summary(path, _count(statuses), _untested(statuses))


def _statuses(apis: list[str], rows: list[Row]) -> dict[str, Status]:
    by_api: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_api[row.api].append(row)
    return {api: status_of(sorted(by_api[api])) for api in apis}


def _count(statuses: dict[str, Status]) -> dict[str, int]:
    letters = Counter(status.outcomes[0] for status in statuses.values())
    return {
        "always": letters["a"],
        "sometimes": letters["s"],
        "never": letters["n"],
        "untested": letters["-"],
    }


def _untested(statuses: dict[str, Status]) -> dict[str, str]:
    return {
        api: status.error or "no sample"
        for api, status in statuses.items()
        if status.outcomes[0] == "-" and not status.always_missing
    }


def _live_facts() -> dict[str, Any]:
    """Versions, registry and public names, asked of the installed packages in a process of its own."""
    asked = subprocess.run(
        [sys.executable, "-m", f"{__package__}.live"], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        last = (asked.stderr.strip().splitlines() or ["no output"])[-1]
        raise BuildError(f"torch and coremltools are needed to build knowledge: {last}")
    facts: dict[str, Any] = json.loads(asked.stdout)
    return facts


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
