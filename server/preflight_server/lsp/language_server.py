"""The server object: its state, and what joins the features."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import FeatureRequestError, JsonRpcException, JsonRpcInternalError
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from preflight_analyzers.check import CheckOptions
from preflight_analyzers.knowledge.versions import UnknownVersion
from preflight_analyzers.selection import Selection, UnknownRule
from preflight_analyzers.settings import InvalidSettings
from preflight_server import __version__

from .checks import Checked, Checks
from .configuration import Configuration
from .conversions import Conversions
from .documents import Documents
from .log import log_error, log_info, log_warning
from .programs import Program, program_of
from .protocol import PreflightProtocol
from .publisher import Publisher

_logger = logging.getLogger(__name__)

NOTEBOOKS = types.NotebookDocumentSyncOptions(
    notebook_selector=[
        types.NotebookDocumentFilterWithCells(
            notebook="jupyter-notebook", cells=[types.NotebookCellLanguage(language="python")]
        )
    ],
    save=True,
)


class PreflightLanguageServer(LanguageServer):
    protocol: PreflightProtocol

    def __init__(self) -> None:
        super().__init__(
            "coreml-preflight",
            __version__,
            notebook_document_sync=NOTEBOOKS,
            protocol_cls=PreflightProtocol,
            converter_factory=default_converter,
        )
        self.configuration = Configuration()
        self.startup_complaints: list[str] = []
        self.conversions = Conversions()
        #: What was told in the log and need not be told again with every keystroke.
        self._told: set[str] = set()
        self.publisher = Publisher(self)
        self.checks = Checks(
            find=self.program,
            configure=self._configure,
            generation=lambda: self.configuration.generation,
            on_checked=self._on_checked,
            on_skipped=self._on_skipped,
            on_error=lambda program, error: log_error(self, f"checking {program.path} failed", error),
        )

    @property
    def documents(self) -> Documents:
        documents = self.workspace
        assert isinstance(documents, Documents)
        return documents

    def program(self, uri: str) -> Program | None:
        """The open program to which the document or notebook belongs; None if nothing is to be checked."""
        return program_of(self.documents, uri)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log what pygls would show in a popup; answer what could not even be parsed."""
        if source is JsonRpcInternalError:
            # Sending failed: another message would fail as well.
            _logger.error("a message could not be sent", exc_info=error)
        elif source is JsonRpcException:
            self.protocol.refuse_unparsed(error)
        elif source is not FeatureRequestError or isinstance(error, JsonRpcInternalError):
            log_error(self, f"an error in answering a client's message: {error}", error)

    def refresh_code_lenses(self) -> None:
        if get_capability(self.client_capabilities, "workspace.code_lens.refresh_support", False):
            self.workspace_code_lens_refresh(None)

    def _configure(self, path: str) -> tuple[CheckOptions, Selection]:
        try:
            return self.configuration.of(path)
        except (InvalidSettings, UnknownRule, UnknownVersion) as error:
            if self._is_news(f"{path}: {error}"):
                log_warning(self, f"{path} is checked with the default settings: {error}")
            return CheckOptions(), Selection()

    def _on_skipped(self, program: Program, reason: str) -> None:
        if self._is_news(program.uri):
            log_info(self, f"{program.path} is not checked: {reason}")

    def _is_news(self, what: str) -> bool:
        is_news = what not in self._told
        self._told.add(what)
        return is_news

    def _on_checked(self, checked: Checked) -> None:
        self.publisher.publish(checked)
