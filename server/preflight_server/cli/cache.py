"""Reports of earlier runs, kept on disk: an unchanged file is answered without being analysed.

An entry is named by everything a report depends on, so none ever gets wrong: a change makes another name.
Several runs may use the cache at once. Whatever goes wrong with it only costs time.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING, Any

from preflight_analyzers.findings import (
    Consequence,
    Edit,
    FileReport,
    Finding,
    Fix,
    Frame,
    ModuleVerdict,
    Position,
    Range,
    Severity,
    Silenced,
)

if TYPE_CHECKING:
    from preflight_server.cli.checking import Job

#: Reports of one version of the program; and versions kept beside each other.
_MOST_ENTRIES = 5000
_MOST_VERSIONS = 4


def cache_folder() -> str:
    """Where this version of the program keeps its reports."""
    return os.path.join(_users_caches(), "coreml-preflight", _fingerprint())


def _users_caches() -> str:
    # As platformdirs says, whose import alone would take longer than all the rest of an answer.
    if sys.platform == "win32":
        return os.environ.get("LOCALAPPDATA") or os.path.expanduser(r"~\AppData\Local")
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches")
    return os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")


def key_of(job: Job, content: bytes) -> str:
    selection = [*job.selection._replace(severities={}), sorted(job.selection.severities.items())]
    question = json.dumps([job.path, job.coremltools, job.frontend, selection])
    # Not every path can be encoded; backslashreplace keeps different ones different.
    return hashlib.sha256(question.encode("utf-8", "backslashreplace") + b"\0" + content).hexdigest()


def load(folder: str, key: str) -> FileReport | None:
    try:
        with open(os.path.join(folder, key), encoding="utf-8") as file:
            return _report(json.load(file))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def store(folder: str, key: str, report: FileReport) -> None:
    # Written aside and renamed, so that no other run reads half of it.
    unfinished = os.path.join(folder, f"{key}.{os.getpid()}")
    try:
        os.makedirs(folder, exist_ok=True)
        with open(unfinished, "w", encoding="utf-8") as file:
            # Named tuples become lists, enumerations their values.
            json.dump(report, file)
        os.replace(unfinished, os.path.join(folder, key))
    except (OSError, ValueError):
        pass


def tidy(folder: str) -> None:
    """Remove the oldest entries and versions beyond the limits."""
    import shutil

    try:
        for entry in _oldest(folder, _MOST_ENTRIES):
            os.unlink(entry)
        for version in _oldest(os.path.dirname(folder), _MOST_VERSIONS):
            if version != folder:
                shutil.rmtree(version, ignore_errors=True)
    except OSError:
        pass


def _oldest(folder: str, keep: int) -> list[str]:
    with os.scandir(folder) as found:
        entries = list(found)
    if len(entries) <= keep:
        return []
    entries.sort(key=lambda entry: entry.stat().st_mtime)
    return [entry.path for entry in entries[: len(entries) - keep]]


def _fingerprint() -> str:
    """Of the analysis itself: its files with size and time, so that a developer's changes count, too."""
    import preflight_analyzers

    top = os.path.dirname(preflight_analyzers.__file__)
    files: list[tuple[str, int, int]] = []
    for folder, _, names in os.walk(top):
        for name in names:
            if name.endswith((".py", ".json")):
                path = os.path.join(folder, name)
                status = os.stat(path)
                files.append((path, status.st_size, status.st_mtime_ns))
    return hashlib.sha256(repr(sorted(files)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def _report(data: Any) -> FileReport:
    path, findings, modules, depends, silenced = data
    return FileReport(
        path,
        tuple(_finding(dict(zip(Finding._fields, row, strict=True))) for row in findings),
        tuple(_verdict(dict(zip(ModuleVerdict._fields, row, strict=True))) for row in modules),
        tuple(depends),
        tuple(Silenced(*one) for one in silenced),
    )


def _verdict(fields: dict[str, Any]) -> ModuleVerdict:
    fields |= {"blockers": tuple(fields["blockers"]), "unclear": tuple(fields["unclear"])}
    return ModuleVerdict(**fields)


def _finding(fields: dict[str, Any]) -> Finding:
    fix = fields["fix"]
    fields |= {
        "severity": Severity(fields["severity"]),
        "consequence": Consequence(fields["consequence"]),
        "range": _range(fields["range"]),
        "reached_from": tuple(Frame(*frame) for frame in fields["reached_from"]),
        "leads_to": tuple(Frame(*frame) for frame in fields["leads_to"]),
        "fix": fix and Fix(fix[0], tuple(Edit(_range(span), text) for span, text in fix[1]), fix[2]),
    }
    return Finding(**fields)


def _range(data: Any) -> Range:
    start, end = data
    return Range(Position(*start), Position(*end))
