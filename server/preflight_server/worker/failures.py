"""Why a stage ended early."""

from __future__ import annotations

from typing import Any

#: Some libraries put whole state dicts into a message.
_LONGEST = 800


class StageFailed(Exception):
    """The stage's problems are already collected; the ladder stops here."""


class Refused(Exception):
    """The request itself is at fault (an unknown name, inputs that don't fit)."""

    def __init__(self, message: str, question: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        #: Set where the inputs' shapes are missing: forward's parameters and a guess.
        self.question = question


def describe(error: BaseException) -> str:
    """``ValueError: the message``, on one line."""
    text = " ".join(str(error).split())
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + " ..."
    name = type(error).__name__
    return f"{name}: {text}" if text else name
