"""The guard around the workers: what hangs or dies is one row, and the rest goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from preflight_server.knowledge_builder import pool
from preflight_server.knowledge_builder.rows import CONVERTS, CRASH, TIMEOUT, Row

#: Speaks the worker's protocol; its samples convert, die or hang by their names.
WORKER = """
import json, os, sys, time
out = os.fdopen(int(sys.argv[-1]), "w")
def say(message):
    out.write(json.dumps(message) + "\\n"); out.flush()
for line in sys.stdin:
    task = json.loads(line)
    done = {sample for sample, _ in task["done"]}
    for sample in ("fine", task["api"], "fine too"):
        if sample in done:
            continue
        say({"begin": [task["api"], sample, "trace"]})
        if sample == "dies":
            os._exit(1)
        if sample == "hangs":
            time.sleep(60)
        say({"api": task["api"], "sample": sample, "frontend": "trace", "outcome": "converts", "tier": 0,
             "kinds": [], "missing": [], "error": None, "error_kind": None})
    say({"end": task["api"]})
"""


@pytest.fixture
def fake_python(tmp_path: Path) -> str:
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    launcher = tmp_path / "python"
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
    launcher.chmod(0o755)
    return str(launcher)


def _run(apis: list[str], python: str) -> dict[tuple[str, str], str]:
    rows: dict[tuple[str, str], str] = {}

    def keep(row: Row) -> None:
        rows[row.api, row.sample] = row.outcome

    def done(api: str) -> set[tuple[str, str]]:
        return {(sample, "trace") for known, sample in rows if known == api}

    finished: list[str] = []
    pool.run_apis(apis, done, keep, finished.append, workers=2, python=python)
    assert sorted(finished) == sorted(apis)
    return rows


def test_a_worker_that_dies_costs_one_sample(fake_python: str) -> None:
    rows = _run(["dies", "other"], fake_python)
    assert rows["dies", "dies"] == CRASH
    assert rows["dies", "fine too"] == CONVERTS
    assert rows["other", "fine too"] == CONVERTS


def test_a_worker_that_hangs_costs_one_sample(fake_python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_SAMPLE_TIMEOUT", 2.0)
    rows = _run(["hangs", "other"], fake_python)
    assert rows["hangs", "hangs"] == TIMEOUT
    assert rows["hangs", "fine too"] == CONVERTS


def test_a_worker_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    launcher = tmp_path / "python"
    launcher.write_text("#!/bin/sh\nexit 3\n")
    launcher.chmod(0o755)
    with pytest.raises(RuntimeError, match="the worker stopped before a sample of one ran"):
        _run(["one"], str(launcher))
