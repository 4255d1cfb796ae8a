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
    CONVERTS,
    CONVERTS_CONST,
    CONVERTS_FIRST,
    CONVERTS_TARGET,
    FAILS,
    FRONTENDS,
    UNTRACEABLE,
    Row,
)
from .samples import Sample
from .samples.all import samples_of

_MEMORY = 12 * 2**30
#: Marks the second run of a module, under torch.no_grad().
NO_GRAD = " | no_grad"
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
                exported[frontend] >= EXPORTED_SAMPLES or not api.startswith("torch.")
            ):
                continue
            if (sample.name, frontend) in done:
                continue
            exported[frontend] += 1
            yield {"begin": [api, sample.name, frontend]}
            yield run_sample(api, sample, frontend).as_json()
        if sample.trained and "trace" in frontends and (sample.name + NO_GRAD, "trace") not in done:
            yield {"begin": [api, sample.name + NO_GRAD, "trace"]}
            row = run_sample(api, sample, "trace", gradients=False)
            yield row._replace(sample=sample.name + NO_GRAD).as_json()
    yield {"end": api}


def run_sample(api: str, sample: Sample, frontend: str, *, gradients: bool = True) -> Row:
    """Run one sample by one frontend; a failure that the sample may be to blame for is tried again milder."""
    try:
        case = sample.make(sample.weights, False)
    except Exception as error:
        return Row(
            api, sample.name, frontend, UNTRACEABLE, 2, error=f"eager: {type(error).__name__}: {error}"[:160]
        )
    outcome = probe.run(case, frontend, gradients=gradients)
    if outcome.kinds is None:
        return Row(api, sample.name, frontend, UNTRACEABLE, case.tier, error=outcome.error)
    verdict = CONVERTS if outcome.converts else FAILS
    if verdict is FAILS and not outcome.missing:
        verdict = _milder(sample, case, frontend)
    return Row(
        api,
        sample.name,
        frontend,
        verdict,
        case.tier,
        outcome.kinds,
        outcome.missing,
        outcome.error,
        outcome.error_kind,
    )


def _milder(sample: Sample, case: Case, frontend: str) -> str:
    if len(case.inputs) > 1 and not sample.weights and _converts(sample, frontend, True, False):
        return CONVERTS_CONST
    if case.results > 1:
        for constants in (sample.weights, True):
            if _converts(sample, frontend, constants, True):
                return CONVERTS_FIRST
    if _converts(sample, frontend, sample.weights, False, NEWEST_TARGET):
        return CONVERTS_TARGET
    return FAILS


def _converts(
    sample: Sample, frontend: str, constants: bool, first_output: bool, target: str | None = None
) -> bool:
    try:
        return probe.run(sample.make(constants, first_output), frontend, target).converts
    except Exception:
        return False


if __name__ == "__main__":
    main()
