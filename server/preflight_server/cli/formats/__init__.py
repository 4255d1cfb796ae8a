"""One file an output format; each has ``render(results, view) -> str``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from preflight_server.cli.results import Results, View

Renderer = Callable[[Results, View], str]

FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit")

#: Formats that people read.
TEXT_FORMATS = ("full", "concise")

#: Formats that can show ``--statistics``.
COUNTING_FORMATS = (*TEXT_FORMATS, "json")


def renderer(name: str) -> Renderer:
    module = import_module(f"preflight_server.cli.formats.{name}")
    render: Renderer = module.render
    return render
