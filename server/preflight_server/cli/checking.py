"""Checks files, one after the other or in several processes. What one file does stops no other."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from preflight_analyzers.findings import FileReport
from preflight_analyzers.garbage import collect_less
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.text import UnreadableSource, read_bytes
from preflight_server.cli.errors import BrokenFix
from preflight_server.cli.file_states import FileState, content_state, status_of

#: Objects more before Python looks for garbage, some hundred bytes each: a short run ends before.
_GARBAGE = 200_000
#: From this many files on, starting processes pays.
_MANY_FILES = 16


class WorkerKilled(Exception):
    """One of the processes was ended from outside, or for want of memory."""


class Job(NamedTuple):
    """One file and what to do with it."""

    path: str
    #: Whether the user named the file: then it must be readable.
    named: bool
    coremltools: str
    frontend: str
    selection: Selection
    #: Which fixes to apply: None, "safe" or "unsafe" (both kinds).
    fix: str | None = None
    #: Whether to write what was fixed back to the file.
    write: bool = False
    #: The lines of suppressions that other files need, so that they are not unused.
    needed: frozenset[int] = frozenset()
    #: What came on standard input; None: read the file.
    content: bytes | None = None


class Problem(NamedTuple):
    """Why a file could not be checked or written, in one line."""

    message: str
    is_error: bool = True
    traceback: str = ""


class Outcome(NamedTuple):
    path: str
    #: None where the file could not be checked.
    report: FileReport | None = None
    problem: Problem | None = None
    #: How many findings were fixed.
    fixed: int = 0
    #: What was fixed, as unified diff.
    diff: str = ""
    #: The content after fixing.
    content: bytes = b""
    #: What the report is about; None where that isn't what the file holds.
    state: FileState | None = None


def run(jobs: list[Job], processes: int | None) -> Iterator[Outcome]:
    """The outcome of each job, in order. ``processes`` None: as many as pay."""
    if processes is None:
        processes = 1 if len(jobs) < _MANY_FILES else _processors()
    processes = min(processes, len(jobs))
    if processes <= 1:
        yield from map(check_file, jobs)
    else:
        from preflight_server.cli.processes import in_processes

        yield from in_processes(jobs, processes)


def prepare(jobs: Iterable[Job]) -> None:
    """Load now what the jobs need, for all processes that are forked from this one."""
    import gc

    analysis = _analysis()
    _project()
    for version in {job.coremltools for job in jobs}:
        analysis.reader.load(version)
    gc.freeze()


def check_file(job: Job) -> Outcome:
    """Never raises an Exception: what goes wrong is the outcome's problem."""
    try:
        return _check(job)
    except UnreadableSource as error:
        return Outcome(job.path, problem=Problem(f"{job.path}: {error}", is_error=job.named))
    except OSError as error:
        return Outcome(job.path, problem=Problem(f"{job.path}: can't be written ({error.strerror})"))
    except BrokenFix as error:
        return Outcome(job.path, problem=_internal(job.path, str(error)))
    except Exception as error:
        import traceback

        (reason,) = traceback.format_exception_only(error)[-1:]
        return Outcome(job.path, problem=_internal(job.path, reason, traceback.format_exc()))


def _check(job: Job) -> Outcome:
    if job.content is not None:
        return _fix(job, job.content) if job.fix else Outcome(job.path, _analyse(job, job.content))
    now, status = time.time_ns(), status_of(job.path)
    content = read_bytes(Path(job.path))
    if job.fix is not None:
        return _fix(job, content)
    return Outcome(job.path, _analyse(job, content), state=content_state(content, status, now))


def _analyse(job: Job, content: bytes) -> FileReport:
    from preflight_server.cli.document import open_document

    document = open_document(job.path, content)
    return document.locate(_report_on(document.text, job))


def _report_on(text: str, job: Job) -> FileReport:
    analysis = _analysis()
    options = analysis.CheckOptions(coremltools=job.coremltools, frontend=job.frontend)
    report: FileReport = analysis.check_source(text, job.path, options, job.selection, _project())
    return report


@cache
def _project() -> Any:
    """The files that belong together, each read once by a process."""
    from preflight_analyzers.discovery import shown_path
    from preflight_analyzers.environment import installed_packages
    from preflight_analyzers.meaning.project import Project

    return Project(installed_packages(), shown_path)


@cache
def _analysis() -> Any:
    """The module ``preflight_analyzers.check``; it brings the parser, so not before it is needed."""
    import gc

    # Nothing of what an import makes is garbage: looking for some meanwhile takes a tenth of a short run.
    gc.disable()
    try:
        from preflight_analyzers import check
    finally:
        collect_less(_GARBAGE)
        gc.enable()
    return check


def _fix(job: Job, original: bytes) -> Outcome:
    from preflight_server.cli.document import open_document
    from preflight_server.cli.fixing import fix_all, lines_at, unified_diff, without_unused, write_back

    document = open_document(job.path, original)
    needed = lines_at(document.text, job.needed)
    fixed = fix_all(
        document.text,
        lambda text: without_unused(_report_on(text, job), text, needed),
        unsafe=job.fix == "unsafe",
    )
    content = document.encode(fixed.text)
    if fixed.findings and job.write:
        write_back(job.path, content)
    return Outcome(
        job.path,
        open_document(job.path, content).locate(fixed.report),
        fixed=fixed.findings,
        diff=unified_diff(job.path, document.parts(document.text), document.parts(fixed.text)),
        content=content,
    )


def _internal(path: str, reason: str, trace: str = "") -> Problem:
    first_line = reason.splitlines()[0]
    return Problem(f"internal error in {path}: {first_line}; please report this file", traceback=trace)


def _processors() -> int:
    import os

    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
