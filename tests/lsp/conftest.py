"""A language server in a process of its own, and a client that drives it as an editor does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

SERVER = [sys.executable, "-c", "from preflight_server.cli.main import main; main()", "server"]

DEFAULT_CLIENT = "visual-studio-code"

#: Only guards against a test that would hang for ever.
PATIENCE = 120


def _converter() -> Any:
    # lsprotocol takes a code action with a command for a bare command.
    converter = default_converter()
    converter.register_structure_hook(
        types.Command | types.CodeAction,
        lambda data, _: converter.structure(
            data, types.Command if isinstance(data.get("command"), str) else types.CodeAction
        ),
    )
    return converter


class Editor:
    """What a person at an editor does and sees; positions are the client's, from 0."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient(converter_factory=_converter)
        self.published: dict[str, types.PublishDiagnosticsParams] = {}
        self.refreshed_lenses = 0
        self.stopped = False
        self._news = asyncio.Condition()

        async def on_published(params: types.PublishDiagnosticsParams) -> None:
            async with self._news:
                self.published[params.uri] = params
                self._news.notify_all()

        def on_refresh(params: None) -> None:
            self.refreshed_lenses += 1

        features = {**DEFAULT_CLIENT_FEATURES, types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: on_published}
        register_lsp_features(self.client, features)
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
        self.client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(on_refresh)

    async def start(
        self, capabilities: types.ClientCapabilities, options: dict[str, Any] | None = None
    ) -> types.InitializeResult:
        await self.client.start_io(*SERVER)
        return await self.client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                initialization_options=options,
                workspace_folders=[types.WorkspaceFolder(self.folder.as_uri(), "project")],
            )
        )

    async def stop(self) -> None:
        if not self.stopped:
            self.stopped = True
            await self.client.shutdown_session()
            await self.client.stop()

    def open(self, text: str, name: str = "net.py", language: str = "python", saved: bool = True) -> str:
        path = self.folder / name
        if saved:
            path.write_bytes(text.encode())
        uri = path.as_uri()
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def replace(self, uri: str, text: str, version: int = 2) -> None:
        self.change(uri, types.TextDocumentContentChangeWholeDocument(text), version=version)

    def change(self, uri: str, *changes: Any, version: int = 2) -> None:
        document = types.VersionedTextDocumentIdentifier(version, uri)
        params = types.DidChangeTextDocumentParams(document, changes)
        self.client.text_document_did_change(params)

    async def sees(
        self,
        uri: str,
        version: int | None = None,
        until: Callable[[Sequence[types.Diagnostic]], bool] = lambda found: True,
    ) -> Sequence[types.Diagnostic]:
        """The diagnostics of that version of the document, as soon as they are ``until``."""

        def arrived() -> bool:
            params = self.published.get(uri)
            return (
                params is not None
                and (version is None or params.version == version)
                and until(params.diagnostics)
            )

        async with self._news:
            await asyncio.wait_for(self._news.wait_for(arrived), PATIENCE)
        return self.published[uri].diagnostics

    async def actions(
        self,
        uri: str,
        place: types.Range,
        diagnostics: Sequence[types.Diagnostic] = (),
        only: Sequence[str] | None = None,
    ) -> list[types.CodeAction]:
        context = types.CodeActionContext(list(diagnostics), only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), place, context)
        found = await self.client.text_document_code_action_async(params)
        return list(found or [])  # type: ignore[arg-type]

    async def lenses(self, uri: str) -> list[types.CodeLens]:
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        return list(await self.client.text_document_code_lens_async(params) or [])

    async def hover(self, uri: str, line: int, character: int) -> str | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(line, character))
        answer = await self.client.text_document_hover_async(params)
        return answer.contents.value if answer else None  # type: ignore[union-attr]

    async def run(self, command: str, *arguments: Any, token: str | None = None) -> Any:
        params = types.ExecuteCommandParams(command, list(arguments), token)
        return await self.client.workspace_execute_command_async(params)


StartEditor = Callable[..., Awaitable[Editor]]


@pytest_asyncio.fixture(loop_scope="module")
async def start_editor(tmp_path: Path) -> AsyncIterator[StartEditor]:
    """Starts an editor: by the name of a recorded client, or with given capabilities."""
    editors: list[Editor] = []

    async def start(
        capabilities: str | types.ClientCapabilities = DEFAULT_CLIENT, options: dict[str, Any] | None = None
    ) -> Editor:
        editor = Editor(tmp_path)
        editors.append(editor)
        if isinstance(capabilities, str):
            capabilities = client_capabilities(capabilities)
        await editor.start(capabilities, options)
        return editor

    yield start
    for editor in editors:
        await editor.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_editor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Editor]:
    editor = Editor(tmp_path_factory.mktemp("project"))
    await editor.start(client_capabilities(DEFAULT_CLIENT))
    yield editor
    await editor.stop()


@pytest.fixture
def editor(shared_editor: Editor, tmp_path: Path) -> Editor:
    """One editor for all tests of a file, in a folder of the test's own."""
    shared_editor.folder = tmp_path
    return shared_editor


@pytest.fixture
def apply_edit() -> Callable[[str, types.WorkspaceEdit, str], str]:
    """Applies the edit of one document to its text, counting in UTF-16 units."""

    def apply(text: str, edit: types.WorkspaceEdit, uri: str) -> str:
        edits = list((edit.changes or {}).get(uri, ()))
        for change in edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            if change.text_document.uri == uri:
                edits += change.edits  # type: ignore[arg-type]
        assert edits, f"nothing to change in {uri}"
        data = text.encode("utf-16-le")
        starts = [0]
        for line in text.splitlines(keepends=True):
            starts.append(starts[-1] + len(line.encode("utf-16-le")))

        def offset(position: types.Position) -> int:
            return starts[position.line] + 2 * position.character

        for item in sorted(edits, key=lambda item: offset(item.range.start), reverse=True):
            new = item.new_text.encode("utf-16-le")
            data = data[: offset(item.range.start)] + new + data[offset(item.range.end) :]
        return data.decode("utf-16-le")

    return apply
