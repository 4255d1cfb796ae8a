"""The guarded process: runs samples and prints a row for each; may hang or die without harm.

Reads one JSON line a task on standard input,
``{"api": ..., "done": [[sample, frontend], ...], "frontends": [...]}``, and writes JSON lines to the
descriptor given as its argument: ``{"begin": [api, sample, frontend]}`` before each run, then the row,
and ``{"end": api}``.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from . import probe
from .case import Case
from .rows import (
    CONSTANTS,
    CONVERTS,
    CONVERTS_CONST,
    CONVERTS_FIRST,
    CONVERTS_TARGET,
    FAILS,
    FIRST_RESULT,
    FRONTENDS,
    NEWER_TARGET,
    NO_GRAD,
    UNTRACEABLE,
    Row,
)
from .samples import Sample
from .samples.all import samples_of
from .samples.handwritten import EDGE

_MEMORY = 12 * 2**30
NEWEST_TARGET = "iOS18"
#: By export only so many samples are tried: it costs thirty times as much.
EXPORTED_SAMPLES = 2


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    probe.quiet()
    with os.fdopen(int(sys.argv[1]), "w") as replies:
        # What torch and coremltools print is nobody's business here.
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        gc.freeze()  # coremltools collects garbage at every conversion
        for line in sys.stdin:
            task = json.loads(line)
            done = {(sample, frontend) for sample, frontend in task["done"]}
            for message in _run_api(task["api"], done, task["frontends"]):
                replies.write(json.dumps(message) + "\n")
                replies.flush()


def _run_api(
    api: str, done: set[tuple[str, str]], frontends: Sequence[str] = FRONTENDS
) -> Iterator[dict[str, Any]]:
    exported = Counter(frontend for _, frontend in done)
    # A list: making samples draws random numbers, and must not be interleaved with running them.
    for sample in list(samples_of(api)):
        for frontend in frontends:
            if frontend != "trace" and (
                exported[frontend] >= EXPORTED_SAMPLES
                or not api.startswith("torch.")
                or sample.name.startswith(EDGE)
            ):
                continue
            if (sample.name, frontend) in done:
                continue
            exported[frontend] += 1
            yield {"begin": [api, sample.name, frontend]}
            for row in run_sample(api, sample, frontend):
                yield row.as_json()
    yield {"end": api}


def run_sample(api: str, sample: Sample, frontend: str) -> Iterator[Row]:
    """Run one sample by one frontend; by trace also its variants, which come first."""
    try:
        case = sample.make(sample.weights, False)
    except Exception as error:
        reason = f"eager: {type(error).__name__}: {error}"[:160]
        yield Row(api, sample.name, frontend, UNTRACEABLE, 2, error=reason)
        return
    outcome = probe.run(case, frontend)
    if outcome.kinds is None:
        yield Row(api, sample.name, frontend, UNTRACEABLE, case.tier, error=outcome.error)
        return
    verdict = CONVERTS if outcome.converts else FAILS
    if frontend == "trace":
        for row in _variants(api, sample, case, blamed=verdict is FAILS and not outcome.missing):
            yield row
            if row.outcome == CONVERTS and verdict is FAILS:
                verdict = _MILDER.get(" | " + row.sample.rpartition(" | ")[2], verdict)
    yield _row(api, sample.name, frontend, verdict, case, outcome)


#: What a failure comes to if a variant converts.
_MILDER = {CONSTANTS: CONVERTS_CONST, FIRST_RESULT: CONVERTS_FIRST, NEWER_TARGET: CONVERTS_TARGET}


def _variants(api: str, sample: Sample, case: Case, *, blamed: bool) -> Iterator[Row]:
    """What else shows what a failure is due to: each changes one thing."""
    if sample.trained:
        outcome = probe.run(case, "trace", gradients=False)
        if outcome.kinds is not None:
            verdict = CONVERTS if outcome.converts else FAILS
            yield _row(api, sample.name + NO_GRAD, "trace", verdict, case, outcome)
    if not blamed:
        return
    if len(case.inputs) > 1 and not sample.weights:
        yield from _variant(api, sample, CONSTANTS, constants=True)
    if case.results > 1:
        yield from _variant(api, sample, FIRST_RESULT, constants=sample.weights, first_output=True)
    yield from _variant(api, sample, NEWER_TARGET, constants=sample.weights, target=NEWEST_TARGET)


def _variant(
    api: str,
    sample: Sample,
    mark: str,
    *,
    constants: bool,
    first_output: bool = False,
    target: str | None = None,
) -> Iterator[Row]:
    try:
        case = sample.make(constants, first_output)
    except Exception:
        return
    outcome = probe.run(case, "trace", target)
    if outcome.kinds is not None:
        verdict = CONVERTS if outcome.converts else FAILS
        yield _row(api, sample.name + mark, "trace", verdict, case, outcome)


def _row(api: str, name: str, frontend: str, verdict: str, case: Case, outcome: probe.Outcome) -> Row:
    return Row(
        api,
        name,
        frontend,
        verdict,
        case.tier,
        outcome.kinds or (),
        outcome.missing,
        outcome.error,
        outcome.error_kind,
        case.source if frontend == "trace" else None,
    )


if __name__ == "__main__":
    main()
