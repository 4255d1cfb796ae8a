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

#: Marks the row of a sample that was run again, changed: everything but the first tensor a constant, only the
#: first result returned, without gradients, for the newest target.
CONSTANTS, FIRST_RESULT, NO_GRAD, NEWER_TARGET = " | constants", " | first result", " | no_grad", " | target"
#: Variants that show what a failure is due to, and say nothing of the call as it stands.
_EXPERIMENTS = (CONSTANTS, FIRST_RESULT, NEWER_TARGET)

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
    #: The program that was run; by trace only.
    source: str | None = None

    @property
    def is_experiment(self) -> bool:
        return self.sample.endswith(_EXPERIMENTS)

    def as_json(self) -> dict[str, Any]:
        return self._asdict()

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Row:
        return cls(**{**data, "kinds": tuple(data["kinds"]), "missing": tuple(data["missing"])})
