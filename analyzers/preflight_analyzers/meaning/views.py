"""Which operations give a view of a tensor, and which write into it."""

from __future__ import annotations

from preflight_analyzers.meaning.values import Arguments, Known, Sequence, Tensor, Value

#: Views of everything. ``reshape``, ``flatten``, ``contiguous`` and ``to`` may copy as well: not known.
_WHOLE = frozenset(
    """
    view view_as transpose permute t swapaxes swapdims movedim moveaxis unsqueeze squeeze unflatten
    expand expand_as detach adjoint
    """.split()
)
_PARTS = frozenset(
    """
    narrow diagonal unfold chunk split split_with_sizes tensor_split unbind hsplit vsplit dsplit
    """.split()
)
#: Methods that change what the object is, not what is in its memory.
NOT_WRITING = frozenset(
    """
    requires_grad_ detach_ retain_grad_ share_memory_ rename_ squeeze_ unsqueeze_ t_ transpose_
    swapaxes_ swapdims_ resize_ resize_as_ set_ as_strided_
    """.split()
)
#: Where ``inplace`` stands among the arguments of a function; for a module of the name, one earlier.
_INPLACE = {
    "relu": 1,
    "relu6": 1,
    "leaky_relu": 2,
    "elu": 2,
    "celu": 2,
    "selu": 1,
    "silu": 1,
    "mish": 1,
    "hardswish": 1,
    "hardsigmoid": 1,
    "hardtanh": 3,
    "threshold": 3,
}


def view(name: str, base: Value, result: Value) -> Value:
    """``result``, which the operation ``name`` made of ``base``, with the memory that it looks at."""
    if not isinstance(base, Tensor) or base.memory is None:
        return result
    memory = base.memory
    if name in _WHOLE and isinstance(result, Tensor):
        return result.at(memory.whole_view())
    if name == "select" and isinstance(result, Tensor):
        return result.at(memory.subscripted())
    if name in _PARTS:
        part = memory.part_view()
        if isinstance(result, Tensor):
            return result.at(part)
        if isinstance(result, Sequence):
            items = result.items and [item.at(part) for item in result.items if isinstance(item, Tensor)]
            element = result.element
            return Sequence(
                result.kind,
                items,
                element.at(part) if isinstance(element, Tensor) else element,
                result.branch,
            )
    return result


def view_by_attribute(name: str, base: Tensor, result: Value) -> Value:
    """``x.T``; of ``x.data`` and ``x.real`` it isn't known whether they are the same object."""
    if base.memory is None or not isinstance(result, Tensor) or name not in ("T", "mT", "H", "mH"):
        return result
    return result.at(base.memory.whole_view())


def gives_itself(name: str) -> bool:
    """Whether a method or function gives back its first operand, by the convention for names."""
    return name.endswith("_") and not name.endswith("__")


def writes(name: str) -> bool:
    """Whether a method or function writes into its first operand."""
    return gives_itself(name) and name not in NOT_WRITING


def works_in_place(name: str, given: Arguments | None, is_module: bool = False) -> bool:
    """Whether an activation is told to work in place: ``F.relu(x, inplace=True)``, ``nn.ReLU(True)``."""
    position = _INPLACE.get(name.lower())
    if position is None or given is None:
        return False
    told = given.get(position - is_module, "inplace")
    return isinstance(told, Known) and told.value is True


def key_kind(key: Value) -> str | None:
    """How a subscript picks: "slices", "indices" (lists, tensors), "both", or None where it can't be told."""
    items = key.items if isinstance(key, Sequence) and key.kind == "tuple" else [key]
    if items is None:
        return None
    kinds = {_item_kind(item) for item in items}
    if None in kinds or not kinds:
        return None
    if kinds <= {"slice", "..."}:
        return "slices"
    if kinds == {"index"}:
        return "indices"
    return "both" if "slice" in kinds else None


def skips_axes(key: Value, rank: int | None) -> bool | None:
    """Whether ``...`` in a subscript stands for axes before another one, as in ``x[..., 0]``."""
    items = key.items if isinstance(key, Sequence) and key.items is not None else []
    ellipses = [isinstance(item, Known) and item.value is Ellipsis for item in items]
    if True not in ellipses[:-1]:
        return False
    return None if rank is None else rank >= len(items)


def _item_kind(item: Value) -> str | None:
    if isinstance(item, Known):
        if item.value is Ellipsis:
            return "..."
        is_int = isinstance(item.value, int) and not isinstance(item.value, bool)
        return "slice" if is_int or isinstance(item.value, slice) else None
    if isinstance(item, Sequence):
        return "index" if item.kind == "list" else None
    if isinstance(item, Tensor):
        # One of rank 0 picks as a number does.
        return "index" if item.rank else None
    kind = getattr(item, "kind", None)
    return "slice" if kind in ("int", "slice") else None
