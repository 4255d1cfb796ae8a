"""`make` looks for a Python that the project runs on, and says clearly when there is none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "find-python"


def find_python(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    search = os.environ["PATH"] if path is None else f"{path}:/usr/bin:/bin"
    return subprocess.run(
        ["bash", SCRIPT, *arguments],
        env={**os.environ, "PATH": search},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def pretender(path: Path, major: int, minor: int) -> Path:
    """An interpreter that says it is of another version."""
    pretend = f"import sys; sys.version_info = ({major}, {minor}, 0); exec(sys.argv[1])"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{pretend}" "$2"\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", [(3, 10), (3, 13)])
def test_a_python_in_the_range_is_taken(tmp_path: Path, version: tuple[int, int]) -> None:
    named = pretender(tmp_path / "chosen", *version)
    answer = find_python(str(named))
    assert (answer.returncode, answer.stdout.strip()) == (0, str(named))


@pytest.mark.parametrize("version", [(2, 7), (3, 9), (3, 14), (4, 11)])
def test_a_named_python_out_of_the_range_is_refused_with_its_version(
    tmp_path: Path, version: tuple[int, int]
) -> None:
    named = pretender(tmp_path / "chosen", *version)
    answer = find_python(str(named))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "needs Python 3.10 to 3.13" in answer.stderr
    assert f"{named} is Python {version[0]}.{version[1]}" in answer.stderr


def test_another_is_taken_where_python3_is_too_new(tmp_path: Path) -> None:
    pretender(tmp_path / "python3", 3, 14)
    older = pretender(tmp_path / "python3.12", 3, 12)
    answer = find_python(path=tmp_path)
    # A python3.13 of the machine itself may come first; what is too new must not.
    assert answer.returncode == 0
    assert answer.stdout.strip() in (str(older), "/usr/bin/python3.13", "/bin/python3.13")


def test_a_name_that_is_no_program_is_told(tmp_path: Path) -> None:
    answer = find_python(str(tmp_path / "absent"))
    assert answer.returncode == 1
    assert "absent" in answer.stderr


def test_a_program_that_does_not_run_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    answer = find_python(str(broken))
    assert answer.returncode == 1
    assert f"{broken} does not run" in answer.stderr
