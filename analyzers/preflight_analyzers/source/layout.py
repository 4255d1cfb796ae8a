"""How a project lies around a folder: its packages, its top, its src folders."""

from __future__ import annotations

import os

#: Above a folder with one of these no modules of the project are looked for.
_TOP_OF_PROJECT = (".git", "pyproject.toml", "setup.py", "setup.cfg", "environment.yml")
_MOST_LEVELS = 8


def top_folder(folder: str) -> str:
    """The folder that holds the outermost package around ``folder``; itself where it is no package."""
    return Layout().top_folder(folder)


class Layout:
    """Looks at each folder once; begin another where they may have changed."""

    def __init__(self) -> None:
        self._here = os.getcwd()
        self._tops: dict[str, str] = {}
        self._ways: dict[str, tuple[str, ...] | None] = {}
        self._sources: dict[str, tuple[str, ...]] = {}

    def top_folder(self, folder: str) -> str:
        """As the function."""
        known = self._tops.get(folder)
        if known is None:
            above = os.path.dirname(folder)
            is_package = above != folder and os.path.isfile(os.path.join(folder, "__init__.py"))
            known = self._tops[folder] = self.top_folder(above) if is_package else folder
        return known

    def project(self, folder: str) -> tuple[str, ...]:
        """``folder`` and those above, up to the top of the project, then the src folders in them.

        Where nothing marks the top, only the working folder is above.
        """
        way = self._way(folder)
        if way is None or len(way) > _MOST_LEVELS:
            is_here = os.path.join(folder, "").startswith(os.path.join(self._here, ""))
            way = (folder, self._here) if is_here else (folder,)
        return (*way, *(source for one in way for source in self._source_in(one)))

    def _way(self, folder: str) -> tuple[str, ...] | None:
        """Up to the top of the project, if there is one."""
        if folder not in self._ways:
            above = os.path.dirname(folder)
            if any(os.path.exists(os.path.join(folder, mark)) for mark in _TOP_OF_PROJECT):
                self._ways[folder] = (folder,)
            else:
                rest = self._way(above) if above != folder else None
                self._ways[folder] = None if rest is None else (folder, *rest)
        return self._ways[folder]

    def _source_in(self, folder: str) -> tuple[str, ...]:
        known = self._sources.get(folder)
        if known is None:
            source = os.path.join(folder, "src")
            known = self._sources[folder] = (source,) if os.path.isdir(source) else ()
        return known
