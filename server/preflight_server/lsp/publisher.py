"""Sends diagnostics to the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from .checks import Checked
from .diagnostics import by_part
from .documents import key_of
from .findings_elsewhere import FindingsElsewhere

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


class Publisher:
    """Sends diagnostics: those of the analysis, and beside them those of conversions."""

    def __init__(self, server: PreflightLanguageServer) -> None:
        self._server = server
        self._static: dict[str, list[types.Diagnostic]] = {}
        self.elsewhere = FindingsElsewhere(server)

    def publish(self, checked: Checked) -> None:
        for uri, diagnostics in by_part(checked).items():
            part = checked.program.part_of(uri)
            self._static[key_of(uri)] = diagnostics
            self._send(uri, part.version if part else None)
        self._publish_elsewhere(self.elsewhere.update(checked, checked.program.uri))

    def _publish_elsewhere(self, uris: list[str]) -> None:
        for uri in uris:
            document = self._server.documents.find(uri)
            self._send(uri, document.version if document else None)

    def publish_conversion(self, uri: str) -> None:
        """What conversions say about this document has changed."""
        document = self._server.documents.find(uri)
        self._send(document.uri if document else uri, document.version if document else None)

    def clear(self, uri: str) -> None:
        """The document was closed."""
        self._static.pop(key_of(uri), None)
        self._server.conversions.forget(uri)
        self._send(uri, None)
        self._publish_elsewhere(self.elsewhere.update(None, uri))

    def of(self, uri: str) -> list[types.Diagnostic]:
        own = self._static.get(key_of(uri), [])
        return [*own, *self.elsewhere.of(uri, own), *self._server.conversions.diagnostics(uri)]

    def _send(self, uri: str, version: int | None) -> None:
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=uri, diagnostics=self.of(uri), version=version)
        )
