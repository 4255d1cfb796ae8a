"""How often the linter's verdict on a call of torch is that of the real converter.

Every sample that the knowledge was built from is a small program; its text is linted, and the errors are held
against what happened when it was traced and converted. With --held-out the conditions are learned anew from a
half of each API's samples, and only the other half is judged: what the linter makes of calls it never saw.
Where it claims that a sample converts to something else, the converted program is evaluated.

Usage: python benchmarks/agreement.py [--held-out] [--database] [--cache FOLDER] [--list FILE] [--jobs N]

    --held-out   judge only samples that nothing was learned from
    --database   only samples of PyTorch's OpInfo and ModuleInfo, none that was written by hand
    --cache      where `coreml-preflight knowledge build` keeps its rows, if not in its own place
    --list       write the disagreements to this file

APIs are split in two halves by a hash of their names; disagreements are listed of the first half only, so
that the second stays unseen by whoever works on the rules.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from really_wrong import computes_something_else

from preflight_analyzers.check import check_source
from preflight_analyzers.findings import Severity
from preflight_analyzers.knowledge.conditions import ConditionTable, table_of
from preflight_analyzers.knowledge.reader import load
from preflight_server.knowledge_builder.build import live_facts, statuses_of
from preflight_server.knowledge_builder.cache import RowCache, default_folder
from preflight_server.knowledge_builder.derive_conditions import learned_conditions
from preflight_server.knowledge_builder.rows import CONVERTS, CRASH, TIMEOUT, UNTRACEABLE, Row
from preflight_server.knowledge_builder.spelling import TRACED

_FAILS, _CONVERTS, _WRONG = "fails to convert", "converts correctly", "computes something else"


class Judged(NamedTuple):
    row: Row
    #: Consequences of the errors found, and their messages.
    consequences: tuple[str, ...]
    messages: tuple[str, ...]

    @property
    def half(self) -> int:
        return hashlib.sha256(self.row.api.encode()).digest()[0] % 2

    #: Whether it converts and computes something else; asked only where that is claimed.
    wrong: bool = False

    @property
    def outcome(self) -> str:
        if self.row.outcome != CONVERTS:
            return _FAILS
        return _WRONG if self.wrong else _CONVERTS


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("--database", action="store_true")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    rows = _built_rows(given.cache)
    usable = [row for row in rows if _is_usable(row) and not (given.database and _is_handwritten(row))]
    if not usable:
        sys.exit("no samples: run 'coreml-preflight knowledge build' first, or say where with --cache")
    table = None
    if given.held_out:
        statuses, signatures = statuses_of(rows), live_facts()["signatures"]
        known = [row for row in rows if not _is_held_out(row)]
        table = table_of(learned_conditions(known, signatures, statuses, given.jobs))
        usable = [row for row in usable if _is_held_out(row)]
    with ProcessPoolExecutor(given.jobs, initializer=_use, initargs=(table,)) as processes:
        judged = list(processes.map(judge, usable, chunksize=100))
        claimed = [one for one in judged if one.outcome == _CONVERTS and "wrong-result" in one.consequences]
        verified = dict(zip(map(id, claimed), processes.map(verify, claimed), strict=True))
        judged = [verified.get(id(one), one) for one in judged]
    for half, name in ((0, "first half"), (1, "second half")):
        _print(name, [one for one in judged if one.half == half])
    if given.list is not None:
        given.list.write_text("".join(_disagreements(one for one in judged if one.half == 0)))


def judge(row: Row) -> Judged:
    errors = [
        finding
        for finding in check_source((row.source or "") + TRACED, "sample.py").findings
        if finding.severity is Severity.ERROR
    ]
    return Judged(
        row,
        tuple(sorted({finding.consequence.value for finding in errors})),
        tuple(f"{finding.code} {finding.message}" for finding in errors),
    )


def verify(claimed: Judged) -> Judged:
    return claimed._replace(wrong=computes_something_else(claimed.row.source or ""))


def _built_rows(cache: Path | None) -> list[Row]:
    knowledge = load()
    versions = f"coremltools-{knowledge.version}-torch-{knowledge.torch_version}"
    return RowCache(cache or default_folder(versions)).rows()


def _is_held_out(row: Row) -> bool:
    """Half of the samples, with their variants."""
    return hashlib.sha256(row.sample.split(" | ")[0].encode()).digest()[0] % 2 == 1


def _use(table: dict[str, Any] | None) -> None:
    """Lint with these conditions instead of the ones that ship."""
    if table is not None:
        load().use_conditions(ConditionTable(table))


def _is_usable(row: Row) -> bool:
    """Whether it is a call of an API as it stands, and its outcome the converter's."""
    return (
        row.frontend == "trace"
        and row.source is not None
        and row.api.startswith("torch.")
        and row.outcome not in (UNTRACEABLE, TIMEOUT, CRASH)
        and not row.is_experiment
    )


def _is_handwritten(row: Row) -> bool:
    return row.sample.startswith(("hand:", "edge:"))


def _print(name: str, judged: list[Judged]) -> None:
    """A confusion matrix, and the two shares that matter."""
    cells = Counter((one.outcome, " + ".join(one.consequences) or "no error") for one in judged)
    print(f"{name}: {len(judged)} samples of {len({one.row.api for one in judged})} APIs")
    for outcome in (_FAILS, _CONVERTS, _WRONG):
        total = sum(count for (one, _), count in cells.items() if one == outcome)
        flagged = total - cells[outcome, "no error"]
        print(f"  {outcome:<23} {total:6}   flagged {flagged:6} ({100 * flagged / max(total, 1):.2f}%)")
        for (one, verdict), count in sorted(cells.items()):
            if one == outcome:
                print(f"      {verdict:<30} {count:6}")


def _disagreements(judged: Iterable[Judged]) -> Iterator[str]:
    for one in judged:
        if one.outcome == _FAILS and not one.messages:
            why = ", ".join(one.row.missing) or one.row.error
            yield f"missed\t{one.row.api}\t{one.row.sample}\t{why}\n"
        elif one.outcome == _CONVERTS and one.messages:
            yield f"false\t{one.row.api}\t{one.row.sample}\t{'; '.join(one.messages)}\n"


if __name__ == "__main__":
    main()
