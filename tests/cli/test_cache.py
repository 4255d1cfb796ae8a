"""Reports kept between runs: never a wrong one, and never in the way."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

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
from preflight_analyzers.selection import Selection
from preflight_server.cli import cache, report_store
from preflight_server.cli.checking import Job, Outcome
from preflight_server.cli.remembering import run_remembering
from preflight_server.cli.report_store import ReportStore

SPAN = Range(Position(1, 2), Position(3, 4))
REPORT = FileReport(
    "a.py",
    (
        Finding("CML101", "n", Severity.INFO, Consequence.FROZEN, "\u6f22 \udcff", "a.py", SPAN),
        Finding(
            code="CML201",
            name="m",
            severity=Severity.ERROR,
            consequence=Consequence.CONVERT_FAILS,
            message="text",
            path="b.ipynb",
            range=SPAN,
            symbol="Net.forward",
            api="torch.f",
            op="aten::f",
            reached_from=(Frame("a.py", 7, "Outer.forward"), Frame("a.py", 9, "Top.forward")),
            help="help",
            fix=Fix("title", (Edit(SPAN, "x"), Edit(SPAN, "")), "unsafe"),
            url="https://example.org",
            cell=3,
        ),
    ),
    (
        ModuleVerdict("a.py", "Net", 1, "blocked", ("CML201@a.py:1",)),
        ModuleVerdict("a.py", "Other", 2, "ready", unclear=("a call (a.py:3)",)),
    ),
    silenced=(Silenced("b.py", 4),),
)


#: Nothing changes in the seconds after it.
LONG_AGO = 1_000_000_000_123_456_789


@pytest.fixture
def kept(tmp_path: Path) -> str:
    return str(tmp_path / "cache" / "version")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


class Analysis:
    """In place of the real one: counts what it is asked, and answers with what was put in ``reports``."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.reports: dict[str, FileReport] = {}

    def __call__(self, text: str, path: str, *_: object) -> FileReport:
        self.asked.append(path)
        return self.reports.get(path, FileReport(path, ()))


@pytest.fixture
def analysis(monkeypatch: pytest.MonkeyPatch) -> Analysis:
    from preflight_analyzers import check

    made_up = Analysis()
    monkeypatch.setattr(check, "check_source", made_up)
    return made_up


def job(**changes: object) -> Job:
    return Job("a.py", True, "9.0", "trace", Selection())._replace(**changes)  # type: ignore[arg-type]


def write(path: str, text: str, when: int = LONG_AGO) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)
    os.utime(path, ns=(when, when))
    os.utime(Path(path).parent, ns=(LONG_AGO, LONG_AGO))


def run(kept: str, *jobs: Job) -> list[Outcome]:
    """A run of its own."""
    return list(run_remembering(list(jobs), 1, ReportStore(kept)))


@pytest.fixture(autouse=True)
def changes_are_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the last change of a file's status can't be set; so it is left out of what is asked."""
    from preflight_server.cli import file_states

    class Status:
        def __init__(self, real: os.stat_result) -> None:
            self.st_mode, self.st_size, self.st_ino = real.st_mode, real.st_size, real.st_ino
            self.st_mtime_ns, self.st_ctime_ns = real.st_mtime_ns, LONG_AGO

    real = file_states.status_of

    def status_of(path: str) -> object:
        status = real(path)
        return None if status is None else Status(status)

    for module in ("file_states", "report_store", "checking"):
        monkeypatch.setattr(f"preflight_server.cli.{module}.status_of", status_of)


class TestReports:
    def test_a_report_comes_back_as_it_was(self, kept: str, folder: Path, analysis: Analysis) -> None:
        write("a.py", "x = 1\n")
        analysis.reports["a.py"] = REPORT
        (first,) = run(kept, job())
        assert run(kept, job()) == [Outcome("a.py", REPORT)]
        assert first.report == REPORT
        assert analysis.asked == ["a.py"]

    def test_only_what_changed_is_analysed_again(self, kept: str, folder: Path, analysis: Analysis) -> None:
        jobs = [job(path=name) for name in ("a.py", "b.py", "c.py")]
        for one in jobs:
            write(one.path, "x = 1\n")
        run(kept, *jobs)
        write("b.py", "x = 2\n", LONG_AGO + 1)
        assert sorted(outcome.path for outcome in run(kept, *jobs)) == ["a.py", "b.py", "c.py"]
        assert analysis.asked == ["a.py", "b.py", "c.py", "b.py"]

    def test_what_can_not_be_checked_is_not_kept(self, kept: str, folder: Path, analysis: Analysis) -> None:
        write("a.py", "\0")
        assert run(kept, job())[0].problem == run(kept, job())[0].problem != None  # noqa: E711
        write("a.py", "")
        assert run(kept, job())[0].report is not None

    @pytest.mark.parametrize(
        "change",
        [
            {"path": "./a.py"},
            {"coremltools": "8.3"},
            {"frontend": "export"},
            {"selection": Selection(select=("CML1",))},
            {"selection": Selection(ignore=("CML1",))},
            {"selection": Selection(extend_select=("CML1",))},
            {"selection": Selection(severities={"CML1": Severity.INFO})},
            {"selection": Selection(severities={"CML1": Severity.ERROR})},
        ],
    )
    def test_another_question_has_another_answer(
        self, kept: str, folder: Path, analysis: Analysis, change: dict[str, object]
    ) -> None:
        write("a.py", "")
        run(kept, job())
        run(kept, job(**change))
        assert len(analysis.asked) == 2

    def test_so_has_another_working_folder_and_another_environment(
        self, kept: str, folder: Path, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write("a.py", "")
        write("sub/a.py", "")
        packages = Path("venv/lib/python3/site-packages")
        packages.mkdir(parents=True)
        monkeypatch.delenv("VIRTUAL_ENV", raising=False)
        run(kept, job())
        monkeypatch.setenv("VIRTUAL_ENV", str(folder / "venv"))
        run(kept, job())
        monkeypatch.chdir("sub")
        run(kept, job())
        assert len(analysis.asked) == 3

    @pytest.mark.parametrize("layout", ["package/__init__.py", "package/setup.py", "src/other.py"])
    def test_so_has_another_place_to_look_for_imports(
        self, kept: str, folder: Path, analysis: Analysis, layout: str
    ) -> None:
        write("package/inner/__init__.py", "")
        write("package/inner/a.py", "")
        Path(".git").mkdir()
        asked = job(path="package/inner/a.py")
        run(kept, asked)
        write(layout, "")
        run(kept, asked)
        assert len(analysis.asked) == 2

    def test_the_order_of_severities_makes_no_other_question(
        self, kept: str, folder: Path, analysis: Analysis
    ) -> None:
        write("a.py", "")
        levels = {"CML1": Severity.INFO, "CML2": Severity.ERROR}
        for severities in (levels, dict(reversed(levels.items()))):
            run(kept, job(selection=Selection(severities=severities)))
        assert len(analysis.asked) == 1

    def test_a_path_that_can_not_be_encoded(self, kept: str, folder: Path, analysis: Analysis) -> None:
        try:
            write("\udcff.py", "")
        except OSError:
            pytest.skip("the file system takes no such name")
        run(kept, job(path="\udcff.py"))
        run(kept, job(path="\udcff.py"))
        assert len(analysis.asked) == 1


class TestFiles:
    """When a file counts as unchanged."""

    def asks_again(self, kept: str, analysis: Analysis) -> bool:
        before = len(analysis.asked)
        run(kept, job())
        return len(analysis.asked) > before

    def test_the_same_content_with_another_time(self, kept: str, folder: Path, analysis: Analysis) -> None:
        write("a.py", "x = 1\n")
        run(kept, job())
        write("a.py", "x = 1\n", LONG_AGO + 5)
        assert not self.asks_again(kept, analysis)
        # It was read once for that, and not again.
        os.chmod("a.py", 0o000)
        assert not self.asks_again(kept, analysis)

    def test_the_same_size_with_another_time(self, kept: str, folder: Path, analysis: Analysis) -> None:
        write("a.py", "x = 1\n")
        run(kept, job())
        write("a.py", "x = 2\n", LONG_AGO + 5)
        assert self.asks_again(kept, analysis)

    def test_another_file_with_the_same_size_and_time(
        self, kept: str, folder: Path, analysis: Analysis
    ) -> None:
        write("a.py", "x = 1\n")
        run(kept, job())
        write("other.py", "x = 2\n")
        os.replace("other.py", "a.py")
        assert self.asks_again(kept, analysis)

    def test_a_change_within_a_tick_of_the_clock(self, kept: str, folder: Path, analysis: Analysis) -> None:
        """A file that was just written may be written again without another size or time."""
        now = time.time_ns()
        write("a.py", "x = 1\n", now)
        run(kept, job())
        write("a.py", "x = 2\n", now)
        assert self.asks_again(kept, analysis)
        # Of the same content nothing is asked even then.
        write("a.py", "x = 2\n", now)
        assert not self.asks_again(kept, analysis)

    def test_a_file_system_with_whole_seconds_ticks_slowly(self) -> None:
        from types import SimpleNamespace
        from typing import Any

        from preflight_server.cli.file_states import unchanged_since

        second = 1_000_000_000

        def unchanged(changed: int, moment: int) -> bool:
            status: Any = SimpleNamespace(st_mtime_ns=changed, st_ctime_ns=second)
            return unchanged_since(moment, status)

        assert not unchanged(7 * second, 8 * second)
        assert unchanged(7 * second, 9 * second + 1)
        assert unchanged(7 * second + 5, 8 * second)
        assert not unchanged(9 * second, 8 * second)


class TestOtherFiles:
    """A report holds as long as the files that it depends on are the same."""

    @pytest.fixture
    def depends(self, folder: Path, analysis: Analysis) -> list[str]:
        write("a.py", "")
        write("lib/b.py", "x = 1\n")
        paths = [str(folder / "lib" / name) for name in ("b.py", "absent.py", "absent/deeper.py")]
        analysis.reports["a.py"] = FileReport("a.py", (), depends=tuple(paths))
        return paths

    def test_unchanged(self, kept: str, analysis: Analysis, depends: list[str]) -> None:
        run(kept, job())
        os.utime("lib/b.py", ns=(LONG_AGO, LONG_AGO + 7))
        assert run(kept, job()) == [Outcome("a.py", FileReport("a.py", ()))]
        assert len(analysis.asked) == 1

    @pytest.mark.parametrize(
        "change",
        [
            lambda: write("lib/b.py", "x = 2\n", LONG_AGO + 1),
            lambda: os.unlink("lib/b.py"),
            lambda: write("lib/absent.py", ""),
            lambda: write("lib/absent/deeper.py", ""),
            lambda: os.mkdir("lib/absent.py"),
        ],
        ids=["another content", "gone", "come", "come with its folder", "come as a folder"],
    )
    def test_changed(
        self, kept: str, analysis: Analysis, depends: list[str], change: Callable[[], None]
    ) -> None:
        run(kept, job())
        change()
        for folder, _, _ in os.walk("lib"):
            os.utime(folder, ns=(LONG_AGO, LONG_AGO))
        run(kept, job())
        run(kept, job())
        assert len(analysis.asked) == 2

    def test_a_file_that_goes_while_it_is_looked_for(
        self, kept: str, analysis: Analysis, depends: list[str]
    ) -> None:
        store = ReportStore(kept)
        os.unlink("lib/b.py")
        list(run_remembering([job()], 1, store))
        run(kept, job())
        assert len(analysis.asked) == 2

    def test_a_file_that_changes_while_it_is_read_by_another(
        self, kept: str, analysis: Analysis, depends: list[str]
    ) -> None:
        """Nobody knows which content the analysis has seen."""
        store = ReportStore(kept)
        write("lib/b.py", "x = 2\n", time.time_ns())
        list(run_remembering([job()], 1, store))
        run(kept, job())
        assert len(analysis.asked) == 2


class TestTrouble:
    def test_a_folder_that_can_not_be_made(self, tmp_path: Path, folder: Path, analysis: Analysis) -> None:
        (tmp_path / "file").write_text("")
        blocked = str(tmp_path / "file" / "version")
        write("a.py", "")
        assert run(blocked, job())[0].report == run(blocked, job())[0].report == FileReport("a.py", ())

    @pytest.mark.parametrize("damage", [b"", b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
    def test_a_damaged_store_is_begun_anew(
        self, kept: str, folder: Path, analysis: Analysis, damage: bytes
    ) -> None:
        write("a.py", "")
        run(kept, job())
        Path(kept, "reports.sqlite").write_bytes(damage)
        for _ in range(3):
            assert run(kept, job())[0].report == FileReport("a.py", ())
        assert 2 <= len(analysis.asked) <= 3
        run(kept, job())
        assert len(analysis.asked) <= 3

    @pytest.mark.parametrize("text", ["{", "[]", "null", "[[[1]], [], []]", "[1, 2, 3]", "[[], [], [], []]"])
    def test_a_damaged_report_is_unknown(
        self, kept: str, folder: Path, analysis: Analysis, text: str
    ) -> None:
        write("a.py", "")
        analysis.reports["a.py"] = REPORT
        run(kept, job())
        with sqlite3.connect(Path(kept, "reports.sqlite")) as connection:
            connection.execute("UPDATE report SET text = ?", (text,))
        assert run(kept, job())[0].report == REPORT
        assert len(analysis.asked) == 2

    def test_a_locked_store(
        self, kept: str, folder: Path, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(report_store, "_PATIENCE", 0.01)
        write("a.py", "")
        run(kept, job())
        with contextlib.closing(sqlite3.connect(Path(kept, "reports.sqlite"), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert run(kept, job())[0].report == FileReport("a.py", ())
            other.execute("ROLLBACK")
        run(kept, job())
        assert len(analysis.asked) == 2

    def test_an_interrupted_run_keeps_what_it_has(self, kept: str, folder: Path, analysis: Analysis) -> None:
        jobs = [job(path=name) for name in ("a.py", "b.py")]
        for one in jobs:
            write(one.path, "")
        outcomes = run_remembering(jobs, 1, ReportStore(kept))
        next(outcomes)
        outcomes.close()  # type: ignore[attr-defined]
        run(kept, *jobs)
        assert analysis.asked == ["a.py", "b.py"]

    def test_parallel_runs(self, kept: str, folder: Path) -> None:
        names = [f"f{number}.py" for number in range(40)]
        for name in names:
            write(name, "import torch\n")
        program = (
            "import sys\n"
            "from preflight_analyzers.selection import Selection\n"
            "from preflight_server.cli.checking import Job\n"
            "from preflight_server.cli.remembering import run_remembering\n"
            "from preflight_server.cli.report_store import ReportStore\n"
            "jobs = [Job(name, True, '9.0', 'trace', Selection()) for name in sys.argv[2:]]\n"
            "outcomes = list(run_remembering(jobs, 1, ReportStore(sys.argv[1])))\n"
            "assert all(outcome.report for outcome in outcomes)\n"
        )
        runs = [
            subprocess.Popen([sys.executable, "-c", program, kept, *names[start : start + 30]])
            for start in (0, 0, 5, 10)
        ]
        assert [run.wait() for run in runs] == [0] * 4
        with contextlib.closing(sqlite3.connect(Path(kept, "reports.sqlite"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("SELECT count(*) FROM report").fetchall() == [(40,)]


class TestSize:
    def test_the_oldest_reports_go_and_the_states_that_nobody_needs(
        self, kept: str, folder: Path, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(report_store, "_MOST_REPORTS", 2)
        monkeypatch.setattr(report_store, "_SLACK", 1)
        for name in "abcd":
            write(f"{name}.py", "")
            run(kept, job(path=f"{name}.py"))
        with contextlib.closing(sqlite3.connect(Path(kept, "reports.sqlite"))) as connection:
            assert connection.execute("SELECT count(*) FROM report").fetchall() == [(2,)]
            paths = [os.path.basename(path) for (path,) in connection.execute("SELECT path FROM state")]
        assert sorted(paths) == [b"c.py", b"d.py"]
        run(kept, job(path="c.py"), job(path="d.py"))
        assert len(analysis.asked) == 4

    def test_an_answer_takes_the_place_of_the_last_one(
        self, kept: str, folder: Path, analysis: Analysis
    ) -> None:
        for number in range(5):
            write("a.py", f"x = {number}\n", LONG_AGO + number)
            run(kept, job())
        with contextlib.closing(sqlite3.connect(Path(kept, "reports.sqlite"))) as connection:
            for table in ("report", "state"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(1,)]

    def test_the_oldest_versions_go(
        self, kept: str, folder: Path, analysis: Analysis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cache, "_MOST_VERSIONS", 2)
        root = Path(kept).parent
        for age, name in enumerate(["new", "old", "older"]):
            (root / name).mkdir(parents=True)
            os.utime(root / name, (1000 - age, 1000 - age))
        write("a.py", "")
        run(kept, job())
        assert sorted(os.listdir(root)) == ["new", "version"]

    def test_the_version_in_use_stays_however_old(self, kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cache, "_MOST_VERSIONS", 1)
        os.makedirs(kept)
        os.utime(kept, (1, 1))
        (Path(kept).parent / "other").mkdir()
        cache.remove_other_versions(kept)
        assert os.listdir(Path(kept).parent) == ["version"]


def test_another_state_of_the_analysis_has_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import preflight_analyzers

    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "rules").mkdir()
    monkeypatch.setattr(preflight_analyzers, "__file__", str(tmp_path / "__init__.py"))
    before = cache.cache_folder()
    assert cache.cache_folder() == before
    (tmp_path / "rules" / "rule.py").write_text("")
    assert cache.cache_folder() != before
