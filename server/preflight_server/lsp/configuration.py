"""What the client and the pyproject.toml of a file say about how to check and convert it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from preflight_analyzers.check import CheckOptions
from preflight_analyzers.environment import default_coremltools
from preflight_analyzers.findings import Severity
from preflight_analyzers.knowledge.versions import resolve_version
from preflight_analyzers.selection import (
    NEURAL_ENGINE,
    Selection,
    UnknownRule,
    Wishes,
    parse_selectors,
    selection_for,
)
from preflight_analyzers.settings import FRONTENDS, SettingsFinder

from .log import log_warning

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer

SECTION = "coremlPreflight"


class EditorSettings(NamedTuple):
    """The ``coremlPreflight`` section of the client; what is unset here is left to pyproject.toml."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = {}
    coremltools: str | None = None
    frontend: str | None = None
    neural_engine: bool = False


def read_editor_settings(section: object) -> tuple[EditorSettings, list[str]]:
    """The usable part of a client's settings, and a line for each thing in it that isn't usable."""
    if not isinstance(section, Mapping):
        return EditorSettings(), [] if section is None else [f"{SECTION} must be an object"]
    complaints: list[str] = []

    def selectors(key: str) -> tuple[str, ...]:
        value = section.get(key) or ()
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            complaints.append(f"{SECTION}.{key} must be a list of rules")
            return ()
        known: list[str] = []
        for item in value:
            try:
                known += parse_selectors([item])
            except UnknownRule as error:
                complaints.append(f"{SECTION}.{key}: {error}")
        return tuple(known)

    severity: dict[str, Severity] = {}
    levels = section.get("severity") or {}
    for selector, level in levels.items() if isinstance(levels, Mapping) else ():
        try:
            severity.update(dict.fromkeys(parse_selectors([str(selector)]), Severity(level)))
        except ValueError as error:
            complaints.append(f"{SECTION}.severity: {error}")
    coremltools, frontend = section.get("coremltools"), section.get("frontend")
    if frontend and frontend not in FRONTENDS:
        complaints.append(f"{SECTION}.frontend must be {' or '.join(FRONTENDS)}, not {frontend!r}")
        frontend = None
    settings = EditorSettings(
        select=selectors("select"),
        ignore=selectors("ignore"),
        severity=severity,
        coremltools=coremltools if isinstance(coremltools, str) and coremltools else None,
        frontend=frontend or None,
        neural_engine=section.get("neuralEngine") is True,
    )
    return settings, complaints


class Configuration:
    """Everything that was configured; ``generation`` grows whenever anything of it may have changed."""

    def __init__(self) -> None:
        self.generation = 0
        #: Conversions run user code: never where the client says that it doesn't trust the workspace.
        self.trusted = True
        #: The Python that converts; None: the server's own.
        self.interpreter: str | None = None
        self._editor = EditorSettings()
        self._finder = SettingsFinder()

    def initialize(self, options: object) -> list[str]:
        """Take ``initializationOptions``; gives a line for each thing that can't be used."""
        if not isinstance(options, Mapping):
            return []
        self.take_environment(options)
        return self.take_editor_settings(options.get("settings"))

    def take_environment(self, given: Mapping[str, Any]) -> None:
        """Take ``trusted`` and ``interpreter`` where they are given."""
        if "trusted" in given:
            self.trusted = given["trusted"] is not False
        if "interpreter" in given:
            interpreter = given["interpreter"]
            self.interpreter = interpreter if isinstance(interpreter, str) and interpreter else None

    def take_editor_settings(self, section: object) -> list[str]:
        self._editor, complaints = read_editor_settings(section)
        self.generation += 1
        return complaints

    def forget_projects(self) -> None:
        """Read every pyproject.toml anew."""
        self._finder = SettingsFinder()
        self.generation += 1

    def of(self, path: str) -> tuple[CheckOptions, Selection]:
        """How to check the file.

        Raises InvalidSettings, UnknownRule or UnknownVersion where the settings are wrong.
        """
        editor = self._editor
        project = self._finder.of(os.path.dirname(path) or ".")
        wishes = Wishes(
            select=editor.select or None,
            extend_select=(NEURAL_ENGINE,) if editor.neural_engine else (),
            ignore=editor.ignore,
            severity=editor.severity,
        )
        version = editor.coremltools or project.coremltools
        options = CheckOptions(
            coremltools=resolve_version(version) if version else default_coremltools(),
            frontend=editor.frontend or project.frontend,
        )
        return options, selection_for(path, project, wishes)


def register(server: PreflightLanguageServer) -> None:
    configuration = server.configuration

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.startup_complaints = configuration.initialize(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        for complaint in server.startup_complaints:
            log_warning(server, complaint)
        await _watch_projects(server)
        await pull()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        given = params.settings if isinstance(params.settings, Mapping) else {}
        configuration.take_environment(given)
        if SECTION in given:
            take(given[SECTION])
        else:
            await pull()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        configuration.forget_projects()
        server.checks.recheck_all()

    async def pull() -> None:
        """Ask the client for its settings, if it answers such questions."""
        if not get_capability(server.client_capabilities, "workspace.configuration", False):
            return
        item = types.ConfigurationItem(section=SECTION)
        try:
            answer = await server.workspace_configuration_async(types.ConfigurationParams([item]))
        except JsonRpcException as error:
            log_warning(server, f"the client's settings could not be read: {error}")
            return
        if answer and answer[0] is not None:
            take(answer[0])

    def take(section: Any) -> None:
        for complaint in configuration.take_editor_settings(section):
            log_warning(server, complaint)
        server.checks.recheck_all()


async def _watch_projects(server: PreflightLanguageServer) -> None:
    capability = "workspace.did_change_watched_files.dynamic_registration"
    if not get_capability(server.client_capabilities, capability, False):
        return
    watcher = types.FileSystemWatcher(glob_pattern="**/pyproject.toml")
    registration = types.Registration(
        id="coreml-preflight-pyproject",
        method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
        register_options=types.DidChangeWatchedFilesRegistrationOptions([watcher]),
    )
    try:
        await server.client_register_capability_async(types.RegistrationParams([registration]))
    except JsonRpcException as error:
        log_warning(server, f"changes of pyproject.toml go unnoticed, the client can't watch it: {error}")
