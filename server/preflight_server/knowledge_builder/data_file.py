"""Writes the data file: the same bytes for the same facts, one API a line so that changes can be read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write(path: Path, data: dict[str, Any]) -> None:
    """Replace ``path`` whole; keys sorted, tables one entry a line, no spaces."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".partial")
    temporary.write_text(render(data), encoding="utf-8", newline="\n")
    os.replace(temporary, path)


def render(data: dict[str, Any]) -> str:
    sections = ",\n".join(f"{_dump(key)}:{_section(value)}" for key, value in sorted(data.items()))
    return f"{{\n{sections}\n}}\n"


def _section(value: Any) -> str:
    if isinstance(value, dict) and value:
        entries = ",\n".join(f"{_dump(key)}:{_dump(entry)}" for key, entry in sorted(value.items()))
        return f"{{\n{entries}\n}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(_dump(entry) for entry in value) + "\n]"
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
