"""Real Python files: the standard library and what is installed."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

#: Set to check all files, not a sample of them.
EVERYTHING = "PREFLIGHT_TEST_ALL_FILES"


def real_files(most: int) -> list[Path]:
    """At most so many files, spread evenly and always the same ones."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    files = sorted({path.resolve() for folder in folders for path in Path(folder).rglob("*.py")})
    if os.environ.get(EVERYTHING):
        return files
    return files[:: max(1, -(-len(files) // most))]
