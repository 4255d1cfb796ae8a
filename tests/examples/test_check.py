"""`check` on examples/: every planted mistake on its line, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.examples.conftest import REPOSITORY, Command

FILES = sorted(path.relative_to(REPOSITORY).as_posix() for path in REPOSITORY.glob("examples/**/*.py"))
EXPECTATION = re.compile(r"# expect: (CML\d{3})$")


@pytest.fixture(scope="module")
def findings(preflight: Command) -> dict[str, list[tuple[int, str]]]:
    """For each file with findings: their lines and codes, in the order of the report."""
    answer = preflight("check", "examples", "--output-format", "json", "--no-cache")
    assert answer.returncode == 1, answer.stderr
    found: dict[str, list[tuple[int, str]]] = {}
    for finding in json.loads(answer.stdout)["findings"]:
        found.setdefault(finding["path"], []).append((finding["range"]["start"]["line"], finding["code"]))
    return found


def expectations(path: Path) -> list[tuple[int, str]]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return [(number, expected[1]) for number, line in lines if (expected := EXPECTATION.search(line))]


@pytest.mark.parametrize("file", FILES)
def test_each_example_has_the_findings_it_expects(
    file: str, findings: dict[str, list[tuple[int, str]]]
) -> None:
    assert findings.get(file, []) == expectations(REPOSITORY / file)


def test_the_findings_are_all_in_known_files(findings: dict[str, list[tuple[int, str]]]) -> None:
    assert set(findings) <= set(FILES)


def test_only_mistakes_expect_findings() -> None:
    expecting = {file for file in FILES if expectations(REPOSITORY / file)}
    assert expecting == {file for file in FILES if file.startswith("examples/mistakes/")}
