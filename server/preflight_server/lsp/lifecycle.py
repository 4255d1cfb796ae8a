"""The end of the server: nothing that it has started outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


def register(server: PreflightLanguageServer) -> None:
    @server.feature(types.SHUTDOWN)
    async def shutdown(*_: Any) -> None:
        await server.conversions.restart()
        server.checks.close()
