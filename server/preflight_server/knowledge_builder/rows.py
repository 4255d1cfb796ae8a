"""One row: what happened to one sample by one frontend. What workers send and the cache keeps."""

from __future__ import annotations

from typing import Any, NamedTuple

#: Outcomes of a row. Only the first five say something about the converter.
CONVERTS = "converts"
CONVERTS_CONST = "converts-with-constants"  # only when every tensor but the first is a constant
CONVERTS_FIRST = "converts-first-output"  # only when nothing but the first result is returned
CONVERTS_TARGET = "converts-with-newer-target"  # only with minimum_deployment_target=iOS18
FAILS = "fails"
UNTRACEABLE = "untraceable"
TIMEOUT = "timeout"
CRASH = "crash"

FRONTENDS = ("trace", "export", "export_decomposed")


class Row(NamedTuple):
    api: str
    sample: str
    frontend: str
    outcome: str
    #: 0 ordinary, 1 complex numbers, 2 odd (empty, rank 0 or above 5, a dtype Core ML lacks).
    tier: int
    #: Emitted op kinds as the converter sees them, sorted, without those of the test harness.
    kinds: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    #: First line of the error, and the kind of the node that raised it.
    error: str | None = None
    error_kind: str | None = None

    def as_json(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Row:
        return cls(**{**data, "kinds": tuple(data["kinds"]), "missing": tuple(data["missing"])})
