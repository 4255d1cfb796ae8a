"""Every sample of an API, hand-written ones first."""

from __future__ import annotations

from collections.abc import Iterator

from . import Sample
from .handwritten import handwritten_samples
from .limits import PREFIX as ARGUMENT
from .limits import limit_samples
from .moduleinfo import module_samples
from .opinfo import opinfo_samples
from .ways_out import PREFIX as INSTEAD
from .ways_out import way_out_samples

LIMIT = 10
#: Marks the samples of the databases that the builder leaves out: for trying out what was learned.
FRESH = "fresh:"
_FRESH_LIMIT = 40


def samples_of(api: str) -> Iterator[Sample]:
    """The samples of ``"torch.add"``, ``"argument:torch.add:alpha"``, ``"instead:torch.erfc"`` ..."""
    if api.startswith(FRESH):
        yield from _fresh_samples(api.removeprefix(FRESH))
        return
    if api.startswith(ARGUMENT):
        yield from limit_samples(api)
        return
    if api.startswith(INSTEAD):
        yield from way_out_samples(api)
        return
    yield from handwritten_samples(api)
    yield from opinfo_samples(api, LIMIT)
    yield from module_samples(api, LIMIT)


def _fresh_samples(api: str) -> Iterator[Sample]:
    known = {sample.name for sample in samples_of(api)}
    for sample in (*opinfo_samples(api, _FRESH_LIMIT), *module_samples(api, _FRESH_LIMIT)):
        if sample.name not in known:
            yield sample
