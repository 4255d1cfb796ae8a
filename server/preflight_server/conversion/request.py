"""What is to be converted, from what, and whereto."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .inputs import InputSpec

#: The stages of a conversion, in order.
STAGES = ("start", "load", "trace", "convert", "save")

FRONTENDS = ("auto", "trace", "export")


class Progress(NamedTuple):
    """Where a conversion stands; ``fraction`` is of the whole, from 0 to 1."""

    stage: str
    fraction: float
    message: str


@dataclass(frozen=True)
class ConversionRequest:
    #: ``FILE.py::EXPR``, or ``FILE.py`` where it holds one thing to convert.
    target: str
    #: In the order of forward's parameters; empty: taken from the recipe.
    inputs: tuple[InputSpec, ...] = ()
    #: The model file; None: the target's name in ``folder``.
    output: str | None = None
    frontend: str = "auto"
    #: The interpreter that has torch and coremltools; None: the running one.
    python: str | None = None
    #: Seconds for the whole conversion; None: no limit.
    timeout: float | None = None
    overwrite: bool = False
    #: Bytes of data that the conversion may hold (on Linux); None: as much as the machine has.
    memory: int | None = None
    #: Relative paths count from here, and the user's code runs here.
    folder: Path = field(default_factory=Path.cwd)
