"""Times of commands, measured side by side, so that a busy machine slows them all."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

from preflight_analyzers.discovery import find_files
from preflight_analyzers.settings import Settings

#: The command as it was installed for the interpreter that runs the benchmark.
PREFLIGHT = str(Path(sys.executable).with_name("coreml-preflight"))


#: Parses every file that it is given a list of; what libcst can't read costs what it costs to find out.
_PARSE = """
import sys
from pathlib import Path
import libcst
for name in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
    try:
        libcst.parse_module(Path(name).read_bytes())
    except Exception:
        pass
"""


def python_files(folders: Sequence[str]) -> list[str]:
    """Those that ``check`` itself finds."""
    found, _unreachable = find_files(folders, lambda _path: Settings())
    return [file.path for file in found if file.path.endswith(".py")]


@contextmanager
def parsing(files: Sequence[str]) -> Iterator[list[str]]:
    """The command that parses the files with libcst and does nothing more."""
    with NamedTemporaryFile("w", encoding="utf-8", suffix=".txt") as names:
        names.write("\n".join(files))
        names.flush()
        yield [sys.executable, "-c", _PARSE, names.name]


def seconds(command: Sequence[str]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    _run(command)
    return time.perf_counter() - start


def cpu_seconds(command: Sequence[str]) -> float:
    """The processor time of one run, that of its own processes included."""
    import resource

    def so_far() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    start = so_far()
    _run(command)
    return so_far() - start


def _run(command: Sequence[str]) -> None:
    """Exit code 1 is no failure: it says that ``check`` has findings."""
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if ended.returncode not in (0, 1):
        sys.exit(f"{' '.join(command[:5])} failed:\n{ended.stderr.decode(errors='replace')}")


def interleaved_medians(one: Sequence[str], other: Sequence[str], rounds: int) -> tuple[float, float]:
    """The median wall time of each command, in seconds, of ``rounds`` alternating runs after one warm-up."""
    seconds(one), seconds(other)
    pairs = [(seconds(one), seconds(other)) for _ in range(rounds)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def report(measured: tuple[str, float], baseline: tuple[str, float]) -> None:
    """Prints both times and their ratio; a time alone says little on another machine."""
    width = max(len(measured[0]), len(baseline[0]))
    for label, value in (measured, baseline):
        print(f"{label:<{width}}  {value:8.3f} s")
    print(f"{'ratio':<{width}}  {measured[1] / baseline[1]:8.2f}")
