"""Finding the files to check."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from preflight_analyzers.discovery import FoundFile, Unreachable, find_files, matches, shown_path
from preflight_analyzers.settings import InvalidSettings, SettingsFinder


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def touch(*paths: str) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("")


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def find(*paths: str) -> list[str]:
    files, unreachable = find_files(paths, SettingsFinder().of)
    assert not unreachable
    return [file.path.replace(os.sep, "/") for file in files]


def test_a_folder_gives_its_python_files_and_notebooks_sorted() -> None:
    touch("b.py", "a/c.py", "a/d.ipynb", "a/e.pyi", "a/f.txt", "a/py")
    assert find(".") == ["a/c.py", "a/d.ipynb", "b.py"]


def test_usual_folders_are_skipped() -> None:
    touch(
        "a.py", ".venv/a.py", "venv/a.py", "node_modules/a.py", "__pycache__/a.py", ".git/a.py", "build/a.py"
    )
    touch("dist/a.py", "lib/site-packages/a.py", "sub/build/a.py")
    assert find(".") == ["a.py"]


def test_a_file_may_be_called_like_a_skipped_folder() -> None:
    touch("build.py", "venv.py")
    assert find(".") == ["build.py", "venv.py"]


def test_a_virtual_environment_of_any_name_is_skipped() -> None:
    touch("a.py", "my-env/pyvenv.cfg", "my-env/lib/b.py")
    assert find(".") == ["a.py"]


def test_a_named_folder_is_walked_even_if_it_would_be_skipped() -> None:
    touch("env/pyvenv.cfg", "env/lib/site-packages/torch/a.py", "build/b.py")
    write(".gitignore", "env/\nbuild/\n")
    Path(".git").mkdir()
    assert find("env/lib/site-packages/torch") == ["env/lib/site-packages/torch/a.py"]
    assert find("env/lib/site-packages", "build") == ["build/b.py", "env/lib/site-packages/torch/a.py"]


def test_a_named_file_is_taken_whatever_it_is_called() -> None:
    touch("script", ".venv/a.py", "stub.pyi")
    assert find("script", ".venv/a.py", "stub.pyi") == [".venv/a.py", "script", "stub.pyi"]


def test_gitignore_holds_with_nesting_and_negation() -> None:
    touch("keep.py", "drop.py", "sub/drop.py", "sub/deep/keep.py", "gen/a.py", "sub/only.py")
    write(".gitignore", "# comment\ndrop.py\n/gen/\n\n")
    write("sub/.gitignore", "!drop.py\nonly.py\n")
    assert find(".") == ["keep.py", "sub/deep/keep.py", "sub/drop.py"]


def test_gitignore_above_a_named_folder_holds_in_a_repository() -> None:
    touch("package/a.py", "package/gen_a.py")
    write(".gitignore", "gen_*.py\n")
    assert find("package") == ["package/a.py", "package/gen_a.py"]
    Path(".git").mkdir()
    assert find("package") == ["package/a.py"]


def test_the_repositorys_own_excludes_hold() -> None:
    touch("a.py", "b.py")
    write(".git/info/exclude", "b.py\n")
    assert find(".") == ["a.py"]


def test_a_broken_line_of_gitignore_spoils_no_other() -> None:
    touch("a.py", "b.py")
    write(".gitignore", "!\n[z-a]\nb.py\n")
    assert find(".") == ["a.py"]


def test_exclude_replaces_and_extend_exclude_adds() -> None:
    touch("a.py", "old/b.py", "build/c.py")
    write("pyproject.toml", "[tool.coreml-preflight]\nextend-exclude = ['old']\n")
    assert find(".") == ["a.py"]
    write("pyproject.toml", "[tool.coreml-preflight]\nexclude = ['old']\n")
    assert find(".") == ["a.py", "build/c.py"]


def test_exclude_patterns_are_relative_to_the_settings() -> None:
    touch("package/sub/a.py", "package/sub/b.py", "package/b.py")
    write("pyproject.toml", "[tool.coreml-preflight]\nextend-exclude = ['package/sub/b.py']\n")
    assert find("package/sub", "package/b.py") == ["package/b.py", "package/sub/a.py"]


def test_a_pattern_that_is_none_is_named() -> None:
    write("pyproject.toml", "[tool.coreml-preflight]\nexclude = ['ok', '!']\n")
    with pytest.raises(
        InvalidSettings, match=r"pyproject.toml: tool.coreml-preflight: '!' is not a file pattern"
    ):
        find(".")


def test_each_file_comes_once_and_a_named_one_as_named() -> None:
    touch("sub/a.py")
    files, _ = find_files(
        ["sub", "sub/a.py", "./sub/../sub/a.py", os.path.abspath("sub")], SettingsFinder().of
    )
    assert len(files) == 1
    assert files[0].named


def test_links_in_a_circle_end() -> None:
    touch("sub/a.py")
    os.symlink("..", "sub/up", target_is_directory=True)
    os.symlink("loop.py", "loop.py")
    assert find(".") == ["sub/a.py"]


def test_a_linked_file_is_checked_and_a_named_link_followed() -> None:
    touch("real/a.py")
    os.symlink("real/a.py", "link.py")
    os.symlink("real", "linked", target_is_directory=True)
    assert find("link.py", "linked") == ["link.py", "linked/a.py"]
    assert find(".") == ["link.py", "real/a.py"]


def test_a_missing_path_is_reported_and_the_others_found() -> None:
    touch("a.py")
    files, unreachable = find_files(["missing.py", "a.py"], SettingsFinder().of)
    assert files == [FoundFile("a.py", named=True)]
    assert unreachable == [Unreachable("missing.py", "no such file or folder", named=True)]


def test_a_folder_without_python_gives_nothing() -> None:
    touch("readme.txt")
    assert find(".") == []


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs permissions that bind")
def test_a_folder_that_can_not_be_listed_is_reported() -> None:
    touch("a.py", "closed/b.py")
    os.chmod("closed", 0)
    try:
        files, unreachable = find_files(["."], SettingsFinder().of)
    finally:
        os.chmod("closed", 0o700)
    assert [file.path for file in files] == ["a.py"]
    assert [(path.path, path.named) for path in unreachable] == [("./closed", False)]


def test_paths_are_shown_relative_to_the_working_folder(project: Path) -> None:
    assert shown_path(str(project / "a" / "b.py")) == os.path.join("a", "b.py")
    assert shown_path("./a//b.py") == os.path.join("a", "b.py")
    assert shown_path("../b.py") == "../b.py"
    assert shown_path(str(project.parent / "b.py")) == str(project.parent / "b.py")
    assert shown_path(f"{project}x/b.py") == f"{project}x/b.py"


def test_patterns_are_those_of_gitignore(project: Path) -> None:
    assert matches("test_*.py", "deep/test_a.py", project)
    assert matches("tests/*", "tests/a.py", project)
    assert matches("tests/", "tests/deep/a.py", project)
    assert not matches("/a.py", "deep/a.py", project)
    assert not matches("*", str(project.parent / "a.py"), project)
