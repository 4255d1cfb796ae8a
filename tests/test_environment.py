"""Which coremltools is installed, found by the names of metadata folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from preflight_analyzers.environment import default_coremltools, installed_version
from preflight_analyzers.knowledge.versions import known_versions, newest_version


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def install(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).mkdir(parents=True)


@pytest.mark.parametrize(
    "name", ["coremltools-9.0.dist-info", "coremltools-9.0.egg-info", "CoreMLTools-9.0.dist-info"]
)
def test_the_metadata_folder_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    install(tmp_path, "other-1.0.dist-info", "coremltools_extras-3.0.dist-info", name)
    monkeypatch.setattr(sys, "path", ["/nowhere", str(tmp_path)])
    assert installed_version("coremltools") == "9.0"


def test_what_is_not_installed_has_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "coremltools", "coremltools-9.0.dist-info.old")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert installed_version("coremltools") is None


def test_the_first_on_the_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "one", "coremltools-8.3.dist-info")
    install(tmp_path / "two", "coremltools-9.0.dist-info")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "one"), str(tmp_path / "two")])
    assert installed_version("coremltools") == "8.3"


@pytest.mark.parametrize("layout", [("lib", "python3.12", "site-packages"), ("Lib", "site-packages")])
def test_an_active_virtual_environment_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: tuple[str, ...]
) -> None:
    active = tmp_path / "odd [name]"
    install(active.joinpath(*layout), "coremltools-8.3.dist-info")
    install(tmp_path / "own", "coremltools-9.0.dist-info")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "own")])
    monkeypatch.setenv("VIRTUAL_ENV", os.fspath(active))
    assert installed_version("coremltools") == "8.3"


def test_an_installed_version_that_is_known_is_checked_against(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oldest = known_versions()[0]
    install(tmp_path, f"coremltools-{oldest}.1.dist-info")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert default_coremltools() == oldest


def test_else_the_newest_known_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert default_coremltools() == newest_version()
    install(tmp_path, "coremltools-2.1.dist-info")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert default_coremltools() == newest_version()
