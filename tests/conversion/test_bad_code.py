"""User code that raises, prints, exits, hangs or crashes: one clear problem, and nothing is left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from preflight_server.conversion.inputs import InputSpec
from preflight_server.conversion.report import ConversionReport
from preflight_server.conversion.request import ConversionRequest
from preflight_server.conversion.runner import Workers

from .conftest import Bench, left_behind

pytestmark = [
    pytest.mark.convert,
    pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks processes up in /proc"),
]

SOURCE = """\
import ctypes, os, subprocess, sys, time
import torch

class Arguments(torch.nn.Module):
    def __init__(self, width, depth, scale=1):
        super().__init__()

class Raises(torch.nn.Module):
    def __init__(self):
        raise KeyError("weights")

class Prints(torch.nn.Module):
    def forward(self, x):
        print("from python")
        os.system("echo from a child")
        ctypes.CDLL(None).puts(b"from C")
        ctypes.CDLL(None).fflush(None)
        return x + 1

class Floods(torch.nn.Module):
    def forward(self, x):
        for _ in range(50000):
            print("x" * 100)
        return x + 1

class Exits(torch.nn.Module):
    def forward(self, x):
        sys.exit(3)

class Leaves(torch.nn.Module):
    def forward(self, x):
        os._exit(0)

class Segfaults(torch.nn.Module):
    def forward(self, x):
        ctypes.string_at(0)

class Hangs(torch.nn.Module):
    def forward(self, x):
        subprocess.Popen(["sleep", "{mark}"])
        subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
        while True:
            time.sleep(0.01)

class Closes(torch.nn.Module):
    def forward(self, x):
        os.closerange(3, 1000)
        return x + 1

class Forks(torch.nn.Module):
    def forward(self, x):
        subprocess.Popen(["sleep", "{mark}"], start_new_session=True)
        return x + 1

class Eats(torch.nn.Module):
    def forward(self, x):
        kept = []
        while True:
            kept.append(torch.ones(1 << 24))

class Moves(torch.nn.Module):
    def forward(self, x):
        os.chdir("/")
        return x + 1

nothing = {{}}
"""

#: An unlikely number of seconds, by which the processes are known.
MARK = f"9{os.getpid()}"


@pytest.fixture
def folder(write: Callable[..., Path]) -> Iterator[Path]:
    folder = write("bad.py", SOURCE.format(mark=MARK))
    yield folder
    assert left_behind(folder) == []
    assert marked_processes() == []


def marked_processes() -> list[str]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                arguments = Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if MARK.encode() in arguments:
                found.append(entry)
    return found


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(SOURCE.splitlines(), 1) if text in line)


def only_error(report: ConversionReport) -> tuple[str, int | None]:
    errors = [problem for problem in report.problems if problem.severity == "error"]
    assert len(errors) == 1
    assert "\n" not in errors[0].message
    return errors[0].message, errors[0].span.line if errors[0].span else None


@pytest.mark.parametrize(
    ("name", "outcome", "says", "line"),
    [
        ("Arguments", "load-failed", "needs arguments: width, depth", 4),
        ("Raises", "load-failed", "KeyError: 'weights'", 10),
        ("Exits", "trace-failed", "SystemExit: 3", 28),
        ("Leaves", "crashed", "ended itself (os._exit, status 0) while tracing", None),
        ("Segfaults", "crashed", "SIGSEGV while tracing", 36),
    ],
)
def test_a_failure_is_told_on_its_line(
    bench: Bench, folder: Path, name: str, outcome: str, says: str, line: int | None
) -> None:
    report = bench.convert(folder, f"bad.py::{name}", "1,3")
    assert report.outcome == outcome
    message, at = only_error(report)
    assert says in message
    assert at == line


def test_missing_arguments_are_named_with_the_way_to_give_them(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "bad.py::Arguments", "1,3")
    assert report.problems[0].help == 'give them in the target: "bad.py::Arguments(width=..., depth=...)"'


@pytest.mark.parametrize(
    ("text", "says", "line"),
    [
        ("import torch\nclass Net(torch.nn.Module\n    pass\n", "SyntaxError", 2),
        ("class Net: pass\nimport sys\nsys.exit('no')\n", "sys.exit('no')", 3),
        ("class Net: pass\nimport nowhere.at.all\n", "No module named 'nowhere'", 2),
        ("class Net: pass\nname = input()\n", "EOFError", 2),
        ("class Net: pass\nraise RuntimeError('two\\nlines')\n", "RuntimeError: two lines", 2),
    ],
)
def test_a_file_that_can_not_be_loaded_is_told_on_its_line(
    bench: Bench, write: Callable[..., Path], text: str, says: str, line: int
) -> None:
    report = bench.convert(write("net.py", text), "net.py::Net", "1,3")
    assert report.outcome == "load-failed"
    message, at = only_error(report)
    assert says in message
    assert at == line


def test_what_is_printed_is_kept_apart(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "bad.py::Prints", "1,3")
    assert report.converted
    assert {"from python", "from a child", "from C"} <= set(report.log.splitlines())


def test_a_flood_of_output_is_cut(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "bad.py::Floods", "1,3")
    assert report.converted
    assert len(report.log) < 200_000
    assert "bytes left out" in report.log


def test_closed_descriptors_do_not_lose_the_result(bench: Bench, folder: Path) -> None:
    assert bench.convert(folder, "bad.py::Closes", "1,3").converted


def test_another_working_folder_does_not_move_the_output(bench: Bench, folder: Path) -> None:
    assert bench.convert(folder, "bad.py::Moves", "1,3").converted
    assert (folder / "Moves.mlpackage").is_dir()


def test_processes_that_it_leaves_are_ended(bench: Bench, folder: Path) -> None:
    assert bench.convert(folder, "bad.py::Forks", "1,3").converted
    assert marked_processes() == []


def test_memory_is_bounded(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "bad.py::Eats", "1,3", memory=2_000_000_000)
    assert report.outcome == "trace-failed"
    assert only_error(report)[1] == line_of("kept.append")


def test_a_hang_is_ended_and_told_on_its_line(bench: Bench, folder: Path) -> None:
    report = bench.convert(folder, "bad.py::Hangs", "1,3", timeout=3)
    assert report.outcome == "timeout"
    message, line = only_error(report)
    assert "not done within 3 s" in message
    assert line in (line_of("while True"), line_of("time.sleep"))
    assert marked_processes() == []
    assert bench.convert(folder, "bad.py::Prints", "1,3").converted


@pytest.mark.parametrize("fork", [True, False])
def test_cancelling_leaves_no_process_and_no_file(folder: Path, fork: bool) -> None:
    async def cancel_while_tracing() -> None:
        tracing = asyncio.Event()
        request = ConversionRequest("bad.py::Hangs", (InputSpec(None, (1, 3)),), folder=folder)
        async with Workers(fork) as workers:
            task = asyncio.ensure_future(
                workers.convert(request, lambda one: tracing.set() if one.stage == "trace" else None)
            )
            await asyncio.wait_for(tracing.wait(), 120)
            while not marked_processes():
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            if fork:
                assert marked_processes() == []

    asyncio.run(cancel_while_tracing())
    if not fork:
        # Nobody adopts a process that left the group of a worker that is gone.
        for pid in marked_processes():
            assert os.getpgid(int(pid)) == int(pid)
            os.kill(int(pid), 9)
            wait_until_gone(pid)


def wait_until_gone(pid: str) -> None:
    while os.path.exists(f"/proc/{pid}/cmdline") and Path("/proc", pid, "cmdline").read_bytes():
        pass


def test_a_fresh_process_for_each_conversion_does_the_same(folder: Path) -> None:
    async def convert() -> list[ConversionReport]:
        names = ("Prints", "Segfaults")
        async with Workers(fork=False) as workers:
            return [
                await workers.convert(
                    ConversionRequest(f"bad.py::{name}", (InputSpec(None, (1, 3)),), folder=folder)
                )
                for name in names
            ]

    good, bad = asyncio.run(convert())
    assert good.converted
    assert "from C" in good.log
    assert bad.outcome == "crashed"
