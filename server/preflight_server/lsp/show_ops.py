"""``coremlPreflight.showOps``: what can be converted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


def register(server: PreflightLanguageServer) -> None:
    pass
