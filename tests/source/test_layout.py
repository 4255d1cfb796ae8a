"""Where a project begins, and where its modules may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from preflight_analyzers.source.layout import Layout, top_folder


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the working folder isn't above of."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "project"


def test_the_top_folder_holds_the_outermost_package(elsewhere: Path) -> None:
    touch(elsewhere / "a/__init__.py", elsewhere / "a/b/__init__.py")
    assert top_folder(str(elsewhere / "a/b")) == str(elsewhere)
    assert top_folder(str(elsewhere / "a/b/c")) == str(elsewhere / "a/b/c")


def test_a_project_is_all_up_to_its_mark_and_the_src_folders(elsewhere: Path) -> None:
    touch(elsewhere / "pyproject.toml", elsewhere / "tools/run/a.py", elsewhere / "src/b.py")
    names = [str(elsewhere / name) for name in ("tools/run", "tools", ".", "src")]
    assert list(Layout().project(names[0])) == [str(Path(name)) for name in names]


def test_without_a_mark_only_the_working_folder_is_above(elsewhere: Path, tmp_path: Path) -> None:
    touch(elsewhere / "deep/a.py", tmp_path / "work/deep/er/a.py")
    assert Layout().project(str(elsewhere / "deep")) == (str(elsewhere / "deep"),)
    inside = tmp_path / "work/deep/er"
    assert Layout().project(str(inside)) == (str(inside), str(tmp_path / "work"))


def test_a_mark_that_is_too_far_away_is_none(elsewhere: Path) -> None:
    deep = elsewhere.joinpath(*"abcdefgh")
    touch(elsewhere / "setup.py", deep / "a.py")
    assert Layout().project(str(deep)) == (str(deep),)
    assert Layout().project(str(deep.parent))[-1] == str(elsewhere)


def test_another_look_sees_what_has_changed(elsewhere: Path) -> None:
    touch(elsewhere / "a/b.py")
    seen = Layout()
    assert seen.top_folder(str(elsewhere / "a")) == str(elsewhere / "a")
    touch(elsewhere / "a/__init__.py")
    assert seen.top_folder(str(elsewhere / "a")) == str(elsewhere / "a")
    assert Layout().top_folder(str(elsewhere / "a")) == str(elsewhere)
