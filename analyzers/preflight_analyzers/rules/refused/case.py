"""What a use of an operator that the converter refuses looks like: one entry of the table, with its proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall


class Case(NamedTuple):
    """A use of an operator that converts otherwise, for a reason that no single fact of the call tells."""

    name: str
    #: Qualified names, as in ``ApiCall``.
    apis: tuple[str, ...]
    #: Whether the call is surely refused.
    applies: Callable[[ApiCall], bool]
    #: Completes "einsum ...": how it is used.
    use: str
    #: Why that can't be converted.
    why: str
    way_out: str
    #: Bodies of ``forward(self, x)``, the second with the way out; the proofs run both.
    bad: str
    good: str
    inputs: str = "torch.rand(2, 4, 8)"
    #: What happens in the mildest case.
    consequence: Consequence = Consequence.CONVERT_FAILS
