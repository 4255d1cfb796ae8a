"""Obstacles and warnings in the form in which they are reported, one a place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .sources import Place


class Problems:
    """Collects problems; the same one at the same place is counted, not repeated."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}

    def add(
        self,
        severity: str,
        stage: str,
        message: str,
        *,
        op: str | None = None,
        place: Place | None = None,
        help: str | None = None,
    ) -> None:
        key = (severity, op, message if op is None else None, place and (place.path, place.span))
        known = self._found.get(key)
        if known is not None:
            known["count"] += 1
            return
        self._found[key] = {
            "severity": severity,
            "stage": stage,
            "op": op,
            "message": message,
            "path": place.path if place else None,
            "span": list(place.span) if place else None,
            "symbol": place.symbol if place else None,
            "help": help,
            "stack": [list(step) for step in place.stack] if place else [],
            "count": 1,
        }

    def drop(self, unwanted: Callable[[dict[str, Any]], bool]) -> None:
        self._found = {key: found for key, found in self._found.items() if not unwanted(found)}

    @property
    def blocking(self) -> bool:
        return any(found["severity"] == "error" for found in self._found.values())

    def as_list(self) -> list[dict[str, Any]]:
        """Errors first, then in the order in which they were found."""
        rank = {"error": 0, "warning": 1, "info": 2}
        return sorted(self._found.values(), key=lambda found: rank[found["severity"]])
