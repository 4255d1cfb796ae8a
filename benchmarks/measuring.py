"""Wall times of two commands, measured side by side, so that a busy machine slows both."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

#: The command as it was installed for the interpreter that runs the benchmark.
PREFLIGHT = str(Path(sys.executable).with_name("coreml-preflight"))


def seconds(command: Sequence[str]) -> float:
    """The wall time of one run. Exit code 1 is no failure: it says that ``check`` has findings."""
    start = time.perf_counter()
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    elapsed = time.perf_counter() - start
    if ended.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} failed:\n{ended.stderr.decode(errors='replace')}")
    return elapsed


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
