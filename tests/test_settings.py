"""Reading [tool.coreml-preflight]."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from preflight_analyzers.findings import Severity
from preflight_analyzers.settings import InvalidSettings, Settings, SettingsFinder, read_settings


def write(folder: Path, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    pyproject = folder / "pyproject.toml"
    pyproject.write_text(body, encoding="utf-8")
    return pyproject


def test_every_setting_is_read(tmp_path: Path) -> None:
    pyproject = write(
        tmp_path,
        """
        [tool.coreml-preflight]
        select = ["CML1", "unsupported-torch-op"]
        extend-select = ["CML6"]
        ignore = ["CML101"]
        severity = { CML201 = "warning", CML3 = "off" }
        fail-on = "error"
        coremltools = "9.0"
        frontend = "export"
        exclude = ["old"]
        extend-exclude = ["new/*.py"]
        per-file-ignores = { "tests/*" = ["ALL"] }
        neural-engine = true
        [tool.coreml-preflight.targets."net.py::Net"]
        input = ["x=1,3,224,224"]
        """,
    )
    assert read_settings(pyproject) == Settings(
        root=tmp_path,
        select=("CML1", "unsupported-torch-op"),
        extend_select=("CML6",),
        ignore=("CML101",),
        severity={"CML201": Severity.WARNING, "CML3": None},
        fail_on=Severity.ERROR,
        coremltools="9.0",
        frontend="export",
        exclude=("old",),
        extend_exclude=("new/*.py",),
        per_file_ignores={"tests/*": ("ALL",)},
        targets={"net.py::Net": {"input": ["x=1,3,224,224"]}},
        neural_engine=True,
    )


def test_no_file_and_no_table_are_no_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "pyproject.toml") is None
    assert read_settings(write(tmp_path, "[project]\nname = 'x'\n")) is None
    assert read_settings(write(tmp_path, "[project]\ndependencies = ['coreml-preflight']\n")) is None


def test_a_broken_file_that_is_not_about_us_is_not_our_business(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, "[project\n")) is None


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("select = 3", "tool.coreml-preflight.select: expected a list of strings, found an integer"),
        ("select = 'CML1'", "tool.coreml-preflight.select: expected a list of strings, found a string"),
        (
            "ignore = ['CML1', 2.5]",
            "tool.coreml-preflight.ignore: expected a list of strings, found a number in it",
        ),
        (
            "fail-on = 'fatal'",
            "tool.coreml-preflight.fail-on: expected error, warning or info, found 'fatal'",
        ),
        ("frontend = 'auto'", "tool.coreml-preflight.frontend: expected trace or export, found 'auto'"),
        ("frontend = ['trace']", "tool.coreml-preflight.frontend: expected trace or export, found ['trace']"),
        ("coremltools = 9.0", "tool.coreml-preflight.coremltools: expected a string, found a number"),
        (
            "neural-engine = 'yes'",
            "tool.coreml-preflight.neural-engine: expected true or false, found a string",
        ),
        ("severity = ['x']", "tool.coreml-preflight.severity: expected a table, found a list"),
        (
            "severity = {CML1 = 'bad'}",
            "tool.coreml-preflight.severity.CML1: expected error, warning, info or off, found 'bad'",
        ),
        (
            "per-file-ignores = {a = 'CML1'}",
            "tool.coreml-preflight.per-file-ignores.a: expected a list of strings, found a string",
        ),
        (
            "targets = {a = 1979-05-27}",
            "tool.coreml-preflight.targets.a: expected a table, found a date or time",
        ),
        ("slect = []", "tool.coreml-preflight.slect: unknown setting; did you mean select?"),
    ],
)
def test_a_wrong_value_is_one_line_with_file_and_key(tmp_path: Path, line: str, complaint: str) -> None:
    pyproject = write(tmp_path, f"[tool.coreml-preflight]\n{line}\n")
    with pytest.raises(InvalidSettings) as caught:
        read_settings(pyproject)
    assert str(caught.value) == f"{pyproject}: {complaint}"


def test_an_unknown_setting_like_no_other_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="zzz: unknown setting; known are select, extend-select, "):
        read_settings(write(tmp_path, "[tool.coreml-preflight]\nzzz = 1\n"))


def test_broken_toml_is_one_line_with_the_file(tmp_path: Path) -> None:
    pyproject = write(tmp_path, "[tool.coreml-preflight]\nselect = [\n")
    with pytest.raises(InvalidSettings) as caught:
        read_settings(pyproject)
    assert str(caught.value).startswith(f"{pyproject}: is not valid TOML: ")
    assert "\n" not in str(caught.value)


def test_wrong_encoding_is_said(tmp_path: Path) -> None:
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_bytes(b"[tool.coreml-preflight]\nselect = ['\xff']\n")
    with pytest.raises(InvalidSettings, match="is not UTF-8"):
        read_settings(pyproject)


@pytest.mark.parametrize("body", ["tool = 1\n#coreml-preflight", "[tool]\ncoreml-preflight = 1"])
def test_a_table_that_is_none(tmp_path: Path, body: str) -> None:
    pyproject = write(tmp_path, body)
    if body.startswith("tool"):
        assert read_settings(pyproject) is None
    else:
        with pytest.raises(InvalidSettings, match="expected a table, found an integer"):
            read_settings(pyproject)


def test_the_nearest_file_with_our_table_holds(tmp_path: Path) -> None:
    write(tmp_path, "[tool.coreml-preflight]\nignore = ['CML1']\n")
    write(tmp_path / "package", "[project]\nname = 'other'\n")
    write(tmp_path / "package/own", "[tool.coreml-preflight]\nignore = ['CML2']\n")
    finder = SettingsFinder()
    assert finder.of(tmp_path).ignore == ("CML1",)
    assert finder.of(tmp_path / "package/deep/er").ignore == ("CML1",)
    assert finder.of(tmp_path / "package/own").ignore == ("CML2",)
    assert finder.of(tmp_path / "package/own").root == tmp_path / "package/own"


def test_a_relative_folder_counts_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "[tool.coreml-preflight]\nignore = ['CML1']\n")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert SettingsFinder().of(os.curdir).ignore == ("CML1",)


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    settings = SettingsFinder().of(tmp_path)
    assert settings == Settings()
    assert settings.fail_on is Severity.WARNING
