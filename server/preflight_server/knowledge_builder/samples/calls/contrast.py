"""Calls of which it is known beforehand whether they convert; a test runs them all."""

from __future__ import annotations

from ..handwritten import Call, Calls


class Contrast:
    """What converts beside what fails, for the builder to find what makes the difference."""

    def __init__(self) -> None:
        self.converts = Calls()
        self.fails = Calls()

    @property
    def calls(self) -> list[Call]:
        return [*self.converts.calls, *self.fails.calls]
