from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from preflight_analyzers.findings import Severity
from preflight_analyzers.knowledge.versions import UnknownVersion
from preflight_analyzers.settings import InvalidSettings
from preflight_server.lsp.configuration import Configuration, EditorSettings, read_editor_settings


def test_reads_what_the_editor_says() -> None:
    section = {
        "select": ["CML2"],
        "ignore": ["cml201"],
        "severity": {"CML101": "info"},
        "coremltools": "9.0",
        "frontend": "export",
        "neuralEngine": True,
    }
    settings, complaints = read_editor_settings(section)
    assert settings == EditorSettings(
        ("CML2",), ("CML201",), {"CML101": Severity.INFO}, "9.0", "export", True
    )
    assert complaints == []


def test_empty_means_as_in_the_project() -> None:
    section = {"select": [], "ignore": [], "severity": {}, "coremltools": None, "frontend": None}
    assert read_editor_settings(section) == (EditorSettings(), [])
    assert read_editor_settings(None) == (EditorSettings(), [])


@pytest.mark.parametrize(
    ("section", "word"),
    [
        ([], "object"),
        ({"select": "CML2"}, "select"),
        ({"select": [7]}, "select"),
        ({"ignore": ["CML999"]}, "CML999"),
        ({"severity": {"CML201": "loud"}}, "loud"),
        ({"frontend": "onnx"}, "onnx"),
    ],
)
def test_what_is_wrong_is_told_and_left_out(section: Any, word: str) -> None:
    settings, [complaint] = read_editor_settings(section)
    assert settings == EditorSettings()
    assert word in complaint


def test_trust_is_withheld_only_by_an_explicit_no() -> None:
    configuration = Configuration()
    assert configuration.trusted
    configuration.initialize({"trusted": None})
    assert configuration.trusted
    configuration.initialize({"trusted": False, "interpreter": "/env/bin/python"})
    assert not configuration.trusted
    assert configuration.interpreter == "/env/bin/python"
    configuration.take_environment({"interpreter": ""})
    assert configuration.interpreter is None
    assert not configuration.trusted
    configuration.take_environment({"trusted": True})
    assert configuration.trusted


def test_the_editor_goes_before_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.coreml-preflight]\nignore = ['CML201']\nfrontend = 'export'\ncoremltools = '9.0'\n"
    )
    path = str(tmp_path / "net.py")
    configuration = Configuration()
    options, selection = configuration.of(path)
    assert (options.frontend, options.coremltools) == ("export", "9.0")
    assert not selection.keeps("CML201")
    configuration.take_editor_settings({"select": ["CML2"], "frontend": "trace"})
    options, selection = configuration.of(path)
    assert options.frontend == "trace"
    assert selection.keeps("CML201")
    assert not selection.keeps("CML101")


def test_a_changed_project_is_read_anew(tmp_path: Path) -> None:
    configuration = Configuration()
    project, path = tmp_path / "pyproject.toml", str(tmp_path / "net.py")
    project.write_text("[tool.coreml-preflight]\nignore = ['CML201']\n")
    configuration.of(path)
    project.write_text("")
    before = configuration.generation
    configuration.forget_projects()
    assert configuration.of(path)[1].keeps("CML201")
    assert configuration.generation > before


@pytest.mark.parametrize(
    ("line", "error"), [("select = 3", InvalidSettings), ("coremltools = '1.0'", UnknownVersion)]
)
def test_a_wrong_project_is_an_error(tmp_path: Path, line: str, error: type[Exception]) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.coreml-preflight]\n{line}\n")
    with pytest.raises(error):
        Configuration().of(str(tmp_path / "net.py"))
