"""Converters for operators that coremltools lacks: source that was run, to put before ``ct.convert``."""

from __future__ import annotations

from functools import cache

from .op_kinds import registry_key
from .reader import Knowledge, read_data


@cache
def _sources() -> dict[str, str]:
    sources: dict[str, str] = read_data("composites.json")
    return sources


def composites(knowledge: Knowledge) -> dict[str, str]:
    """Sources by registry name, of what this version has no converter for."""
    return {name: source for name, source in _sources().items() if name not in knowledge.torch_ops}


def composite(kind: str) -> str | None:
    """The source for ``"aten::scatter_reduce"``; None where none is known."""
    return _sources().get(registry_key(kind))
