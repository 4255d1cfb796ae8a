"""Reports of earlier runs in a database, each with the states of the files that it was made from.

A row of ``state`` is what a path held when somebody last looked; a path that holds something else gets
another number. So a report holds if the states it needs are all there and still those of the disk.
Several runs may use the store at once. Whatever goes wrong with it only costs time.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from preflight_analyzers.findings import FileReport
from preflight_server.cli.cache import remove_other_versions
from preflight_server.cli.file_states import FileState, state_of, state_since, status_of, summary

_NAME = "reports.sqlite"
#: Reports that are kept, and how many more there may be until the oldest go.
_MOST_REPORTS = 40_000
_SLACK = 10_000
#: Seconds to wait for another run that is writing.
_PATIENCE = 2.0
#: How many variables every SQLite takes in a statement.
_MOST_VARIABLES = 900

_TABLES = (
    "CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " path BLOB NOT NULL UNIQUE, digest BLOB NOT NULL, status TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS report (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " question BLOB NOT NULL UNIQUE, needs BLOB NOT NULL, text TEXT NOT NULL)",
)


class Answer(NamedTuple):
    """A report to keep."""

    question: bytes
    #: The absolute path of the file, and its state when it was read.
    path: str
    state: FileState
    report: FileReport


class ReportStore:
    """The store in a folder, which need not exist. Open it before the first file of a run is read."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._path = os.path.join(folder, _NAME)
        self._opened = time.time_ns()
        #: Of files that were written since, with the same content: their status now, and their number.
        self._touched: list[tuple[str, int]] = []

    def reports(self, questions: Mapping[bytes, str]) -> dict[bytes, FileReport]:
        """The answers that are known and still hold. Each question comes with the path that it is about."""
        if not os.path.exists(self._path):
            return {}
        try:
            with self._connection() as connection:
                return self._read(connection, questions)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
            return {}

    def keep(self, answers: Iterable[Answer]) -> None:
        """Keep what was found since the store was opened, and what was learned of the files."""
        answers = list(answers)
        if not answers and not self._touched:
            return
        states = self._states(answers)
        try:
            os.makedirs(self._folder, exist_ok=True)
            with self._connection() as connection:
                self._write(connection, answers, states)
            remove_other_versions(self._folder)
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def _connection(self) -> contextlib.closing[sqlite3.Connection]:
        return contextlib.closing(sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None))

    def _give_up(self, error: Exception) -> None:
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            # It is no database (any more): the next run begins a new one.
            for path in (self._path, self._path + "-journal"):
                with contextlib.suppress(OSError):
                    os.unlink(path)

    def _read(
        self, connection: sqlite3.Connection, questions: Mapping[bytes, str]
    ) -> dict[bytes, FileReport]:
        from preflight_server.cli.kept_reports import read

        found_rows = _select(connection, "question, needs, text FROM report", list(questions))
        rows = [(question, array("I", needs), text) for question, needs, text in found_rows]
        holding = self._holding(connection, sorted(set().union(*(needs for _, needs, _ in rows))))
        found: dict[bytes, FileReport] = {}
        for question, needs, text in rows:
            if holding.issuperset(needs):
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    found[question] = read(questions[question], text)
        return found

    def _holding(self, connection: sqlite3.Connection, numbers: Sequence[int]) -> set[int]:
        """Which of the states are those of the disk; each path is looked at once."""
        holding: set[int] = set()
        for number, raw, digest, known in _select(connection, "id, path, digest, status FROM state", numbers):
            path = os.fsdecode(raw)
            if summary(status_of(path)) == known:
                holding.add(number)
                continue
            with contextlib.suppress(OSError):
                state = state_of(path, time.time_ns())
                if state.digest == digest:
                    holding.add(number)
                    if state.status != known:
                        self._touched.append((state.status, number))
        return holding

    def _states(self, answers: list[Answer]) -> dict[str, FileState | None]:
        """Of every file that the answers depend on; None where it may not be the one that was read."""
        states: dict[str, FileState | None] = {answer.path: answer.state for answer in answers}
        for answer in answers:
            for path in answer.report.depends:
                if path not in states:
                    states[path] = state_since(path, self._opened, time.time_ns())
        return states

    def _write(
        self, connection: sqlite3.Connection, answers: list[Answer], states: dict[str, FileState | None]
    ) -> None:
        from preflight_server.cli.kept_reports import written

        connection.execute("BEGIN IMMEDIATE")
        for table in _TABLES:
            connection.execute(table)
        connection.executemany("UPDATE state SET status = ? WHERE id = ?", self._touched)
        numbers = {path: _number_of(connection, path, state) for path, state in states.items() if state}
        for question, path, _, report in answers:
            needed = (path, *report.depends)
            if all(other in numbers for other in needed):
                needs = array("I", (numbers[other] for other in needed)).tobytes()
                connection.execute(
                    "INSERT OR REPLACE INTO report (question, needs, text) VALUES (?, ?, ?)",
                    (question, needs, written(report)),
                )
        _forget_oldest(connection)
        connection.execute("COMMIT")


def _select(
    connection: sqlite3.Connection, what: str, values: Sequence[bytes] | Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    """The rows that have one of the values in their first column."""
    column = what.partition(",")[0]
    rest = iter(values)
    while chunk := list(islice(rest, _MOST_VARIABLES)):
        marks = ",".join("?" * len(chunk))
        yield from connection.execute(f"SELECT {what} WHERE {column} IN ({marks})", chunk)


def _number_of(connection: sqlite3.Connection, path: str, state: FileState) -> int:
    raw = os.fsencode(path)
    for number, digest in connection.execute("SELECT id, digest FROM state WHERE path = ?", (raw,)):
        if digest == state.digest:
            connection.execute("UPDATE state SET status = ? WHERE id = ?", (state.status, number))
            return int(number)
    row = (raw, state.digest, state.status)
    added = connection.execute("INSERT OR REPLACE INTO state (path, digest, status) VALUES (?, ?, ?)", row)
    assert added.lastrowid is not None
    return added.lastrowid


def _forget_oldest(connection: sqlite3.Connection) -> None:
    ((count,),) = connection.execute("SELECT count(*) FROM report")
    if count <= _MOST_REPORTS + _SLACK:
        return
    connection.execute(
        "DELETE FROM report WHERE id NOT IN (SELECT id FROM report ORDER BY id DESC LIMIT ?)",
        (_MOST_REPORTS,),
    )
    needed: set[int] = set()
    for (needs,) in connection.execute("SELECT needs FROM report"):
        needed.update(array("I", needs))
    unneeded = [(number,) for (number,) in connection.execute("SELECT id FROM state") if number not in needed]
    connection.executemany("DELETE FROM state WHERE id = ?", unneeded)
