from __future__ import annotations

import importlib
import logging
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


def pytest_configure() -> None:
    # Started in the background of a script, pytest inherits an ignored SIGINT and hands it on to whatever it
    # starts; tests that interrupt a process would wait in vain.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def evidence() -> ModuleType:
    """The proofs. torch and coremltools are imported here, so that deselected tests don't wait for them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("coremltools").setLevel(logging.CRITICAL)
        return importlib.import_module("tests.proofs.evidence")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder, where tracing and converting may warn as they like."""
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield tmp_path
