"""Spreads files over processes: those of one folder to the same, since they read the same others."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread

from preflight_server.cli.checking import Job, Outcome, WorkerKilled, check_file, prepare

#: How many pieces each process would get if all were as large as the next one: the first are large, so that
#: few files are read by several processes, the last small, so that none waits long for another.
_PIECES_EACH = 4
#: Bytes; smaller pieces save no time.
_SMALLEST = 50_000
#: Bytes, about: what a file costs beside its text.
_COST_OF_FILE = 2000


def in_processes(jobs: list[Job], processes: int) -> Iterator[Outcome]:
    """The outcome of each job, in order. Raises WorkerKilled."""
    context = _context()
    if context.get_start_method() == "fork":
        prepare(jobs)
    executor = ProcessPoolExecutor(processes, context, initializer=_end_with_parent)
    try:
        for outcomes in executor.map(_check_all, pieces(jobs, processes)):
            yield from outcomes
    except BrokenProcessPool:
        executor.shutdown(wait=False)
        raise WorkerKilled from None
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def pieces(jobs: list[Job], processes: int) -> Iterator[list[Job]]:
    """The jobs in pieces, cut between folders where that makes none too large."""
    costs = [_cost(job.path) for job in jobs]
    rest = sum(costs)
    piece: list[Job] = []
    size = 0
    for job, cost in zip(jobs, costs, strict=True):
        share = max(rest / (processes * _PIECES_EACH), _SMALLEST)
        is_new_folder = bool(piece) and os.path.dirname(piece[-1].path) != os.path.dirname(job.path)
        if size >= share and (is_new_folder or size >= 2 * share):
            yield piece
            rest -= size
            piece, size = [], 0
        piece.append(job)
        size += cost
    if piece:
        yield piece


def _check_all(jobs: list[Job]) -> list[Outcome]:
    return list(map(check_file, jobs))


def _cost(path: str) -> int:
    try:
        return _COST_OF_FILE + os.path.getsize(path)
    except OSError:
        return _COST_OF_FILE


def _context() -> multiprocessing.context.BaseContext:
    # A fork has all that is imported by now. On macOS its system libraries don't survive it.
    can_fork = sys.platform != "darwin" and "fork" in multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if can_fork else "spawn")


def _end_with_parent() -> None:
    # Ctrl-C reaches the whole group; only the main process has something to say about it.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # If that alone is ended, nobody takes what this one finds: it would wait for ever.
    Thread(target=_exit_after_parent, daemon=True).start()


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
