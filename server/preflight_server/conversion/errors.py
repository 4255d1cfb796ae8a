"""What stops a conversion before it can fail on a line of the user's code.

Each message is one line that says what to do; the command line exits with 2.
"""

from __future__ import annotations

from pathlib import Path

from .inputs import InputSpec


class UsageError(Exception):
    """The request can't be carried out as it was made."""


class NeedsInputs(UsageError):
    """The shapes of the inputs are known from nowhere; ``guess`` is what the first layer suggests."""

    def __init__(self, message: str, parameters: tuple[str, ...], guess: tuple[InputSpec, ...]) -> None:
        super().__init__(message)
        self.parameters = parameters
        self.guess = guess


class OutputExists(UsageError):
    """Something stands at ``path``, where the model would be saved."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} exists already: add --overwrite to replace it, or choose -o")
        self.path = path


class UnfitInterpreter(UsageError):
    """The interpreter can't convert: it isn't Python, or torch and coremltools are missing or don't fit."""
