"""Raw rows outside the repository, so that a build can be stopped and taken up again."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import defaultdict
from pathlib import Path

from platformdirs import user_cache_path

from .rows import Row

#: A change of these makes old rows worthless.
_SOURCES = (
    "case.py",
    "literals.py",
    "probe.py",
    "worker.py",
    "writing.py",
    "samples/opinfo.py",
    "samples/moduleinfo.py",
)


def default_folder(versions: str) -> Path:
    """The folder for rows made by these versions of torch and coremltools and by this builder."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        digest.update(Path(__file__).parent.joinpath(source).read_bytes())
    folder = user_cache_path("coreml-preflight") / "knowledge"
    return folder / f"{versions}-{digest.hexdigest()[:12]}"


class RowCache:
    """Rows appended to one JSON-lines file; safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "rows.jsonl"
        self._lock = threading.Lock()
        self._rows: dict[str, dict[tuple[str, str], Row]] = defaultdict(dict)
        if self._path.exists():
            text = self._path.read_text()
            if text and not text.endswith("\n"):
                # Cut off when a build was stopped: what is added must not continue that line.
                with self._path.open("a") as file:
                    file.write("\n")
            for line in text.splitlines():
                try:
                    row = Row.from_json(json.loads(line))
                except ValueError:
                    continue
                self._rows[row.api][row.sample, row.frontend] = row

    def done(self, api: str) -> set[tuple[str, str]]:
        with self._lock:
            return set(self._rows.get(api, ()))

    def keep(self, row: Row) -> None:
        with self._lock:
            self._rows[row.api][row.sample, row.frontend] = row
            with self._path.open("a") as file:
                file.write(json.dumps(row.as_json()) + "\n")

    def rows(self) -> list[Row]:
        with self._lock:
            return [row for rows in self._rows.values() for row in rows.values()]
