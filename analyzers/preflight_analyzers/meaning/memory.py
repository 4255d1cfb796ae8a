"""Which tensors look at the same memory, and which of them would miss a write once converted.

By trace, an in-place operation gives the tensor *object* it is called on a new value in the graph; other
objects that look at the same memory keep their old one. Only an assignment to a subscript reaches further: it
is carried through a chain of subscripts to the tensor they start from, and to that one alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from preflight_analyzers.meaning.events import Site


#: The tensor shares memory with the one that is written.
SHARED = "shared"
#: ``x[:, [0, 2]] = y`` writes into a copy.
BESIDE_SLICE = "beside a slice"
#: ``x[..., 0] = 1`` is carried out as ``x[0] = 1``.
AFTER_ELLIPSIS = "after ..."


class Lost:
    """A write that a tensor doesn't see. ``mended``: what was lost may have been written back since."""

    __slots__ = ("mended", "name", "operation", "site", "why", "written")

    def __init__(
        self, site: Site, operation: str, name: str, written: tuple[object | None, ...], why: str
    ) -> None:
        self.site = site
        self.operation = operation
        self.name = name  # of the variable that misses it
        self.written = written  # the part of the memory
        self.why = why  # SHARED, BESIDE_SLICE or AFTER_ELLIPSIS
        self.mended = False

    def covers(self, part: tuple[object, ...]) -> bool:
        """Whether all of ``part`` is written."""
        return part[: len(self.written)] == self.written


class Memory(NamedTuple):
    """What one tensor object looks at."""

    #: Shared by a tensor and its views.
    storage: object
    #: Which part of it, as a path: of two parts that surely overlap, one begins with the other.
    part: tuple[object | None, ...] = ()
    #: Stands for the tensor object; None as long as it has no name.
    owner: object | None = None
    #: The objects from which it was taken by subscripts alone, outermost first; None where that isn't known.
    chain: tuple[object, ...] | None = ()
    lost: Lost | None = None

    def named(self) -> Memory:
        """Of an object that gets a name: from here on it is told apart from others like it."""
        if self.owner is not None:
            return self
        part = tuple([object() if step is None else step for step in self.part])
        return Memory(self.storage, part, object(), self.chain, self.lost)

    def whole_view(self) -> Memory:
        """Of a view of everything: ``view``, ``transpose`` ..."""
        return Memory(self.storage, self.part, None, (), self.lost)

    def part_view(self) -> Memory:
        """Of a view of some part: ``narrow``, ``chunk`` ..."""
        # Whether this part is hit by a write to another part isn't known.
        lost = self.lost if self.lost is not None and self.lost.covers(self.part) else None
        return Memory(self.storage, (*self.part, None), None, (), lost)

    def subscripted(self) -> Memory:
        """Of ``x[:, 0]``."""
        chain = None if self.chain is None else (*self.chain, self.owner)
        return self.part_view()._replace(chain=chain)

    def overlaps(self, other: Memory) -> bool:
        shorter = min(len(self.part), len(other.part))
        return self.storage is other.storage and self.part[:shorter] == other.part[:shorter]


def fresh(lost: Lost | None = None) -> Memory:
    """Of a tensor that is not known to share memory with another one."""
    return Memory(object(), (), None, (), lost)


def join_memory(a: Memory | None, b: Memory | None) -> Memory | None:
    """Where two paths meet: one object, or nothing known."""
    if a is None or b is None or a.owner is None or a.owner is not b.owner:
        return None
    return a._replace(chain=a.chain if a.chain == b.chain else None, lost=a.lost or b.lost)
