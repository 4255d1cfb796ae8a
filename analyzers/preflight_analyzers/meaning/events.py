"""What the interpretation sees happen, for rules to judge.

Events carry abstract values and the node they happened at; rules listen to the kinds they need.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.meaning.uses import Uses
from preflight_analyzers.meaning.values import Arguments, CoreMLModel, Instance, Tensor, Value


class Step(NamedTuple):
    """A call on the way to an event."""

    unit: Unit
    block: int
    at: int
    symbol: str


class Site(NamedTuple):
    unit: Unit
    block: int
    at: int
    symbol: str
    chain: tuple[Step, ...]
    #: Whether it runs whenever the entry point does, and not only on some path.
    certain: bool = True


class ApiCall(NamedTuple):
    """A call or operator of torch, numpy, math or the builtins while the model runs.

    ``api`` is the qualified name (``torch.Tensor.cumsum``, ``builtins.len``,
    ``torch.Tensor.__xor__``). A method's receiver is the first positional argument.
    """

    site: Site
    api: str
    node: ir.Expr | ir.AugmentedAssign
    arguments: Arguments
    #: Which of its results surely reach what the model returns.
    uses: Uses
    #: The module called, for a class of ``torch.nn``.
    module: Instance | None = None
    #: Whether the result is more than looked at by Python; otherwise it leaves nothing to convert.
    used: bool = True
    #: Whether it is compiled by ``torch.jit.script`` instead of traced: no Python runs, numbers are numbers.
    scripted: bool = False


class Branch(NamedTuple):
    """Python decides by a value while the model runs."""

    site: Site
    kind: str  # "if", "while", "assert", "conditional expression", "and", "or", "not", "in", "==" ...
    value: Value

    @property
    def decides(self) -> bool:
        """Whether ways part here that both go on, and not at a larger whole that is told of as well."""
        return self.kind not in ("assert", "if ... raise", "chained comparison")


class Iteration(NamedTuple):
    """Python goes over a tensor, or unpacks it, while the model runs."""

    site: Site
    value: Tensor
    unpacked: bool


class Trace(NamedTuple):
    """``torch.jit.trace``, ``torch.jit.script`` or ``torch.export.export``."""

    site: Site
    how: str
    node: ir.Call
    model: Value
    #: The modules that are surely in training mode then: the model itself and those in it.
    in_training: tuple[Instance, ...]
    #: What it is traced with; None where that can't be told.
    example: Arguments | None = None


class Returned(NamedTuple):
    """What a traced model gives back."""

    site: Site  # of the call that traces it
    how: str
    value: Value
    #: Whether it is surely traced with ``strict=True``.
    strict: bool


class Convert(NamedTuple):
    """``coremltools.convert(...)``."""

    site: Site
    node: ir.Call
    arguments: Arguments
    result: CoreMLModel


class Save(NamedTuple):
    """``mlmodel.save(path)``."""

    site: Site
    node: ir.Call
    model: CoreMLModel
    path: Value


class LostWrite(NamedTuple):
    """An in-place write that a tensor, used later, doesn't see once converted."""

    site: Site
    operation: str  # ``add_``, ``+=``, or ``=`` for an assignment to a subscript
    #: The variable that keeps the old values.
    name: str
    why: str  # as in ``memory.py``


class LeftBehind(NamedTuple):
    """An attribute that a call of the model changes, and that its next call depends on."""

    site: Site
    name: str
    #: Whether it is a buffer or parameter, and whether it is changed in place.
    buffer: bool
    in_place: bool


class ExportedSize(NamedTuple):
    """Something is done with a size that an export leaves open."""

    site: Site
    done: ApiCall | Iteration
    #: Whether the export insists on it (``Dim("n")``), or fixes the size where it must (``Dim.AUTO``).
    insists: bool


Event: TypeAlias = (
    ExportedSize | LostWrite | LeftBehind | ApiCall | Branch | Iteration | Trace | Returned | Convert | Save
)
