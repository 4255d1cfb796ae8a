"""Answers what earlier runs have found and still holds; the rest is checked, and kept for later runs."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator

from preflight_server.cli.checking import Job, Outcome, run
from preflight_server.cli.report_store import Answer, ReportStore


def run_remembering(jobs: list[Job], processes: int | None, store: ReportStore) -> Iterator[Outcome]:
    """The outcome of each job, in any order."""
    questions = dict(zip(_questions(jobs), (job.path for job in jobs), strict=True))
    known = store.reports(questions)
    for report in known.values():
        yield Outcome(report.path, report)
    unknown = {path: question for question, path in questions.items() if question not in known}
    here = os.getcwd()
    answers: list[Answer] = []
    try:
        for outcome in run([job for job in jobs if job.path in unknown], processes):
            path, answer, state = outcome.path, outcome.report, outcome.state
            if answer is not None and state is not None:
                answers.append(Answer(unknown[path], os.path.join(here, path), state, answer))
            yield outcome
    finally:
        store.keep(answers)


def _questions(jobs: list[Job]) -> Iterator[bytes]:
    """Of each job, everything that its report depends on beside the content of files."""
    from preflight_analyzers.environment import installed_packages
    from preflight_analyzers.source.modules import ModuleFinder

    here, libraries = os.getcwd(), installed_packages()
    finder = ModuleFinder(libraries)
    common = [here, libraries]
    shared: dict[tuple[int, str, str], str] = {}  # the jobs keep their selections alive
    around: dict[str, str] = {}
    for job in jobs:
        key = (id(job.selection), job.coremltools, job.frontend)
        if key not in shared:
            selection = [*job.selection._replace(severities={}), sorted(job.selection.severities.items())]
            shared[key] = json.dumps([common, job.coremltools, job.frontend, selection])
        folder = os.path.dirname(job.path)
        if folder not in around:
            # Where imports are looked for shows in folders that no report names.
            around[folder] = "\0".join(finder.places(os.path.join(here, folder) if folder else here))
        question = "\0".join((shared[key], job.path, around[folder]))
        # Not every path can be encoded; surrogateescape keeps different ones different.
        yield hashlib.blake2b(question.encode("utf-8", "surrogateescape"), digest_size=16).digest()
