"""Holds what the linter says of a package's lines against what happened on them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

#: Errors that a conversion that goes well refutes.
_REFUTABLE = ("trace-fails", "convert-fails")
_TESTED = ("converts", "convert-fails", "trace-fails")

#: How a line fails, the surest first.
_KINDS = ("missing op", "rejected", "trace", "behind")

Line = tuple[str, int]


class Findings:
    """What ``check`` finds in a folder, by file."""

    def __init__(self, folder: Path, name: str, *options: str) -> None:
        command = [sys.executable, "-m", "preflight_server", "check", "--output-format", "json", "--no-cache"]
        target = folder / name if (folder / name).is_dir() else folder / f"{name}.py"
        run = subprocess.run([*command, *options, str(target)], capture_output=True, text=True, check=False)
        if run.returncode not in (0, 1):
            sys.exit(f"check fails on {name}: {run.stderr}")
        self._by_path: dict[str, list[dict[str, Any]]] = {}
        for finding in json.loads(run.stdout)["findings"]:
            path = Path(finding["path"])
            relative = str(path.resolve().relative_to(folder.resolve()))
            self._by_path.setdefault(relative, []).append(finding)

    def on(self, path: str, line: int, end_line: int | None = None) -> list[dict[str, Any]]:
        """The findings whose range meets the lines."""
        return [
            finding
            for finding in self._by_path.get(path, ())
            if finding["range"]["start"]["line"] <= (end_line or line)
            and line <= finding["range"]["end"]["line"]
        ]

    def errors(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, findings in self._by_path.items():
            for finding in findings:
                if finding["severity"] == "error":
                    yield path, finding


class Compared(NamedTuple):
    counts: Counter[str]
    #: Misses and false errors, a line each.
    disagreements: list[str]


def compare(rows: list[dict[str, Any]], folder: Path, name: str) -> Compared:
    plain, everything = Findings(folder, name), Findings(folder, name, "--select", "ALL")
    counts: Counter[str] = Counter(row["outcome"] for row in rows)
    tested = [row for row in rows if row["outcome"] in _TESTED]
    counts["tested"] = len(tested)
    listed = [
        *_recall(tested, plain, counts),
        *_false(tested, plain, counts),
        *_warnings(tested, plain, everything, counts),
    ]
    return Compared(counts, [f"{name}\t{one}" for one in listed])


def _recall(rows: list[dict[str, Any]], plain: Findings, counts: Counter[str]) -> Iterator[str]:
    """Lines on which a conversion failed, each once, with the surest that is known of it."""
    lines: dict[Line, tuple[str, dict[str, Any], str]] = {}
    for row in rows:
        for number, failure in enumerate(row["failures"]):
            if failure["path"] is None:
                counts["failures nowhere"] += 1
                continue
            key, kind = (failure["path"], failure["line"]), _kind(failure, number)
            if key not in lines or _KINDS.index(kind) < _KINDS.index(lines[key][0]):
                lines[key] = kind, failure, row["class"]
    for kind, failure, cls in lines.values():
        counts[f"lines {kind}"] += 1
        found = plain.on(failure["path"], failure["line"], failure["end_line"])
        if any(finding["severity"] == "error" for finding in found):
            counts[f"found {kind}"] += 1
        else:
            where = f"{failure['path']}:{failure['line']}"
            yield f"missed\t{kind}\t{where}\t{failure['op']}\t{failure['message']}\t{cls}"


def _kind(failure: dict[str, Any], number: int) -> str:
    """A use that is rejected behind another obstacle may be so because of what stood in for that one."""
    if failure["stage"] == "trace-fails":
        return "trace"
    if failure["missing"]:
        return "missing op"
    return "behind" if number else "rejected"


def _false(rows: list[dict[str, Any]], plain: Findings, counts: Counter[str]) -> Iterator[str]:
    """Errors on lines that ran in modules that convert."""
    errors = [(path, one) for path, one in plain.errors() if one["consequence"] in _REFUTABLE]
    for row in rows:
        if row["outcome"] != "converts":
            continue
        ran = {path: set(lines) for path, lines in row["ran"].items()}
        wrong = [(path, one) for path, one in errors if _ran(path, one["range"], ran)]
        if not wrong:
            continue
        counts["modules with a false error"] += 1
        led = [(path, one) for path, one in wrong if _all_ran(one["reached_from"] or (), ran)]
        counts["modules with a false error whose calls ran"] += bool(led)
        for path, finding in wrong:
            where = f"{path}:{finding['range']['start']['line']}"
            how = "its calls ran" if (path, finding) in led else "other calls lead to it"
            yield f"false\t{finding['code']}\t{where}\t{how}\t{finding['message']}\t{row['class']}"


def _ran(path: str, span: dict[str, Any], ran: dict[str, set[int]]) -> bool:
    lines = ran.get(path, set())
    return any(line in lines for line in range(span["start"]["line"], span["end"]["line"] + 1))


def _all_ran(frames: Iterable[dict[str, Any]], ran: dict[str, set[int]]) -> bool:
    """Whether the module that ran has the calls that the error is about."""
    return all(
        any(frame["path"].endswith("/" + path) and frame["line"] in lines for path, lines in ran.items())
        for frame in frames
    )


def _warnings(
    rows: list[dict[str, Any]], plain: Findings, everything: Findings, counts: Counter[str]
) -> Iterator[str]:
    """Lines on which torch warns, each once with the worst that it freezes there."""
    worst: dict[Line, tuple[int, dict[str, Any], str]] = {}
    order = ("constant", "size", "unknown", "data")
    for row in rows:
        for frozen in row["frozen"]:
            key = frozen["path"], frozen["line"]
            rank = order.index(frozen["origin"])
            if key not in worst or worst[key][0] < rank:
                worst[key] = rank, frozen, row["class"]
    for (path, line), (_, frozen, cls) in worst.items():
        origin = frozen["origin"]
        counts[f"warned {origin}"] += 1
        found = bool(_frozen_ones(everything.on(path, line)))
        shown = bool(_frozen_ones(plain.on(path, line)))
        counts[f"warned and found {origin}"] += found
        counts[f"warned and shown {origin}"] += shown
        if not found:
            yield f"unwarned\t{origin}\t{path}:{line}\t{frozen['message'][:60]}\t{cls}"
        if shown and origin in ("constant", "size"):
            yield f"shown\t{origin}\t{path}:{line}\t{frozen['message'][:60]}\t{cls}"


def _frozen_ones(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that say what a TracerWarning says."""
    return [one for one in findings if one["consequence"] in ("frozen", "trace-fails")]


def report(name: str, counts: Counter[str]) -> str:
    """The three figures, and what they are made of."""

    def share(part: str, whole: str, kinds: Iterable[str]) -> str:
        return _share(
            sum(counts[f"{part} {one}"] for one in kinds), sum(counts[f"{whole} {one}"] for one in kinds)
        )

    def lines(*kinds: str) -> str:
        return share("found", "lines", kinds)

    wrong, led = "modules with a false error", "modules with a false error whose calls ran"
    lost = counts["timeout or crash"] + counts["harness fails"]
    harmless, harmful = ("constant", "size"), ("unknown", "data")
    return "\n".join(
        [
            f"{name}: {counts['tested']} modules: {counts['converts']} convert, "
            f"{counts['convert-fails']} fail to, {counts['trace-fails']} fail to trace "
            f"({counts['not constructed']} not constructed, {counts['no inputs found']} without inputs, "
            f"{lost} lost)",
            f"  failing lines with an error   {lines('missing op', 'rejected')}"
            f"   missing op {lines('missing op')}   rejected {lines('rejected')}   trace {lines('trace')}"
            f"   behind another {lines('behind')}",
            f"  converting with a false error {_share(counts[wrong], counts['converts'])}"
            f"   whose calls ran {_share(counts[led], counts['converts'])}",
            f"  TracerWarnings found          {share('warned and found', 'warned', (*harmless, *harmful))}"
            f"   harmful {share('warned and found', 'warned', harmful)}"
            f"   harmless shown {share('warned and shown', 'warned', harmless)}",
        ]
    )


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.1f}%)" if whole else "0/0"
