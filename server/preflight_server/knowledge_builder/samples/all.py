"""Every sample of an API, hand-written ones first."""

from __future__ import annotations

from collections.abc import Iterator

from . import Sample
from .counterexamples import PREFIX as COUNTER
from .counterexamples import counter_samples
from .handwritten import handwritten_samples
from .limits import PREFIX as ARGUMENT
from .limits import limit_samples
from .moduleinfo import module_samples
from .opinfo import opinfo_samples
from .ways_out import PREFIX as INSTEAD
from .ways_out import way_out_samples

LIMIT = 40


def samples_of(api: str) -> Iterator[Sample]:
    """The samples of ``"torch.add"``, ``"argument:torch.add:alpha"`` or ``"instead:torch.erfc"``."""
    if api.startswith(ARGUMENT):
        yield from limit_samples(api)
        return
    if api.startswith(INSTEAD):
        yield from way_out_samples(api)
        return
    if api.startswith(COUNTER):
        yield from counter_samples(api, _own_samples(api.split(":")[1]))
        return
    yield from _own_samples(api)


def _own_samples(api: str) -> Iterator[Sample]:
    yield from handwritten_samples(api)
    yield from opinfo_samples(api, LIMIT)
    yield from module_samples(api, LIMIT)
