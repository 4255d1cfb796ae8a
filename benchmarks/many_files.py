"""Checks many files at once: how long it takes, what goes wrong, and how much memory a process takes.

usage: python benchmarks/many_files.py FOLDER... [-- OPTION...]

OPTIONs are those of ``check``.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

from measuring import PREFLIGHT, python_files

#: How ``check`` begins the line on a file that it can't cope with.
INTERNAL_ERROR = "error: internal error in "


def main() -> None:
    folders, options = sys.argv[1:], []
    if "--" in folders:
        cut = folders.index("--")
        folders, options = folders[:cut], folders[cut + 1 :]
    if not folders:
        sys.exit(__doc__)
    command = [PREFLIGHT, "check", "--exit-zero", "--no-cache", "--statistics", *options, *folders]
    start = time.perf_counter()
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    elapsed = time.perf_counter() - start
    complaints = ended.stderr.splitlines()
    broken = [line for line in complaints if line.startswith(INTERNAL_ERROR)]
    # The largest of the processes, on Linux in KiB, on macOS in bytes.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"{len(python_files(folders)):10,} files")
    print(f"{elapsed:10,.1f} s")
    print(f"{len(broken):10,} internal errors")
    print(f"{peak / 1e6:10,.0f} MB at most in a process")
    print(*broken, sep="\n", end="\n" if broken else "")
    others = [line for line in complaints if line not in broken and not line.startswith("warning: ")]
    if others or ended.returncode not in (0, 2):
        sys.exit("\n".join([f"exit code {ended.returncode}", *others[-20:]]))


if __name__ == "__main__":
    main()
