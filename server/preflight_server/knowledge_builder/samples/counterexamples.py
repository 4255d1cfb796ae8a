"""Tries to refute what was learned: calls that convert, changed so that a condition holds of them.

A condition says that a call with ``dim=0`` fails. Every sample that doesn't have it is given it, and run: one
that converts refutes the condition, and the next round of learning knows better.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import partial

from ..case import ORDINARY, Case, case_of_source
from ..editing import edited
from ..signatures import signature_of
from . import Sample

PREFIX = "counter:"
_TRIED = 8


def counter_samples(key: str, samples: Iterable[Sample]) -> Iterator[Sample]:
    """Of ``'counter:torch.min:[["dim|other", 0]]'``, made of the API's own samples."""
    _, api, facts = key.split(":", 2)
    names = [name for name, _ in signature_of(api)]
    seen: set[str] = set()
    for sample in samples:
        try:
            case = sample.make(sample.weights, False)
        except Exception:
            continue
        if case.tier != ORDINARY:
            continue
        for source in edited(case.source, api, names, json.loads(facts)):
            if source not in seen:
                seen.add(source)
                yield Sample(f"{sample.name} #{len(seen)}", partial(_make, source))
        if len(seen) >= _TRIED:
            return


def _make(source: str, constants: bool, first_output: bool) -> Case:
    if constants or first_output:
        raise ValueError("the program stands as it is")
    return case_of_source(source)
