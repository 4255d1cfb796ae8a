"""The converter's words as they ship: without the names of the nodes at hand, and not too many of them."""

from __future__ import annotations

import re

_LONGEST = 120
_CHANGES = (
    # Op "cast_0" (op_type: cast) Input x="complex_0" expects ... -> cast: input x expects ...
    (re.compile(r'Op "[^"]*" \(op_type: (\w+)\) Input (\w+)="[^"]*"'), r"\1: input \2"),
    (re.compile(r"In op, of type (\w+), named [^,]*, the named input"), r"\1: input"),
    (re.compile(r"<class '(?:\w+\.)*(\w+)\.<locals>\.\w+'>"), r"\1"),
    (re.compile(r"<class '(?:\w+\.)*(\w+)'>"), r"\1"),
    (re.compile(r" node \d+"), " node"),
    (re.compile(r"\bnode \d+ "), "node "),
    (re.compile(r"Layer \"[^\"]*\", with type"), "a layer of type"),
    (re.compile(r"Torch var \w+ not found"), "Torch var not found"),
)


def shortened(error: str | None) -> str | None:
    if error is None:
        return None
    for pattern, words in _CHANGES:
        error = pattern.sub(words, error)
    return error if len(error) <= _LONGEST else f"{error[: _LONGEST - 3].rstrip()}..."
