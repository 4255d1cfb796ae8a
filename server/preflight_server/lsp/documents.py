"""Open documents, with lines as LSP and Python count them.

pygls breaks lines like ``str.splitlines``, so a form feed or U+2028 would shift every line below it.
"""

from __future__ import annotations

import io

from lsprotocol import types
from pygls.workspace import PositionCodec, TextDocument, Workspace


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of ``text`` with their ends; only \\n, \\r\\n and \\r end a line.

    The last line has no end, so ``"a\\n"`` has two lines and a position after the text is on the last one.
    """
    lines = io.StringIO(text, newline="").readlines()
    if not lines or lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return tuple(lines)


def code_point(line: str, units: int, codec: PositionCodec) -> int:
    """The code-point index of a client's ``units`` in ``line``, never past the end of its text."""
    text = line.rstrip("\r\n")
    if text.isascii():
        return min(units, len(text))
    if units >= codec.client_num_units(text):
        return len(text)
    return codec.position_from_client_units([text], types.Position(0, units)).character


def client_units(line: str, index: int, codec: PositionCodec) -> int:
    """The client's units before the code point ``index`` of ``line``."""
    before = line[:index]
    return len(before) if before.isascii() else codec.client_num_units(before)


class Document(TextDocument):
    """A text document whose ``revision`` grows with every change, whatever version the client claims."""

    revision = 0
    _split: tuple[str, tuple[str, ...]] | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        source = self.source
        if self._split is None or self._split[0] is not source:
            self._split = (source, split_lines(source))
        return self._split[1]

    def offset(self, position: types.Position) -> int:
        """The index in ``source`` of a client's position; one outside the text is the nearest inside."""
        lines = self.lines
        if position.line >= len(lines):
            return len(self.source)
        before = sum(map(len, lines[: position.line]))
        return before + code_point(lines[position.line], position.character, self.position_codec)

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        if isinstance(change, types.TextDocumentContentChangePartial):
            start, end = sorted((self.offset(change.range.start), self.offset(change.range.end)))
            self._source = self.source[:start] + change.text + self.source[end:]
        else:
            self._source = change.text
        self.revision += 1


class Documents(Workspace):
    """The workspace of pygls, holding :class:`Document` objects."""

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> Document:
        return Document(
            doc_uri,
            source=source,
            version=version,
            language_id=language_id,
            position_codec=self.position_codec,
        )

    def find(self, uri: str) -> Document | None:
        """The open document of this address; None if it isn't open."""
        document = self.text_documents.get(key_of(uri))
        assert document is None or isinstance(document, Document)
        return document


def key_of(uri: str) -> str:
    """What a document is found by: clients differ in what they escape."""
    from urllib.parse import unquote

    return unquote(uri)
