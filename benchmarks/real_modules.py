"""What real modules do when they are traced and converted, beside what `check` said of their lines before.

`truth` makes the nn.Module classes of installed packages, finds inputs for them, traces and converts them,
and keeps what happened on which line. `compare` checks the packages' files and prints three figures.

Usage: python benchmarks/real_modules.py truth --keep FOLDER --site SITE [--at-most N] PACKAGE...
       python benchmarks/real_modules.py compare --keep FOLDER --site SITE [--list FILE] PACKAGE...

    --keep       the folder of the results, a file a package; `truth` goes on where it was stopped
    --site       the folder that the packages are installed in
    --at-most    a sample of so many classes of each package
    --list       write misses and false errors to this file, of the packages that --worked-on names only
    --worked-on  packages, with commas between
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from zoo.compare import compare, report


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("action", choices=("truth", "compare"))
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--at-most", type=int)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--worked-on", default="")
    given = parser.parse_args()
    given.keep.mkdir(parents=True, exist_ok=True)
    if given.action == "truth":
        for package in given.packages:
            _harvest(package, given.site, given.keep, given.at_most)
        return
    total: Counter[str] = Counter()
    disagreements: list[str] = []
    for package in given.packages:
        compared = compare(_rows(given.keep, package), given.site, package)
        print(report(package, compared.counts), flush=True)
        total += compared.counts
        if package in given.worked_on.split(","):
            disagreements += compared.disagreements
    print(report("all", total))
    if given.list is not None:
        given.list.write_text("".join(f"{one}\n" for one in disagreements))


def _harvest(package: str, site: Path, keep: Path, at_most: int | None) -> None:
    # Here, for torch and coremltools take their time and comparing needs neither.
    from zoo.classes import module_classes, name_of
    from zoo.observing import Package
    from zoo.running import truth_of

    if str(site) not in sys.path:
        sys.path.insert(0, str(site))
    known = {row["class"] for row in _rows(keep, package)}
    owner = Package(site, package)
    with _file(keep, package).open("a") as file:
        for cls in module_classes(package, at_most):
            if name_of(cls) not in known:
                row = truth_of(cls, owner, package)
                print(f"{package}\t{row['class']}\t{row['outcome']}", flush=True)
                file.write(json.dumps(row) + "\n")
                file.flush()


def _rows(keep: Path, package: str) -> list[dict[str, Any]]:
    file = _file(keep, package)
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def _file(keep: Path, package: str) -> Path:
    return keep / f"{package}.jsonl"


if __name__ == "__main__":
    main()
