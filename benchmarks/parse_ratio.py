"""What a cold check of whole folders costs, beside parsing the same files with libcst and no more.

usage: python benchmarks/parse_ratio.py FOLDER...
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measuring import PREFLIGHT, report, seconds

from preflight_analyzers.discovery import find_files
from preflight_analyzers.settings import Settings

#: Parses every file that it is given a list of; what libcst can't read costs what it costs to find out.
PARSE = """
import sys
from pathlib import Path
import libcst
for name in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
    try:
        libcst.parse_module(Path(name).read_bytes())
    except Exception:
        pass
"""


def main() -> None:
    folders = sys.argv[1:]
    if not folders:
        sys.exit(__doc__)
    # The same files for both: those that `check` itself would find.
    found, _unreachable = find_files(folders, lambda _path: Settings())
    files = [file.path for file in found if file.path.endswith(".py")]
    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "files.txt"
        names.write_text("\n".join(files), encoding="utf-8")
        baseline = seconds([sys.executable, "-c", PARSE, str(names)])
    ours = seconds([PREFLIGHT, "check", "--no-cache", "--jobs", "1", *folders])
    print(f"{len(files)} files")
    report(("check --no-cache --jobs 1", ours), ("libcst.parse_module", baseline))


if __name__ == "__main__":
    main()
