"""What `coreml-preflight check` costs on one small file, beside merely importing libcst.

usage: python benchmarks/startup.py [FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path

from measuring import PREFLIGHT, interleaved_medians, report

ROUNDS = 10
EXAMPLE = Path(__file__).parents[1] / "examples" / "log10.py"


def main() -> None:
    file = sys.argv[1] if len(sys.argv) > 1 else str(EXAMPLE)
    # The cache would skip the very work that is measured.
    check = [PREFLIGHT, "check", "--no-cache", file]
    baseline = [sys.executable, "-c", "import libcst"]
    ours, theirs = interleaved_medians(check, baseline, ROUNDS)
    report((f"check --no-cache {Path(file).name}", ours), ("import libcst", theirs))


if __name__ == "__main__":
    main()
