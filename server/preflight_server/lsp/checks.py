"""Analyses open programs in the background, each always up to its latest text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from itertools import count
from typing import NamedTuple

from preflight_analyzers.check import Checker, CheckOptions
from preflight_analyzers.environment import installed_packages
from preflight_analyzers.findings import FileReport
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.selection import Selection

from .documents import key_of
from .programs import Program

#: Characters; more is generated code, and no editor shows findings in it at once.
MAX_LENGTH = 5_000_000

#: Seconds that a check may take and still be repeated at once when its text has changed meanwhile.
_CHEAP = 0.05
_LONGEST_PAUSE = 0.5


class Checked(NamedTuple):
    program: Program
    report: FileReport
    #: Differs between any two analyses.
    serial: int
    stamp: tuple[object, ...]


def reason_to_skip(text: str) -> str | None:
    """Why a text isn't analysed; None if it is."""
    if len(text) > MAX_LENGTH:
        return f"it has {len(text):,} characters, more than {MAX_LENGTH:,}"
    if "\0" in text:
        return "it is binary"
    return None


class Checks:
    """``find`` gives the present program of an address, ``configure`` how to check a path."""

    def __init__(
        self,
        find: Callable[[str], Program | None],
        configure: Callable[[str], tuple[CheckOptions, Selection]],
        generation: Callable[[], int],
        on_checked: Callable[[Checked], None],
        on_skipped: Callable[[Program, str], None],
        on_error: Callable[[Program, Exception], None],
    ) -> None:
        self._find = find
        self._configure = configure
        self._generation = generation
        self._on_checked = on_checked
        self._on_skipped = on_skipped
        self._on_error = on_error
        # One thread: the analysis shares caches, and more threads would only take turns.
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        # It says what is wrong with a line that is half typed, and takes longer to load than to check.
        self.thread.submit(import_module, "libcst")
        self._checker = Checker(Project(installed_packages()))
        #: Programs that use a file which has changed since they were checked.
        self._stale: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._checked: dict[str, Checked] = {}
        self._serials = count(1)

    def schedule(self, uri: str) -> asyncio.Task[None]:
        """Have the program's latest text checked; the task ends when it is."""
        key = key_of(uri)
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._bring_up_to_date(uri, key))
            self._tasks[key] = task
            task.add_done_callback(lambda _: self._tasks.pop(key))
        return task

    async def latest(self, uri: str) -> Checked | None:
        """What is found in the program's present text; None if it isn't open or isn't analysed."""
        program = self._find(uri)
        if program is None:
            return None
        await asyncio.shield(self.schedule(program.uri))
        return self._checked.get(key_of(program.uri))

    def forget(self, uri: str) -> None:
        """The program was closed."""
        checked = self._checked.pop(key_of(uri), None)
        if checked is not None:
            self.thread.submit(self._checker.forget, checked.program.path)

    def recheck_all(self) -> None:
        """The configuration has changed."""
        for checked in list(self._checked.values()):
            self.schedule(checked.program.uri)

    def close(self) -> None:
        self.thread.shutdown(wait=False, cancel_futures=True)

    async def _bring_up_to_date(self, uri: str, key: str) -> None:
        pause = 0.0
        while (program := self._find(uri)) is not None:
            stamp = self._stamp(program)
            known = self._checked.get(key)
            if known is not None and known.stamp == stamp and key not in self._stale:
                return
            await asyncio.sleep(pause)
            if not self._is_current(uri, stamp):
                continue
            self._stale.discard(key)
            started = time.perf_counter()
            report = await self._analyse(program)
            if self._is_current(uri, stamp):
                checked = Checked(program, report, next(self._serials), stamp)
                self._checked[key] = checked
                self._on_checked(checked)
                if known is None or known.stamp != stamp:  # else two that use each other never come to rest
                    self._check_users(program)
            else:
                # The text changes faster than it is checked: wait for a pause in typing.
                took = time.perf_counter() - started
                pause = min(took, _LONGEST_PAUSE) if took > _CHEAP else 0.0

    def _check_users(self, program: Program) -> None:
        """Have the open programs checked again that use one which was checked."""
        for key, other in list(self._checked.items()):
            if program.path in other.report.depends:
                self._stale.add(key)
                self.schedule(other.program.uri)

    async def _analyse(self, program: Program) -> FileReport:
        nothing = FileReport(program.path, ())
        reason = reason_to_skip(program.text)
        if reason is not None:
            self._on_skipped(program, reason)
            return nothing
        try:
            options, selection = self._configure(program.path)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(
                self.thread, self._checker.check, program.text, program.path, options, selection
            )
        except Exception as error:
            self._on_error(program, error)
            return nothing

    def _stamp(self, program: Program) -> tuple[object, ...]:
        return (*program.revision, self._generation())

    def _is_current(self, uri: str, stamp: tuple[object, ...]) -> bool:
        program = self._find(uri)
        return program is not None and self._stamp(program) == stamp
