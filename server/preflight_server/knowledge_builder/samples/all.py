"""Every sample of an API, hand-written ones first."""

from __future__ import annotations

from collections.abc import Iterator

from . import Sample
from .handwritten import handwritten_samples
from .moduleinfo import module_samples
from .opinfo import opinfo_samples

LIMIT = 6


def samples_of(api: str) -> Iterator[Sample]:
    yield from handwritten_samples(api)
    yield from opinfo_samples(api, LIMIT)
    yield from module_samples(api, LIMIT)
