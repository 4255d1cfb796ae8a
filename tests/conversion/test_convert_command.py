"""The commands as they are run: what goes to which stream, and the exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import left_behind

pytestmark = pytest.mark.convert

NET = """\
import time
import torch

class Net(torch.nn.Module):
    def forward(self, x):
        print("printed")
        return torch.relu(x)

class Blocked(torch.nn.Module):
    def forward(self, x):
        return torch.special.i0e(x)

class Hangs(torch.nn.Module):
    def forward(self, x):
        while True:
            time.sleep(0.01)
"""


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    return write("net.py", NET)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = "from preflight_server.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, capture_output=True, text=True, timeout=300
    )


def test_a_conversion_as_json(folder: Path) -> None:
    done = run(folder, "convert", "net.py::Net", "--input", "x=1,3", "--output-format", "json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert {
        "version": 1,
        "target": "net.py::Net",
        "outcome": "converted",
        "frontend": "trace",
        "output": "Net.mlpackage",
        "inputs": [{"name": "x", "shape": [1, 3], "dtype": "float32"}],
        "torch_ops": {"aten::relu": 1},
        "problems": [],
        "log": "printed\n",
    }.items() <= report.items()
    assert set(report["seconds"]) == {"start", "load", "trace", "convert", "save"}
    assert report["mil_ops"]["relu"] == 1
    assert report["outputs"][0].keys() == {"name", "shape", "dtype"}
    stages = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert stages == ["start", "load", "trace", "convert", "save"]
    assert (folder / "Net.mlpackage" / "Manifest.json").is_file()


def test_an_obstacle_for_people_and_for_programs(folder: Path) -> None:
    shown = run(folder, "convert", "net.py::Blocked", "--input", "1,3", "--frontend", "trace")
    assert shown.returncode == 1
    assert "net.py:11:" in shown.stdout
    assert "11 |         return torch.special.i0e(x)" in shown.stdout
    assert "^^^" in shown.stdout
    assert "convert-failed: net.py::Blocked" in shown.stdout
    done = run(folder, *"convert net.py::Blocked --input 1,3 --frontend trace --output-format json".split())
    assert done.returncode == 1
    (problem,) = json.loads(done.stdout)["problems"]
    expected = {"severity", "stage", "op", "message", "path", "range", "symbol", "help", "stack"}
    assert expected <= problem.keys()
    assert (problem["op"], problem["path"], problem["symbol"]) == (
        "aten::special_i0e",
        "net.py",
        "Blocked.forward",
    )
    assert problem["range"]["start"]["line"] == 11
    assert problem["stack"] == [{"path": "net.py", "line": 11, "symbol": "Blocked.forward"}]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["net.py::Net"], "--input x=1,3,224,224"),
        (["net.py::Nett"], "has no 'Nett'"),
        (["missing.py"], "no such file"),
        (["net.py::Net", "--input", "x=big"], "whole numbers"),
        (["net.py::Net", "--input", "1,3", "-o", "a.mlmodel"], "a.mlpackage"),
        (["net.py::Net", "--input", "1,3", "--python", "/nowhere/python"], "no such interpreter"),
        (["net.py::Net", "--input", "1,3", "--python", "/bin/ls"], "is not a Python interpreter"),
    ],
)
def test_a_mistake_of_usage_is_one_line(folder: Path, arguments: list[str], says: str) -> None:
    done = run(folder, "convert", *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    message = done.stderr.strip().splitlines()[-1]
    assert says in message
    assert "Traceback" not in done.stderr


def test_a_timeout_is_an_answer(folder: Path) -> None:
    done = run(
        folder, "convert", "net.py::Hangs", "--input", "1,3", "--timeout", "0.5", "--output-format", "json"
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["outcome"] == "timeout"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing(folder: Path, number: signal.Signals) -> None:
    program = "from preflight_server.cli.main import main; main()"
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            program,
            "convert",
            "net.py::Hangs",
            "--input",
            "1,3",
            "--output-format",
            "json",
        ],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("trace:"):
            break
    workers = descendants(process.pid)
    assert len(workers) >= 2
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["outcome"] == "cancelled"
    assert [pid for pid in workers if alive(pid)] == []
    assert sorted(path.name for path in folder.iterdir()) == ["net.py"]
    assert left_behind(folder) == []


def descendants(parent: int) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != parent:
            try:
                fields = Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found += [int(entry), *descendants(int(entry))]
    return found


def alive(pid: int) -> bool:
    """A process that is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_doctor_converts_a_tiny_model(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--output-format", "json")
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert [check["name"] for check in found["checks"]] == [
        "python",
        "torch",
        "coremltools",
        "numpy",
        "conversion",
    ]
    assert list(tmp_path.iterdir()) == []


def test_doctor_refuses_what_is_no_interpreter(tmp_path: Path) -> None:
    done = run(tmp_path, "doctor", "--python", "/bin/ls")
    assert done.returncode == 2
    assert done.stderr.strip() == "error: /bin/ls is not a Python interpreter"
