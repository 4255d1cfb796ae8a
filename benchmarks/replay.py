"""Types into real files and holds every answer against a fresh check of the same text.

Usage: python benchmarks/replay.py [--edits N] [--seed N] FILE...

Edits are random: characters, brackets and quotes typed, lines and whole classes pasted, spans deleted,
undone. What the analysis keeps from the text before must not show: findings and verdicts have to be those
of a check that knows nothing. Exits with 1 if they ever differ, or if a check raises.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path
from statistics import median

from preflight_analyzers.check import Checker, CheckOptions, check_source
from preflight_analyzers.environment import installed_packages
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.selection import Selection

EVERYTHING = Selection(select=("ALL",))
TYPED = (
    *"()[]{}:,.=\"'#\\\n\t @_x1é😀",
    '"""',
    "    ",
    "self.",
    "return ",
    "if x.sum() > 0:\n",
    "else:\n",
    "import torch\n",
    "x = torch.special.bessel_j0(x)\n",
    "len(x)",
    "x.shape[0] > 1",
    "def f(self, x):\n        return x\n",
    "@property\n",
    "class A(nn.Module):\n    def forward(self, x):\n        return torch.special.bessel_j0(x)\n",
    "# preflight: ignore\n",
    "# noqa: CML201",
    "torch.jit.trace(",
    "\r\n",
)


def edited(text: str, original: str, chosen: random.Random) -> str:
    """The text after one more edit."""
    what, place = chosen.random(), chosen.randrange(len(text) + 1)
    if what < 0.5:
        return text[:place] + chosen.choice(TYPED) + text[place:]
    if what < 0.75:
        return text[:place] + text[place + chosen.choice((1, 1, 1, 5, 40, 200)) :]
    if what < 0.9:
        lines = text.splitlines(keepends=True) or [""]
        first, to = chosen.randrange(len(lines)), chosen.randrange(len(lines))
        return "".join([*lines[:to], *lines[first : first + chosen.randrange(1, 30)], *lines[to:]])
    return original


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    libraries = installed_packages()
    wrong = 0
    times: list[float] = []
    for number in range(given.edits):
        path = given.files[number * len(given.files) // given.edits]
        if number == 0 or path != given.files[(number - 1) * len(given.files) // given.edits]:
            chosen = random.Random(f"{given.seed} {path}")
            text = original = path.read_text(encoding="utf-8")
            checker = Checker(Project(libraries))
        before, text = text, edited(text, original, chosen)
        start = time.perf_counter()
        again = checker.check(text, str(path), CheckOptions(), EVERYTHING)
        times.append(time.perf_counter() - start)
        fresh = check_source(text, str(path), CheckOptions(), EVERYTHING, Project(libraries))
        if (again.findings, again.modules) != (fresh.findings, fresh.modules):
            wrong += 1
            print(f"{path}: edit {number} differs from a fresh check")
            for name, content in (("before", before), ("after", text)):
                Path(f"replay-{number}-{name}.txt").write_text(content, encoding="utf-8")
    print(f"{given.edits} edits, {wrong} differ; median {1000 * median(times):.1f} ms")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
