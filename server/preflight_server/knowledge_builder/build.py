"""The build: run every public API, derive what is known, write the data file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from preflight_analyzers.knowledge.conditions import table_of

from . import data_file
from .cache import RowCache, default_folder
from .derive import Status, share_exports, shared_texts, status_of, tables
from .derive_conditions import counter_keys, learned_conditions
from .derive_ways_out import ways_out_of
from .older import difference, older_file
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
    facts = live_facts()
    versions = f"coremltools-{facts['coremltools']}-torch-{facts['torch']}"
    rows = RowCache(cache or default_folder(versions))
    wanted = set(only)
    unknown = sorted(wanted - set(facts["apis"]))
    if unknown:
        raise BuildError(f"not a public API of torch: {', '.join(unknown)}")
    apis = [api for api in facts["apis"] if not wanted or api in wanted]
    limits = [key for key in facts["limits"] if key.split(":")[1] in apis]
    ways_out = [key for key in facts["ways_out"] if key.split(":", 1)[1] in apis]
    keys = [*apis, *limits, *ways_out]
    finished: list[str] = []

    def report(api: str) -> None:
        finished.append(api)
        progress(len(finished), len(keys), api)

    run_apis(keys, rows.done, rows.keep, report, frontends=frontends, workers=workers)
    statuses = statuses_of(rows.rows(), apis)
    stem = f"coremltools-{_minor(facts['coremltools'])}"
    path = output / f"{stem}.json"
    data_file.write(output / f"{stem}.mil.json", facts["mil"])
    data_file.write(output / f"{stem}.nn.json", facts["nn"])
    data_file.write(output / "composites.json", facts["composites"])
    data_file.write(
        path,
        {
            "format": 1,
            "coremltools": facts["coremltools"],
            "torch": facts["torch"],
            "torch_ops": facts["torch_ops"],
            "aliases": {},
            **shared_texts("alternatives", ways_out_of(ways_out, rows.rows(), statuses)),
            **tables(statuses),
        },
    )
    calls = learned_conditions(rows.rows(), facts["signatures"], statuses, workers)
    doubted: set[str] = set()
    while doubts := [key for key in counter_keys(calls) if key not in doubted]:
        doubted.update(doubts)
        run_apis(doubts, rows.done, rows.keep, report, frontends=("trace",), workers=workers)
        calls = learned_conditions(rows.rows(), facts["signatures"], statuses, workers)
    data_file.write(output / f"{stem}.calls.json", table_of(calls))
    return Summary(path, _count(statuses), _untested(statuses))


def build_older(output: Path, package: Path, *, cache: Path | None = None) -> Path:
    """Write the file of the coremltools unpacked in ``package``, from the rows of the installed one's build.

    Raises BuildError when it cannot be imported or the installed version's file was not built.
    """
    installed = live_facts()
    older = live_facts(package)
    base = _minor(installed["coremltools"])
    if _minor(older["coremltools"]) == base:
        raise BuildError(f"{package} holds coremltools {older['coremltools']}, the installed version")
    versions = f"coremltools-{installed['coremltools']}-torch-{installed['torch']}"
    rows = [row for row in RowCache(cache or default_folder(versions)).rows() if not row.is_experiment]
    if not rows:
        raise BuildError(f"run 'knowledge build' first: nothing is cached for coremltools {base}")
    newer = statuses_of(rows, installed["apis"])
    stem = output / f"coremltools-{_minor(older['coremltools'])}"
    for table in ("mil", "nn"):
        if older[table] != installed[table]:
            data_file.write(
                stem.with_name(f"{stem.name}.{table}.json"), difference(older[table], installed[table])
            )
    path = stem.with_name(f"{stem.name}.json")
    data_file.write(path, older_file(base, older, rows, newer, installed["torch_ops"]))
    return path


def statuses_of(rows: Iterable[Row], apis: Iterable[str] | None = None) -> dict[str, Status]:
    """What the rows say of these APIs; by default of all that have rows."""
    by_api: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.is_experiment:
            by_api[row.api].append(row)
    names = sorted(api for api in by_api if ":" not in api) if apis is None else apis
    return share_exports({api: status_of(sorted(by_api[api])) for api in names})


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


def live_facts(package: Path | None = None) -> dict[str, Any]:
    """Versions, registries and public names, asked of the installed packages in a process of its own.

    With ``package`` coremltools is the one in that folder (an unpacked wheel).
    """
    environment = dict(os.environ)
    if package is not None:
        environment["PYTHONPATH"] = str(package)
        # Versions up to 7.2 were generated for a protobuf that only the slow implementation still reads.
        environment["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"
    asked = subprocess.run(
        [sys.executable, "-m", f"{__package__}.live"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if asked.returncode != 0:
        last = (asked.stderr.strip().splitlines() or ["no output"])[-1]
        raise BuildError(f"torch and coremltools are needed to build knowledge: {last}")
    facts: dict[str, Any] = json.loads(asked.stdout)
    return facts


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])
