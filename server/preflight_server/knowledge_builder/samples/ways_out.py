"""Other spellings for APIs that do not convert, a file a topic in ``ways/``.

Each is believed only when it was run: equal in value, and converts. One entry: the API, its call, the
other spelling, the inputs. What ships is the other spelling's text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import torch

from ..case import Case, tensors_of
from ..public_apis import resolve
from . import Sample
from .handwritten import Call, sample_of

PREFIX = "instead:"

TOPICS = (
    "elementwise",
    "special_functions",
    "shapes",
    "indexing",
    "reductions",
    "linear_algebra",
    "complex_numbers",
    "fourier",
    "creation",
    "random_numbers",
    "network",
    "losses",
)


class WayOut(NamedTuple):
    api: str
    code: str
    instead: str
    inputs: tuple[tuple[str, Any], ...]
    #: What ships where the code alone does not explain itself.
    said: str | None = None

    @property
    def text(self) -> str:
        """What ships. A spelling in place ends with what was assigned, which goes without saying."""
        return self.said or self.instead.removesuffix("; x")


class Ways:
    """Collects one topic's ways out."""

    def __init__(self) -> None:
        self.entries: list[WayOut] = []

    def __call__(
        self, names: str, code: str, instead: str, *, said: str | None = None, **inputs: Any
    ) -> None:
        """``names`` are qualified but for their leading ``torch.``, separated by spaces.

        Where ``foo_`` exists beside ``foo``, its way out is to assign the other spelling to ``x``.
        """
        for name in names.split():
            self._add(name, code, instead, said, inputs)
            if "x" in inputs and said is None and _exists(f"torch.{name}_"):
                *before, result = instead.split("; ")
                self._add(f"{name}_", code, "; ".join([*before, f"x = {result}", "x"]), None, inputs)

    def _add(self, name: str, code: str, instead: str, said: str | None, inputs: dict[str, Any]) -> None:
        self.entries.append(WayOut(f"torch.{name}", code, instead, tuple(inputs.items()), said))


def way_out_samples(key: str) -> Iterator[Sample]:
    """The other spellings of one API, best first; making a case fails where the values differ."""
    for entry in _by_api().get(key.removeprefix(PREFIX), ()):
        yield checked_sample(entry)


def checked_sample(entry: WayOut) -> Sample:
    """The other spelling as a sample that cannot be made where the values differ."""
    original = sample_of(Call(entry.api, entry.code, entry.inputs), "")
    other = sample_of(Call(entry.api, entry.instead, entry.inputs), f"{entry.text} | ")
    return other._replace(make=_checked(original, other))


def ways_of(topic: str) -> Iterator[Sample]:
    """One topic's spellings, each once however many APIs it is for."""
    for entry in {(entry.code, entry.instead): entry for entry in _entries(topic)}.values():
        yield checked_sample(entry)


def way_out_keys() -> list[str]:
    return sorted(PREFIX + api for api in _by_api())


@lru_cache(maxsize=1)
def _by_api() -> dict[str, list[WayOut]]:
    found: dict[str, list[WayOut]] = defaultdict(list)
    for topic in TOPICS:
        for entry in _entries(topic):
            found[entry.api].append(entry)
    return found


def _entries(topic: str) -> list[WayOut]:
    entries: list[WayOut] = import_module(f".ways.{topic}", __package__).way.entries
    return entries


def _exists(api: str) -> bool:
    try:
        resolve(api)
    except AttributeError:
        return False
    return True


def _checked(original: Sample, other: Sample) -> Any:
    def make(constants: bool, first_output: bool) -> Case:
        wanted, case = original.make(False, False), other.make(constants, first_output)
        for inputs in (wanted.inputs, _varied(wanted.inputs)):
            with torch.no_grad():
                torch.testing.assert_close(
                    tensors_of(case.module(*(tensor.clone() for tensor in inputs))),
                    tensors_of(wanted.module(*(tensor.clone() for tensor in inputs))),
                    check_dtype=False,
                    rtol=1e-4,
                    atol=1e-5,
                )
        return case

    return make


def _varied(inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    """Other values of the same kind: integers and what stands for booleans stay what they are."""
    return tuple(
        tensor.flip(list(range(tensor.dim()))) * (0.75 if tensor.is_floating_point() else 1)
        for tensor in inputs
    )
