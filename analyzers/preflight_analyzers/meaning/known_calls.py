"""How a call of something known runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.values import UNKNOWN, Arguments, Instance, Value

#: Of a function, and of a module that was made.
Run: TypeAlias = Callable[[Frame, ir.Expr, Arguments], Value]
ModuleRun: TypeAlias = Callable[[Frame, ir.Expr, Instance, Arguments], Value]


def first(arguments: Arguments) -> Value:
    return arguments.positional[0] if arguments.positional else UNKNOWN
