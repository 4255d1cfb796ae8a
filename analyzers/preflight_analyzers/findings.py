"""What the linter says: findings, their places, and their fixes.

Lines and columns count from 1, columns in code points; the end of a range is exclusive.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Severity(str, Enum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 2 for error: larger is worse."""
        return ("info", "warning", "error").index(self.value)


class Consequence(str, Enum):
    """What happens if the finding is ignored."""

    TRACE_FAILS = "trace-fails"
    CONVERT_FAILS = "convert-fails"
    WRONG_RESULT = "wrong-result"
    FROZEN = "frozen"
    NEURAL_ENGINE = "neural-engine"
    REDUNDANT = "redundant"
    ENVIRONMENT = "environment"

    @property
    def default_severity(self) -> Severity:
        return _DEFAULT_SEVERITY[self]


_DEFAULT_SEVERITY = {
    Consequence.TRACE_FAILS: Severity.ERROR,
    Consequence.CONVERT_FAILS: Severity.ERROR,
    Consequence.WRONG_RESULT: Severity.ERROR,
    Consequence.FROZEN: Severity.WARNING,
    Consequence.NEURAL_ENGINE: Severity.INFO,
    Consequence.REDUNDANT: Severity.WARNING,
    Consequence.ENVIRONMENT: Severity.WARNING,
}


class Position(NamedTuple):
    line: int
    column: int


class Range(NamedTuple):
    start: Position
    end: Position


class Edit(NamedTuple):
    """Replace what stands in ``range`` by ``text``; an empty range inserts."""

    range: Range
    text: str


class Fix(NamedTuple):
    title: str
    edits: tuple[Edit, ...]
    #: Whether the fixed program computes the same ("safe") or only probably does ("unsafe").
    applicability: str = "safe"


class Frame(NamedTuple):
    """One step of the calls that reach a finding."""

    path: str
    line: int
    symbol: str
    #: As in Finding.
    cell: int | None = None


class Finding(NamedTuple):
    code: str
    name: str
    severity: Severity
    consequence: Consequence
    message: str
    path: str
    range: Range
    symbol: str | None = None
    api: str | None = None
    op: str | None = None
    reached_from: tuple[Frame, ...] = ()
    help: str | None = None
    fix: Fix | None = None
    url: str | None = None
    #: The notebook cell, from 1; the range is then relative to the cell.
    cell: int | None = None
    #: For a call into an installed package: the calls in it, down to what is found.
    leads_to: tuple[Frame, ...] = ()


class ModuleVerdict(NamedTuple):
    """Whether one ``nn.Module`` class would convert."""

    path: str
    class_name: str
    line: int
    verdict: str  # "ready", "blocked" or "unsure"
    blockers: tuple[str, ...] = ()
    #: As in Finding.
    cell: int | None = None
    #: What wasn't understood, and where, each in one line.
    unclear: tuple[str, ...] = ()


class Silenced(NamedTuple):
    """A comment in another file that was needed to silence what this file's models lead to."""

    path: str
    line: int


class FileReport(NamedTuple):
    """What was found by running the models of one file; findings may stand in files that it imports."""

    path: str
    findings: tuple[Finding, ...]
    modules: tuple[ModuleVerdict, ...] = ()
    #: Absolute paths of other files that this depends on: read, or looked for and not there.
    depends: tuple[str, ...] = ()
    silenced: tuple[Silenced, ...] = ()
