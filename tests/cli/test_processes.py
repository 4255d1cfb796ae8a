"""Spreading files over processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest

from preflight_analyzers.selection import Selection
from preflight_server.cli import checking, processes
from preflight_server.cli.checking import Job, Outcome, WorkerKilled
from preflight_server.cli.processes import in_processes, pieces


def jobs_of(folder: Path, sizes: dict[str, int]) -> list[Job]:
    for name, size in sizes.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("#" * size)
    return [Job(str(folder / name), False, "9.0", "trace", Selection()) for name in sizes]


def test_pieces_hold_every_job_once_and_in_order(tmp_path: Path) -> None:
    jobs = jobs_of(tmp_path, {f"p{number // 9}/f{number}.py": 100 * number for number in range(50)})
    assert list(chain.from_iterable(pieces(jobs, 3))) == jobs


def test_small_folders_are_not_cut(tmp_path: Path) -> None:
    jobs = jobs_of(tmp_path, {f"p{number // 5:02}/f{number}.py": 5000 for number in range(200)})
    cut = list(pieces(jobs, 2))
    folders = [{os.path.dirname(job.path) for job in piece} for piece in cut]
    assert len(cut) > 4
    assert sum(map(len, folders)) == len(set().union(*folders)) == 40


def test_a_large_folder_is_cut_so_that_every_process_has_work(tmp_path: Path) -> None:
    cut = list(pieces(jobs_of(tmp_path, {f"p/f{number:03}.py": 5000 for number in range(200)}), 2))
    assert len(cut) > 4
    assert max(map(len, cut)) < 100


def test_the_last_pieces_are_small(tmp_path: Path) -> None:
    cut = list(pieces(jobs_of(tmp_path, {f"p{number:03}/f.py": 9000 for number in range(200)}), 2))
    sizes = [len(piece) for piece in cut]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 4 * sizes[-1]


def test_a_file_that_is_gone_is_a_job_as_well(tmp_path: Path) -> None:
    jobs = jobs_of(tmp_path, {"a.py": 10, "b.py": 10})
    os.unlink(jobs[0].path)
    assert list(chain.from_iterable(pieces(jobs, 2))) == jobs


def test_outcomes_come_in_the_order_of_the_jobs(tmp_path: Path) -> None:
    jobs = jobs_of(tmp_path, {f"p{number}/f.py": 10 for number in range(20)})
    outcomes = list(in_processes(jobs, 2))
    assert [outcome.path for outcome in outcomes] == [job.path for job in jobs]
    assert all(outcome.report for outcome in outcomes)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a forked process has what its parent has replaced")
def test_a_killed_process_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(job: Job) -> Outcome:
        os._exit(9)

    monkeypatch.setattr(processes, "check_file", die)
    with pytest.raises(WorkerKilled):
        list(in_processes(jobs_of(tmp_path, {"a.py": 1, "b.py": 1}), 2))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a forked process has what its parent has replaced")
def test_forked_processes_have_the_analysis_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()

    def check(job: Job) -> Outcome:
        loaded = checking._analysis.cache_info().currsize and checking._project.cache_info().currsize
        return Outcome(job.path, fixed=loaded * (os.getpid() != parent))

    monkeypatch.setattr(processes, "check_file", check)
    outcomes = list(in_processes(jobs_of(tmp_path, {"a.py": 1, "b.py": 1}), 2))
    assert [outcome.fixed for outcome in outcomes] == [1, 1]


#: Checks two files in two processes that say who they are, and never come to an end.
ENDLESS = """
import os, sys, time
from pathlib import Path
from preflight_analyzers.selection import Selection
from preflight_server.cli import processes
from preflight_server.cli.checking import Job

def check(job):
    Path(job.path + ".pid.new").write_text(str(os.getpid()))
    os.rename(job.path + ".pid.new", job.path + ".pid")
    time.sleep(600)

processes.check_file = check
processes._SMALLEST = 1
list(processes.in_processes([Job(path, False, "9.0", "trace", Selection()) for path in sys.argv[1:]], 2))
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="tells by /proc which processes there are")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, end: signal.Signals) -> None:
    paths = [job.path for job in jobs_of(tmp_path, {"a/a.py": 1, "b/b.py": 1})]
    main = subprocess.Popen([sys.executable, "-c", ENDLESS, *paths])
    try:
        assert eventually(lambda: all(os.path.exists(f"{path}.pid") for path in paths))
        workers = [Path(f"{path}.pid").read_text() for path in paths]
    finally:
        main.send_signal(end)
        main.wait()
    assert len(set(workers)) == 2
    assert eventually(lambda: not any(os.path.exists(f"/proc/{worker}") for worker in workers))


def eventually(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.05)
    return happens()
