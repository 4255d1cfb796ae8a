"""Operators for which the code being read registers a converter of its own."""

from __future__ import annotations

import re

_REGISTERED = re.compile(
    r"@(?:[\w.]+\.)?register_torch_op\b"
    r"(?P<arguments>[^\n]*(?:\n(?!\s*(?:def|@)\b)[^\n]*)*)"
    r"\n\s*def\s+(?P<name>\w+)"
)
_TEXT = re.compile(r"[\"'](\w[\w:.]*)[\"']")


def registered_ops(text: str) -> frozenset[str]:
    """Names of functions under ``@register_torch_op``, and their aliases."""
    if "register_torch_op" not in text:
        return frozenset()
    found: set[str] = set()
    for match in _REGISTERED.finditer(text):
        found.add(match["name"])
        found.update(_TEXT.findall(match["arguments"]))
    return frozenset(found)
