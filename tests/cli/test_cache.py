"""Reports kept between runs: never a wrong one, and never in the way."""

from __future__ import annotations

import os
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
)
from preflight_analyzers.selection import Selection
from preflight_server.cli import cache
from preflight_server.cli.checking import Job, Outcome, check_file

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
        ModuleVerdict("a.py", "Other", 2, "ready"),
    ),
)


@pytest.fixture
def kept(tmp_path: Path) -> str:
    return str(tmp_path / "cache" / "version")


def job(**changes: object) -> Job:
    return Job("a.py", True, "9.0", "trace", Selection())._replace(**changes)  # type: ignore[arg-type]


def test_a_report_comes_back_as_it_was(kept: str) -> None:
    cache.store(kept, "key", REPORT)
    assert cache.load(kept, "key") == REPORT
    assert os.listdir(kept) == ["key"]


def test_what_was_never_kept_is_unknown(kept: str) -> None:
    assert cache.load(kept, "key") is None


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b'["a.py", [[1]], []]', b"\xff", b"[1, 2, 3]"])
def test_a_damaged_entry_is_unknown(kept: str, damage: bytes) -> None:
    cache.store(kept, "key", REPORT)
    Path(kept, "key").write_bytes(damage)
    assert cache.load(kept, "key") is None


def test_all_that_a_report_depends_on_makes_the_key() -> None:
    questions = [
        (job(), b"x"),
        (job(), b"y"),
        (job(path="b.py"), b"x"),
        (job(coremltools="8.3"), b"x"),
        (job(frontend="export"), b"x"),
        (job(selection=Selection(select=("CML1",))), b"x"),
        (job(selection=Selection(ignore=("CML1",))), b"x"),
        (job(selection=Selection(extend_select=("CML1",))), b"x"),
        (job(selection=Selection(severities={"CML1": Severity.INFO})), b"x"),
        (job(selection=Selection(severities={"CML1": Severity.ERROR})), b"x"),
        (job(path="\udcff.py"), b"x"),
    ]
    assert len({cache.key_of(*question) for question in questions}) == len(questions)


def test_the_order_of_severities_makes_no_other_key() -> None:
    levels = {"CML1": Severity.INFO, "CML2": Severity.ERROR}
    turned = dict(reversed(levels.items()))
    one, other = (job(selection=Selection(severities=severities)) for severities in (levels, turned))
    assert cache.key_of(one, b"") == cache.key_of(other, b"")


def test_a_folder_that_can_not_be_made_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = str(tmp_path / "file" / "version")
    cache.store(blocked, "key", REPORT)
    assert cache.load(blocked, "key") is None
    cache.tidy(blocked)


def test_the_oldest_entries_and_versions_go(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_ENTRIES", 2)
    monkeypatch.setattr(cache, "_MOST_VERSIONS", 2)
    root = Path(kept).parent
    for age, name in enumerate(["new", "old", "older"]):
        cache.store(str(root / name), "key", REPORT)
        os.utime(root / name, (1000 - age, 1000 - age))
        cache.store(kept, name, REPORT)
        os.utime(Path(kept, name), (1000 - age, 1000 - age))
    cache.tidy(kept)
    assert sorted(os.listdir(kept)) == ["new", "old"]
    assert sorted(os.listdir(root)) == ["new", "version"]


def test_the_version_in_use_stays_however_old(kept: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_VERSIONS", 1)
    cache.store(kept, "key", REPORT)
    os.utime(kept, (1, 1))
    cache.store(str(Path(kept).parent / "other"), "key", REPORT)
    cache.tidy(kept)
    assert cache.load(kept, "key") == REPORT


def test_an_unchanged_file_is_not_analysed_again(kept: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("import torch\n")
    question = job(path=str(file), cache=kept)
    first, second = check_file(question), check_file(question)
    assert (first.analysed, second.analysed) == (True, False)
    assert first.report == second.report
    file.write_text("import torch\nx = 1\n")
    assert check_file(question).analysed
    assert check_file(question._replace(cache=None)).analysed


def test_what_is_kept_is_what_is_told(kept: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    question = job(path=str(file), cache=kept)
    cache.store(kept, cache.key_of(question, b"x = 1\n"), REPORT)
    assert check_file(question) == Outcome(str(file), REPORT)


def test_another_state_of_the_analysis_has_another_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import preflight_analyzers

    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr(preflight_analyzers, "__file__", str(tmp_path / "__init__.py"))
    before = cache.cache_folder()
    assert cache.cache_folder() == before
    (tmp_path / "rule.py").write_text("")
    assert cache.cache_folder() != before
