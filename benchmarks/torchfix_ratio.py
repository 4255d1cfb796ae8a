"""What a cold check of whole folders costs, beside TorchFix and beside parsing the same files with libcst.

usage: python benchmarks/torchfix_ratio.py TORCHFIX FOLDER...

TORCHFIX is the command ``torchfix`` of an environment of its own. The times are processor times, medians of
three rounds.
"""

from __future__ import annotations

import sys
from statistics import median

from measuring import PREFLIGHT, cpu_seconds, parsing, python_files, report

ROUNDS = 3


def main() -> None:
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    torchfix, *folders = sys.argv[1:]
    files = python_files(folders)
    ours: list[float] = []
    parses: list[float] = []
    theirs: list[float] = []
    with parsing(files) as parse:
        for _ in range(ROUNDS):
            ours.append(cpu_seconds([PREFLIGHT, "check", "--no-cache", "--jobs", "1", *folders]))
            parses.append(cpu_seconds(parse))
            theirs.append(cpu_seconds([torchfix, "--jobs", "1", *files]))
    print(f"{len(files)} files")
    checked = ("check --no-cache --jobs 1", median(ours))
    report(checked, ("libcst.parse_module", median(parses)))
    report(checked, ("torchfix --jobs 1", median(theirs)))


if __name__ == "__main__":
    main()
