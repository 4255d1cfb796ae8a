"""In-place writes: which tensors would miss them once converted, and whether these are used afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import LostWrite
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.machine import Machine
from preflight_analyzers.meaning.memory import AFTER_ELLIPSIS, BESIDE_SLICE, SHARED, Lost, Memory
from preflight_analyzers.meaning.values import Arguments, Known, Sequence, Tensor, Value
from preflight_analyzers.meaning.views import (
    NOT_WRITING,
    gives_itself,
    key_kind,
    skips_axes,
    view,
    works_in_place,
    writes,
)

#: What is done with a tensor without looking at all of its values.
_NOT_USING = frozenset(
    """
    size dim ndimension numel nelement stride data_ptr element_size storage_offset get_device
    zeros_like ones_like empty_like rand_like randn_like full_like
    new_zeros new_ones new_empty new_full new_tensor
    view view_as transpose permute t swapaxes swapdims movedim moveaxis unsqueeze squeeze unflatten
    expand expand_as type_as detach adjoint select narrow diagonal unfold chunk split split_with_sizes
    tensor_split unbind hsplit vsplit dsplit
    __getitem__ index_select gather take take_along_dim masked_select
    """.split()
)


def note_use(frame: Frame, api: str, arguments: Arguments) -> None:
    """Tell of each write that a tensor which is computed with here has missed."""
    name = api.rsplit(".", 1)[1]
    if frame.machine.unused or name in _NOT_USING or api.startswith("builtins."):
        return
    changed = writes(name) or name == "__setitem__"
    values = arguments.positional[1:] if changed else arguments.positional
    note_lost(frame.machine, (*values, *arguments.keywords.values()))


def note_lost(machine: Machine, values: Iterable[Value]) -> None:
    for value in values:
        if isinstance(value, Sequence) and value.items is not None:
            note_lost(machine, [item for item in value.items if isinstance(item, Tensor)])
        elif isinstance(value, Tensor) and value.memory is not None and value.memory.lost is not None:
            lost = value.memory.lost
            if not lost.mended:
                machine.emit(LostWrite(lost.site, lost.operation, lost.name, lost.why))


def result_of(frame: Frame, node: ir.Expr, name: str, arguments: Arguments, result: Value) -> Value:
    """``result`` of a method or function, with the memory that it looks at, after what it writes."""
    base = arguments.positional[0] if arguments.positional else None
    if not isinstance(base, Tensor):
        return result
    if gives_itself(name):
        return write(frame, node, base, name, result)
    if works_in_place(name, arguments):
        return write(frame, node, base, f"{name}(inplace=True)", result)
    return view(name, base, result)


def write(
    frame: Frame, node: ir.Expr | ir.AugmentedAssign, tensor: Tensor, operation: str, result: Value
) -> Value:
    """``result`` of an operation that works in place on ``tensor``: the same object."""
    memory = tensor.memory
    if memory is None or frame.phase != FORWARD or not isinstance(result, Tensor):
        return result
    if operation in ("fill_", "copy_"):
        # Converted as an assignment to a subscript is; on anything else it does not convert.
        if memory.chain:
            _mark(frame, node, memory, operation, memory.chain[:1])
    elif operation not in NOT_WRITING:
        _mark(frame, node, memory, operation, (memory.owner,))
    _rechain(frame, memory.owner, ())
    # A fill_() or copy_() of a view isn't seen by the view itself.
    own = [v.memory for v in frame.names.values() if isinstance(v, Tensor) and v.memory is not None]
    now = next((one for one in own if one.owner is memory.owner), memory)
    return result.at(now._replace(chain=()))


def augment(frame: Frame, node: ir.AugmentedAssign, left: Tensor, result: Value) -> Value:
    """``result`` of ``left += ...``; where that is then stored as a subscript, the store decides.

    But not in ``y[0][1] += 1``: reading ``y[0][1]`` has used up the chain that led to ``y``.
    """
    nested = isinstance(node.target, ir.Subscript) and isinstance(node.target.object, ir.Subscript)
    if isinstance(node.target, ir.Name) or nested:
        return write(frame, node, left, f"{node.operator}=", result)
    return result


def store(frame: Frame, node: ir.Subscript, tensor: Tensor, key: Value, value: Value) -> None:
    """``tensor[key] = value``."""
    memory = tensor.memory
    if memory is None or frame.phase != FORWARD:
        return
    lost = memory.lost
    if lost is not None and (_all(key) or (lost.operation != "=" and not isinstance(value, Known))):
        lost.mended = True
    kind = key_kind(key)
    written = memory.subscripted()
    skipping = skips_axes(key, tensor.rank)
    if kind == "slices" and skipping is not False:
        # With another tensor as value, the shapes hardly fit, and the conversion fails.
        if skipping and isinstance(value, Known):
            _mark(frame, node, written, "=", (), AFTER_ELLIPSIS)
    elif kind == "slices":
        if written.chain is not None:
            _mark(frame, node, written, "=", written.chain[:1])
    elif kind == "both":
        _mark(frame, node, written, "=", (), BESIDE_SLICE)
    elif kind == "indices":
        _mark(frame, node, written, "=", (memory.owner,))
    elif memory.chain is not None:
        _mark(frame, node, written, "=", (memory.owner, *memory.chain))
    _rechain(frame, memory.owner, () if kind is not None else None)


def _all(key: Value) -> bool:
    """Whether the key is ``:``."""
    return isinstance(key, Known) and isinstance(key.value, slice) and key.value == slice(None)


def subscript(frame: Frame, tensor: Tensor, key: Value, result: Value) -> Value:
    """``result`` of ``tensor[key]``, with the memory that it looks at."""
    memory = tensor.memory
    if memory is None or not isinstance(result, Tensor):
        return result
    kind = key_kind(key)
    _rechain(frame, memory.owner, () if kind is not None else None)
    return result.at(memory.subscripted()) if kind == "slices" else result


def _mark(
    frame: Frame,
    node: ir.Expr | ir.AugmentedAssign,
    written: Memory,
    operation: str,
    reached: tuple[object | None, ...],
    why: str = SHARED,
) -> None:
    """Each name whose tensor overlaps what is written and isn't ``reached`` misses the write."""
    for name, value in frame.names.items():
        memory = value.memory if isinstance(value, Tensor) else None
        if memory is None or memory.lost is not None or memory.owner in reached:
            continue
        if isinstance(value, Tensor) and memory.overlaps(written):
            lost = Lost(frame.site(node.at), operation, name, written.part, why)
            frame.names[name] = value.at(memory._replace(lost=lost))


def _rechain(frame: Frame, owner: object | None, chain: tuple[object, ...] | None) -> None:
    """The converter follows a chain of subscripts once; the next one begins at the tensor itself."""
    if owner is None:
        return
    for name, value in frame.names.items():
        memory = value.memory if isinstance(value, Tensor) else None
        if isinstance(value, Tensor) and memory is not None and memory.owner is owner and memory.chain:
            frame.names[name] = value.at(memory._replace(chain=chain))
