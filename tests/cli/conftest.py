"""A made-up analysis, so that the command line is tested whatever the rules say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from preflight_analyzers.findings import (
    Consequence,
    Edit,
    FileReport,
    Finding,
    Fix,
    ModuleVerdict,
    Position,
    Range,
    Severity,
)
from preflight_analyzers.rules import names
from preflight_analyzers.selection import Selection

Run = Callable[..., Result]

#: Word in the source: code, name, severity, fixed text, applicability of the fix.
WORDS = {
    "BAD": ("CML201", "unsupported-torch-op", Severity.ERROR, None, "safe"),
    "ODD": ("CML101", "numpy-on-tensor", Severity.WARNING, None, "safe"),
    "HINT": ("CML601", "neural-engine-hint", Severity.INFO, None, "safe"),
    "SAFE": ("CML101", "numpy-on-tensor", Severity.WARNING, "fine", "safe"),
    "RISKY": ("CML101", "numpy-on-tensor", Severity.WARNING, "fine", "unsafe"),
    # Its fix brings another finding with a fix.
    "TWICE": ("CML101", "numpy-on-tensor", Severity.WARNING, "SAFE", "safe"),
    # Its fix brings it again.
    "GROW": ("CML101", "numpy-on-tensor", Severity.WARNING, "GROW + 1", "safe"),
    "BREAK": ("CML101", "numpy-on-tensor", Severity.WARNING, "((", "safe"),
    "LINES": ("CML101", "numpy-on-tensor", Severity.WARNING, "(\n1)", "safe"),
    "EURO": ("CML101", "numpy-on-tensor", Severity.WARNING, "'\u20ac'", "safe"),
}


RULES = tuple(names.RuleName(*pair) for pair in sorted({word[:2] for word in WORDS.values()}))


def check_words(
    text: str, path: str, options: Any, selection: Selection, project: object = None
) -> FileReport:
    """Reports each of WORDS; fails on CRASH."""
    findings = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        if "CRASH" in line:
            raise RuntimeError("no idea\nwhat to do")
        for match in re.finditer("|".join(rf"\b{word}\b" for word in WORDS), line):
            code, name, severity, fixed, applicability = WORDS[match.group()]
            if not selection.keeps(code):
                continue
            span = Range(Position(number, match.start() + 1), Position(number, match.end() + 1))
            fix = Fix(f"write {fixed}", (Edit(span, fixed),), applicability) if fixed else None
            consequence = Consequence.CONVERT_FAILS
            finding = Finding(
                code, name, severity, consequence, f"{match.group()} is bad", path, span, fix=fix
            )
            findings.append(finding._replace(severity=selection.severity_of(finding)))
    modules = [ModuleVerdict(path, "Net", 1, "blocked" if findings else "ready")] if "Net" in text else []
    return FileReport(path, tuple(findings), tuple(modules))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs ``coreml-preflight check ARGUMENTS`` with the made-up analysis."""
    from preflight_analyzers import check as front_door
    from preflight_server.cli import cache
    from preflight_server.cli.check import check

    kept = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(names, "RULE_NAMES", RULES)
    monkeypatch.setattr(front_door, "check_source", check_words)
    monkeypatch.setattr(cache, "cache_folder", lambda: str(kept / "made-up"))
    for name in ("NO_COLOR", "FORCE_COLOR", "VIRTUAL_ENV"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, input: bytes | None = None) -> Result:
        return CliRunner().invoke(check, arguments, input=input, catch_exceptions=False)

    return invoke
