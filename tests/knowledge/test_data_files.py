"""The shipped files: small, in order, consistent, and equal to what the installed coremltools says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from preflight_analyzers.knowledge import reader
from preflight_analyzers.knowledge.reader import load
from preflight_analyzers.knowledge.versions import known_versions
from preflight_server.knowledge_builder import data_file

DATA = Path(reader.__file__).with_name("data")
FILES = sorted(DATA.glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_files_are_written_as_the_builder_writes_them(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert data_file.render(json.loads(text)) == text


def test_all_files_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in FILES) < 400_000


@pytest.mark.parametrize("version", known_versions())
def test_no_api_contradicts_itself(version: str) -> None:
    knowledge = load(version)
    for name in knowledge.apis():
        status = knowledge.api(name)
        assert status is not None
        if status.emits_always_missing:
            assert status.missing, name
            assert status.outcome in ("never", "untested"), name
        if status.outcome == "always":
            assert not status.missing, name
            assert status.converted == status.tried > 0, name
        if status.outcome == "never":
            assert status.converted == 0, name
            assert status.missing or status.error, name
        assert not any(knowledge.converts_op(kind) for kind in status.missing), name


def test_most_of_the_public_apis_have_been_run() -> None:
    knowledge = load("9.0")
    statuses = [knowledge.api(name) for name in knowledge.apis()]
    untested = [status for status in statuses if status and status.outcome == "untested"]
    assert len(statuses) > 1500
    assert len(untested) < len(statuses) / 10


@pytest.mark.convert
def test_registries_equal_those_of_the_installed_coremltools() -> None:
    import coremltools

    from preflight_server.knowledge_builder import registries

    knowledge = load(coremltools.__version__)
    assert sorted(knowledge.torch_ops) == registries.torch_ops()
    assert reader.read_data(f"coremltools-{knowledge.version}.mil.json") == registries.mil_registry()
    assert reader.read_data(f"coremltools-{knowledge.version}.nn.json") == registries.builder_methods()


def test_what_drives_a_build_loads_no_torch() -> None:
    """So that a build without torch says in one line what is missing."""
    code = "import sys, preflight_server.knowledge_builder.build; print('torch' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
