"""What holds for each file: its pyproject.toml, and the command line, which goes before it."""

from __future__ import annotations

import os
from typing import NamedTuple

from preflight_analyzers.findings import Severity
from preflight_analyzers.selection import Selection, Wishes, selection_for
from preflight_analyzers.settings import Settings, SettingsFinder


class Policy(NamedTuple):
    selection: Selection
    coremltools: str
    frontend: str
    #: The least severity that makes the run fail.
    fail_on: Severity


class Policies:
    """``coremltools``, ``frontend`` and ``fail_on`` are None where the command line is silent."""

    def __init__(
        self,
        wishes: Wishes,
        coremltools: str | None,
        frontend: str | None,
        fail_on: Severity | None,
    ) -> None:
        self._wishes = wishes
        self._coremltools = coremltools
        self._frontend = frontend
        self._fail_on = fail_on
        self._finder = SettingsFinder()
        self._by_folder: dict[str, Settings] = {}
        self._by_settings: dict[int, Policy] = {}
        self._default_version: str | None = None

    def settings_of(self, folder: str) -> Settings:
        """Raises InvalidSettings."""
        return self._finder.of(folder)

    def of(self, path: str) -> Policy:
        """Raises InvalidSettings, UnknownRule or UnknownVersion."""
        folder = os.path.dirname(path)
        settings = self._by_folder.get(folder)
        if settings is None:
            settings = self._by_folder[folder] = self.settings_of(folder)
        if settings.per_file_ignores:
            return self._policy(path, settings)
        # Files of one project share theirs. The finder keeps the settings alive, so ids stay unique.
        if id(settings) not in self._by_settings:
            self._by_settings[id(settings)] = self._policy(path, settings)
        return self._by_settings[id(settings)]

    def _policy(self, path: str, settings: Settings) -> Policy:
        return Policy(
            selection=selection_for(path, settings, self._wishes),
            coremltools=self._version(settings),
            frontend=self._frontend or settings.frontend,
            fail_on=self._fail_on or settings.fail_on,
        )

    def _version(self, settings: Settings) -> str:
        from preflight_analyzers.knowledge.versions import UnknownVersion, resolve_version

        if self._coremltools is not None:
            return resolve_version(self._coremltools)
        if settings.coremltools is not None:
            try:
                return resolve_version(settings.coremltools)
            except UnknownVersion as error:
                where = os.path.join(settings.root or "", "pyproject.toml")
                raise UnknownVersion(f"{where}: tool.coreml-preflight.coremltools: {error}") from None
        if self._default_version is None:
            from preflight_analyzers.environment import default_coremltools

            self._default_version = default_coremltools()
        return self._default_version
