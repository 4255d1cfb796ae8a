"""What a check costs where nothing has changed since the last one, beside ruff reading all of the files.

usage: python benchmarks/warm.py FOLDER...
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from measuring import PREFLIGHT, interleaved_medians, python_files, report, seconds

ROUNDS = 15


def main() -> None:
    folders = sys.argv[1:]
    if not folders:
        sys.exit(__doc__)
    print(f"{len(python_files(folders))} files")
    check = [PREFLIGHT, "check", *folders]
    ruff = [str(Path(sys.executable).with_name("ruff")), "check", "--no-cache", *folders]
    with tempfile.TemporaryDirectory() as caches:
        os.environ["XDG_CACHE_HOME"] = caches  # a cold run first, wherever that is heeded
        cold = seconds(check)
        ours, theirs = interleaved_medians(check, ruff, ROUNDS)
    print(f"(the first check: {cold:.3f} s)")
    report(("check", ours), ("ruff check --no-cache", theirs))


if __name__ == "__main__":
    main()
