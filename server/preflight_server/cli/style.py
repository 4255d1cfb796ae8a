"""Colour on terminals that want it, and text that does no harm to them."""

from __future__ import annotations

import os
from typing import IO, Any

from preflight_analyzers.findings import Severity

_COLOURS = {Severity.ERROR: "bright_red", Severity.WARNING: "yellow", Severity.INFO: "bright_cyan"}

# Control characters could redraw the terminal; bidirectional ones show code in another order than it runs.
_HARMFUL = [
    *(chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))),
    *(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
]


class Style:
    """Paints, or leaves the text as it is where no colour is wanted."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def bold(self, text: str) -> str:
        return self._paint(text, bold=True)

    def dim(self, text: str) -> str:
        return self._paint(text, fg="bright_blue")

    def good(self, text: str) -> str:
        return self._paint(text, fg="green")

    def severity(self, severity: Severity, text: str) -> str:
        return self._paint(text, fg=_COLOURS[severity], bold=True)

    def _paint(self, text: str, **how: Any) -> str:
        import click

        return click.style(text, **how) if self._colour else text


def wants_colour(stream: IO[str]) -> bool:
    """NO_COLOR and FORCE_COLOR decide, then whether the stream is a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") != "0":
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def harmless(text: str, keep: str = "") -> str:
    """The text with a sign for each character that would disturb a terminal, except those to ``keep``."""
    return text.translate({ord(sign): "\ufffd" for sign in _HARMFUL if sign not in keep})


def one_line(text: str) -> str:
    return harmless(" ".join(text.splitlines()))
