"""What a cold check of whole folders costs, beside parsing the same files with libcst and no more.

usage: python benchmarks/parse_ratio.py FOLDER...
"""

from __future__ import annotations

import sys

from measuring import PREFLIGHT, parsing, python_files, report, seconds


def main() -> None:
    folders = sys.argv[1:]
    if not folders:
        sys.exit(__doc__)
    files = python_files(folders)
    with parsing(files) as parse:
        baseline = seconds(parse)
    ours = seconds([PREFLIGHT, "check", "--no-cache", "--jobs", "1", *folders])
    print(f"{len(files)} files")
    report(("check --no-cache --jobs 1", ours), ("libcst.parse_module", baseline))


if __name__ == "__main__":
    main()
