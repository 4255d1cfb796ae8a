"""What came of a conversion, as the command line and the editors show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: Outcomes; all but the first mean that there is no new model.
OUTCOMES = (
    "converted",
    "load-failed",
    "trace-failed",
    "convert-failed",
    "save-failed",
    "timeout",
    "cancelled",
    "crashed",
)


class Feature(NamedTuple):
    """An input or output of the converted model."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    def as_dict(self) -> dict[str, Any]:
        return {"name": self.name, "shape": list(self.shape), "dtype": self.dtype}


class StackFrame(NamedTuple):
    path: str
    line: int
    symbol: str

    def as_dict(self) -> dict[str, Any]:
        return {"path": self.path, "line": self.line, "symbol": self.symbol}


class Span(NamedTuple):
    """1-based lines and code-point columns, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def as_dict(self) -> dict[str, Any]:
        return {
            "start": {"line": self.line, "column": self.column},
            "end": {"line": self.end_line, "column": self.end_column},
        }


class Problem(NamedTuple):
    """One obstacle or warning; ``path`` and ``span`` are None where no line is to blame."""

    severity: str  # "error", "warning" or "info"
    stage: str
    message: str
    op: str | None = None
    path: str | None = None
    span: Span | None = None
    symbol: str | None = None
    help: str | None = None
    #: The calls that led there, outermost first.
    stack: tuple[StackFrame, ...] = ()
    #: How often the same place was met.
    times: int = 1

    def as_dict(self) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "stage": self.stage,
            "op": self.op,
            "message": self.message,
            "path": self.path,
            "range": self.span.as_dict() if self.span else None,
            "symbol": self.symbol,
            "help": self.help,
            "stack": [frame.as_dict() for frame in self.stack],
            "count": self.times,
        }


@dataclass(frozen=True)
class ConversionReport:
    target: str
    outcome: str
    #: The frontend that was used: "trace", "export", or None for MIL programs and builders.
    frontend: str | None = None
    #: Where the model was saved; None unless it was.
    output: str | None = None
    inputs: Sequence[Feature] = ()
    outputs: Sequence[Feature] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    torch_ops: Mapping[str, int] = field(default_factory=dict)
    mil_ops: Mapping[str, int] = field(default_factory=dict)
    #: Layers of a neural network by kind.
    layers: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    #: What the user's code printed, bounded.
    log: str = ""
    #: Bytes on disk of what was saved.
    size: int | None = None
    #: Versions in the interpreter that converted, by distribution.
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def converted(self) -> bool:
        return self.outcome == "converted"

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``convert --output-format json``."""
        return {
            "version": 1,
            "target": self.target,
            "outcome": self.outcome,
            "frontend": self.frontend,
            "output": self.output,
            "inputs": [feature.as_dict() for feature in self.inputs],
            "outputs": [feature.as_dict() for feature in self.outputs],
            "seconds": {stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
            "torch_ops": dict(self.torch_ops),
            "mil_ops": dict(self.mil_ops),
            "problems": [problem.as_dict() for problem in self.problems],
            "log": self.log,
            "size": self.size,
            "layers": dict(self.layers),
            "versions": dict(self.versions),
        }
