"""``coremlPreflight.showOps``: what can be converted, as ``ops --output-format json`` says it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pygls.exceptions import JsonRpcInvalidParams

from preflight_analyzers.environment import default_coremltools
from preflight_analyzers.knowledge.reader import load
from preflight_analyzers.knowledge.search import SECTIONS, search
from preflight_analyzers.knowledge.versions import UnknownVersion

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer

COMMAND = "coremlPreflight.showOps"


def register(server: PreflightLanguageServer) -> None:
    @server.command(COMMAND)
    async def show_ops(*arguments: Any) -> dict[str, Any]:
        """Takes nothing or ``{pattern?, section?, coremltools?}``; ``section`` is torch, mil or nn."""
        given = arguments[0] if arguments else None
        given = {} if given is None else given
        if len(arguments) > 1 or not isinstance(given, Mapping):
            raise JsonRpcInvalidParams(f"{COMMAND} takes one object: {{pattern?, section?, coremltools?}}")
        for key, value in given.items():
            if key not in ("pattern", "section", "coremltools") or not isinstance(value, str | None):
                raise JsonRpcInvalidParams(f"{COMMAND}: {key} is unknown or not a text")
        section = given.get("section")
        if section and section not in SECTIONS:
            raise JsonRpcInvalidParams(f"{COMMAND}: section must be one of {', '.join(SECTIONS)}")
        sections = [section] if section else SECTIONS
        # Reading the data takes a moment in which nobody must wait for a keystroke.
        return await asyncio.to_thread(_found, given.get("pattern"), sections, given.get("coremltools"))


def _found(pattern: str | None, sections: Any, version: str | None) -> dict[str, Any]:
    try:
        knowledge = load(version or default_coremltools())
    except UnknownVersion as error:
        raise JsonRpcInvalidParams(f"{COMMAND}: {error}") from None
    return {
        "version": 1,
        "coremltools": knowledge.version,
        **search(knowledge, pattern or None, sections),
    }
