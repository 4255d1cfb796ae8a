"""The files that belong together: what an import leads to, each file read once."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.source.modules import Module, ModuleFinder
from preflight_analyzers.source.text import UnreadableSource, read_source

#: Characters of the files that are kept; the least recently used go first.
_MOST_TEXT = 12_000_000
#: Longer files are data, not models.
_LONGEST_FILE = 2_000_000


class Project:
    """Finds and reads modules. ``shown`` says how a file is called in what is reported."""

    def __init__(
        self, libraries: tuple[str, ...] = (), shown: Callable[[str], str] = lambda path: path
    ) -> None:
        self._finder = ModuleFinder(libraries)
        self._shown = shown
        self._units: OrderedDict[str, tuple[object, Unit]] = OrderedDict()
        self._size = 0
        #: Files that are open in an editor, with their text.
        self._open: dict[str, Unit] = {}
        #: Stamps of this round, so that a file is looked at once.
        self._stamps: dict[str, object] = {}
        #: Absolute paths that were looked at since `start`, existing or not.
        self.looked_at: set[str] = set()

    def start(self, *, again: bool = False) -> None:
        """Begin another analysis; ``again``: files may have changed since the last one."""
        self.looked_at = set()
        if again:
            self._finder.forget()
            self._stamps.clear()

    def find(self, importer: Unit, level: int, name: str) -> Module | None:
        """The module that an import in ``importer`` means; None where it isn't found or known by name."""
        if importer.file is None:
            return None
        search = self._finder.find(importer.file, level, name)
        self.looked_at.update(search.looked_at)
        return search.module

    def lacks(self, importer: Unit, name: str) -> bool:
        """Whether an import in ``importer`` surely fails, as the module isn't installed."""
        if importer.file is None:
            return False
        lacks, looked_at = self._finder.lacks(importer.file, name)
        self.looked_at.update(looked_at)
        return lacks

    def submodule(self, package: Module, name: str) -> Module | None:
        search = self._finder.submodule(package, name)
        self.looked_at.update(search.looked_at)
        return search.module

    def unit(self, path: str) -> Unit | None:
        """The file as it is now; None where it can't be read."""
        self.looked_at.add(path)
        opened = self._open.get(path)
        if opened is not None:
            return opened
        stamp = self.stamp(path)
        known = self._units.get(path)
        if known is not None and known[0] == stamp:
            self._units.move_to_end(path)
            return known[1]
        unit = self._read(path)
        if unit is not None:
            self._keep(path, stamp, unit)
        return unit

    def take(self, text: str, path: str) -> Unit:
        """A file whose text is at hand; what imports it reads it no more."""
        file = os.path.abspath(path)
        known = self._units.get(file)
        if known is not None and known[1].text == text and known[1].path == path:
            return known[1]
        unit = Unit(text, path, file=file)
        if os.path.isfile(file):
            self._keep(file, self.stamp(file), unit)
        return unit

    def open(self, unit: Unit) -> None:
        """Have a file as an editor shows it; it is updated where it is."""
        if unit.file is not None:
            self._open[unit.file] = unit

    def close(self, unit: Unit) -> None:
        """Have a file as it lies on the disk again."""
        if unit.file is not None:
            self._open.pop(unit.file, None)

    def stamp(self, path: str) -> object:
        """Differs whenever the file does."""
        opened = self._open.get(path)
        if opened is not None:
            return opened.version
        stamp = self._stamps.get(path)
        if stamp is None:
            stamp = self._stamps[path] = _stamp(path)
        return stamp

    def _keep(self, path: str, stamp: object, unit: Unit) -> None:
        known = self._units.pop(path, None)
        self._size += len(unit.text) - (len(known[1].text) if known is not None else 0)
        self._units[path] = (stamp, unit)
        while self._size > _MOST_TEXT and len(self._units) > 1:
            _, (_, old) = self._units.popitem(last=False)
            self._size -= len(old.text)

    def _read(self, path: str) -> Unit | None:
        try:
            if os.path.getsize(path) > _LONGEST_FILE:
                return None
            text = read_source(Path(path))
        except (OSError, UnreadableSource):
            return None
        return Unit(text, self._shown(path), file=path)


def _stamp(path: str) -> object:
    try:
        status = os.stat(path)
    except OSError:
        return ()
    return (status.st_size, status.st_mtime_ns)
