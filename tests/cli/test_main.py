"""The command as a process: what it imports, how it ends, what it says to wrong usage."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from preflight_server import __version__

NET = """\
import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return np.sqrt(x)
"""

#: What a check of one small file must not cost. Each is big, or starts something.
HEAVY = {
    "torch",
    "coremltools",
    "numpy",
    "pygls",
    "lsprotocol",
    "asyncio",
    "rich",
    "pathspec",
    "multiprocessing",
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "net.py").write_text(NET)
    return tmp_path


def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "preflight_server", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, **options)  # type: ignore


def modules_after(*arguments: str) -> set[str]:
    """What a run has imported: full names, and those of the top level."""
    command = [sys.executable, "-X", "importtime", "-m", "preflight_server", *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    names = re.findall(r"^import time:.*\|\s+([\w.]+)$", done.stderr, re.M)
    assert "preflight_server.cli.main" in names
    return {*names, *(name.split(".")[0] for name in names)}


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"coreml-preflight {__version__}\n")


def test_the_installed_command_is_the_same() -> None:
    command = Path(sys.executable).with_name("coreml-preflight")
    done = subprocess.run([command, "--version"], capture_output=True, encoding="utf-8", timeout=120)
    assert done.stdout == f"coreml-preflight {__version__}\n"


def test_help_names_every_command_but_the_hidden_and_imports_none() -> None:
    done = run("--help")
    commands = [
        line.split()[0] for line in done.stdout.partition("Commands:")[2].splitlines() if line.strip()
    ]
    assert commands == ["check", "convert", "ops", "rule", "server", "doctor"]
    assert not modules_after("--help") & (HEAVY | {"libcst"})


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["chek"], "no such command 'chek'; did you mean `check`?"),
        (["net.py"], "no such command 'net.py'; to check it, run `coreml-preflight check net.py`"),
        (["nonsense"], "no such command 'nonsense'; `coreml-preflight --help` lists them"),
        (["check", "--fi"], "No such option"),
        (["server", "--tcp", "nowhere"], "'nowhere' is not HOST:PORT, like 127.0.0.1:2087."),
        (["server", "--tcp", "127.0.0.1:99999"], "'127.0.0.1:99999' is not HOST:PORT"),
        (["server", "--stdio", "--tcp", "127.0.0.1:1"], "--stdio and --tcp exclude each other"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], complaint: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_check_imports_nothing_heavy() -> None:
    first = modules_after("check", "net.py")
    assert "preflight_analyzers.meaning.lowering_ast" in first
    assert not first & HEAVY


def test_a_check_of_an_unchanged_file_does_not_even_import_the_parser() -> None:
    done = run("check", "net.py")
    parser = {"libcst", "preflight_analyzers.meaning.lowering_ast"}
    assert not modules_after("check", "net.py") & (HEAVY | parser)
    assert run("check", "net.py").stdout == done.stdout
    assert parser & modules_after("check", "--no-cache", "net.py")


def test_a_real_finding() -> None:
    done = run("check", "net.py", "--output-format", "json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    (finding,) = document["findings"]
    assert (finding["name"], finding["range"]["start"]) == ("numpy-on-tensor", {"line": 8, "column": 16})
    (module,) = document["modules"]
    assert (module["class"], module["line"]) == ("Net", 6)


def test_a_real_fix() -> None:
    done = run("check", "net.py", "--fix")
    assert (done.returncode, done.stdout) == (0, "Fixed 1 finding; nothing is left.\n")
    assert Path("net.py").read_text() == NET.replace("np.sqrt", "torch.sqrt")


def test_several_processes_say_the_same_as_one() -> None:
    for number in range(20):
        Path(f"net{number}.py").write_text("\n" * number + NET)
    one, two = (run("check", "--no-cache", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.stdout.count("CML101") == 21
    assert one.stdout == two.stdout


def test_runs_at_the_same_time_share_the_cache_in_peace() -> None:
    for number in range(20):
        Path(f"net{number}.py").write_text("\n" * number + NET)
    command = [sys.executable, "-m", "preflight_server", "check"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    answers = [process.communicate(timeout=120) for process in runs]
    assert {out.count(b"error") + out.count(b"warning CML101") for out, _ in answers} == {21}
    assert {err for _, err in answers} == {b""}


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_a_closed_pipe_is_quiet() -> None:
    Path("many.py").write_text(NET + "".join(f"        np.sqrt(x + {number})\n" for number in range(400)))
    command = f"{shlex.quote(sys.executable)} -m preflight_server check many.py --no-cache | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, encoding="utf-8", timeout=120)
    assert done.stdout.startswith("many.py:8:16: ")
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_quietly(jobs: str) -> None:
    os.mkfifo("waits.py")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "preflight_server",
            "check",
            "waits.py",
            "net.py",
            "--no-cache",
            "--jobs",
            jobs,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    # Opens as soon as the other side reads, which then waits for us.
    with open("waits.py", "wb"):
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_a_full_disk_is_one_line() -> None:
    command = f"{shlex.quote(sys.executable)} -m preflight_server check net.py > /dev/full"
    done = subprocess.run(["sh", "-c", command], capture_output=True, encoding="utf-8", timeout=120)
    assert (done.returncode, done.stderr) == (
        2,
        "error: the output can't be written (No space left on device)\n",
    )


def test_what_the_terminals_encoding_lacks_is_escaped() -> None:
    Path("net.py").write_text(NET.replace("np.sqrt(x)", "np.sqrt(x)  # \u6f22"), encoding="utf-8")
    done = run("check", "net.py", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 1
    assert r"np.sqrt(x)  # \u6f22" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text")
def test_a_path_that_is_no_text() -> None:
    name = os.fsencode("net-") + b"\xff.py"
    Path(os.fsdecode(name)).write_text(NET)
    for output_format in ("full", "concise", "json", "sarif", "github", "gitlab", "junit"):
        done = run("check", "--output-format", output_format)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr


def test_rules_are_listed_and_explained() -> None:
    done = run("rule")
    assert "CML101  numpy-on-tensor " in done.stdout
    page = run("rule", "numpy-on-tensor").stdout
    assert page.startswith("# numpy-on-tensor (CML101)\n\n")
    assert page == run("rule", "cml101").stdout
    assert "## Use instead\n\n```python\n" in page
    document = json.loads(run("rule", "CML101", "--output-format", "json").stdout)
    assert (document["code"], document["consequence"]) == ("CML101", "frozen")
    assert document in json.loads(run("rule", "--output-format", "json").stdout)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("nmpy-on-tensr", "error: unknown rule 'nmpy-on-tensr' (did you mean numpy-on-tensor?)\n"),
        ("CML1", "error: 'CML1' is a family of rules; `coreml-preflight rule` lists them\n"),
        ("CML101,CML102", "error: 'CML101,CML102' names more or less than one rule\n"),
    ],
)
def test_what_is_no_rule_is_one_line(name: str, complaint: str) -> None:
    done = run("rule", name)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", complaint)
