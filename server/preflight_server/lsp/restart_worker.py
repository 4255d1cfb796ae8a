"""``coremlPreflight.restartWorker``: after a change of the environment, or when a conversion hangs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer

COMMAND = "coremlPreflight.restartWorker"


def register(server: PreflightLanguageServer) -> None:
    @server.command(COMMAND)
    async def restart_worker(*arguments: Any) -> dict[str, int]:
        """Gives the number of conversions that were cancelled by it."""
        return {"cancelled": await server.conversions.restart()}
