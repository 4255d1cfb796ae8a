from __future__ import annotations

import asyncio
from typing import Any

from preflight_server.lsp.server import create_server

URI = "file:///net.py"


class Sink:
    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


async def test_nothing_is_kept_of_messages_that_are_done() -> None:
    server = create_server()
    server.protocol.set_writer(Sink())

    def receive(method: str, params: Any, **id: int) -> None:
        server.protocol.handle_message({"jsonrpc": "2.0", "method": method, "params": params, **id})

    receive("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    item = {"uri": URI, "languageId": "python", "version": 1, "text": ""}
    receive("textDocument/didOpen", {"textDocument": item})
    for version in range(2, 30):
        document = {"uri": URI, "version": version}
        change = {"textDocument": document, "contentChanges": [{"text": f"x = {version}\n"}]}
        receive("textDocument/didChange", change)
        place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}}
        receive("textDocument/hover", place, id=version)

    async def all_done() -> None:
        while server.protocol._request_futures:
            await asyncio.sleep(0.01)

    # Only guards against a test that would hang for ever.
    await asyncio.wait_for(all_done(), 60)
    server.checks.close()
