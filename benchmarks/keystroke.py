"""How long an edit inside one method takes to become findings, beside libcst's parse of the whole file.

Usage: python benchmarks/keystroke.py FILE [EDITS]

Every edit puts a line into the body of a method: ten in a row in one method, then in another. The analysis
keeps what the edit doesn't touch, as the language server does.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path
from statistics import median, quantiles

import libcst

from preflight_analyzers.check import Checker, CheckOptions
from preflight_analyzers.environment import installed_packages
from preflight_analyzers.garbage import collect_less
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.selection import Selection
from preflight_analyzers.source.blocks import Block, cut

_TYPED = ("x = x + 1\n", "y = self.", "return torch.special.bessel_j0(x)\n", "pass\n", "# as before\n")


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    path, edits = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 200
    text = path.read_text(encoding="utf-8")
    methods = [block for block in cut(text) if block.kind == "member" and block.keyword == "def"]
    if not methods:
        sys.exit(f"{path}: no class with a method in it")
    collect_less(50_000)  # as the language server does
    checker = Checker(Project(installed_packages()))
    chosen = random.Random(0)
    opened = _seconds(checker, text, path)
    times: list[float] = []
    parses: list[float] = []
    method = methods[0]
    for number in range(edits):
        if number % 10 == 0:  # some edits in a row, then the cursor goes elsewhere
            method = chosen.choice(methods)
            _seconds(checker, text, path)
        times.append(_seconds(checker, _edited(text, method, chosen), path))
        if number % 10 == 0:
            start = time.perf_counter()
            libcst.parse_module(text)
            parses.append(time.perf_counter() - start)
    p95 = quantiles(times, n=20)[-1]
    parse = median(parses)
    print(f"{path.name}: {text.count(chr(10))} lines, {len(methods)} methods, {edits} edits")
    print(f"opening           {1000 * opened:8.1f} ms")
    print(f"an edit, median   {1000 * median(times):8.1f} ms")
    print(f"an edit, p95      {1000 * p95:8.1f} ms")
    print(f"parse_module      {1000 * parse:8.1f} ms")
    print(f"ratio of p95      {p95 / parse:8.3f}")


def _edited(text: str, method: Block, chosen: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    number = chosen.randrange(method.statement_line, method.last_line + 1)  # below the line with the ``def``
    line = lines[min(number, len(lines) - 1)]
    indent = line[: len(line) - len(line.lstrip())] or "        "
    typed = chosen.choice(_TYPED)
    lines.insert(number, indent + typed if typed.endswith("\n") else f"{indent}{typed}\n")
    return "".join(lines)


def _seconds(checker: Checker, text: str, path: Path) -> float:
    start = time.perf_counter()
    checker.check(text, str(path), CheckOptions(), Selection())
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
