"""Fixes what a check has found, in the files that it stands in."""

from __future__ import annotations

import os
from collections import defaultdict

from preflight_analyzers.findings import FileReport
from preflight_server.cli.checking import Job, Outcome, run
from preflight_server.cli.fixing import fixable_findings


def fix_found(
    jobs: list[Job], found: list[Outcome], kind: str, *, write: bool, processes: int | None
) -> list[Outcome]:
    """The outcomes of ``jobs`` once what was ``found`` is fixed, as far as it can be by fixes of this kind.

    What was found in other files tells which suppressions these need.
    """
    outcomes = {outcome.path: outcome for outcome in found}
    needed = _needed_suppressions(found)
    chosen = [
        job._replace(fix=kind, write=write, needed=frozenset(needed[os.path.abspath(job.path)]))
        for job in jobs
        if (report := outcomes[job.path].report) is not None and _may_be_fixed(job, report, kind)
    ]
    for outcome in run(chosen, processes):
        outcomes[outcome.path] = outcome
    if write:
        changed = {os.path.abspath(path) for path, outcome in outcomes.items() if outcome.fixed}
        again = [job for job in jobs if _speaks_of(outcomes[job.path], changed - {os.path.abspath(job.path)})]
        for outcome in run(again, processes):
            outcomes[outcome.path] = outcomes[outcome.path]._replace(report=outcome.report)
    return [outcomes[job.path] for job in jobs]


def _may_be_fixed(job: Job, report: FileReport, kind: str) -> bool:
    # A fix of several cells of a notebook is left out of its report.
    return job.path.endswith(".ipynb") or bool(fixable_findings(report, unsafe=kind == "unsafe"))


def _needed_suppressions(found: list[Outcome]) -> defaultdict[str, set[int]]:
    """By absolute path, the lines of suppressions that another file needs."""
    needed = defaultdict[str, set[int]](set)
    for outcome in found:
        for path, line in outcome.report.silenced if outcome.report else ():
            needed[os.path.abspath(path)].add(line)
    return needed


def _speaks_of(outcome: Outcome, files: set[str]) -> bool:
    report = outcome.report
    if report is None:
        return False
    paths = [*(finding.path for finding in report.findings), *(one.path for one in report.silenced)]
    return any(os.path.abspath(path) in files for path in paths)
