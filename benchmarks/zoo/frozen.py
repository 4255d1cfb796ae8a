"""What a value that the tracer freezes was made of: the input's data, sizes only, or constants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

#: Ops whose result depends on the size of a tensor, not on what it holds.
_SIZES = frozenset(
    {
        "aten::size",
        "aten::numel",
        "aten::dim",
        "aten::len",
        "aten::zeros_like",
        "aten::ones_like",
        "aten::empty_like",
        "aten::full_like",
        "aten::new_zeros",
        "aten::new_ones",
        "aten::new_full",
        "aten::new_empty",
        "prim::NumToTensor",
    }
)


def origin(values: Iterable[Any]) -> str:
    """The worst of what the tensors among the values descend from, as the graph being traced has it."""
    if torch._C._get_tracing_state() is None:
        return "unknown"
    seen: set[Any] = set()
    found = {"constant"}
    for value in _tensors(values):
        try:
            traced = torch._C._get_value_trace(value)
        except RuntimeError:
            continue  # not part of the graph: a weight or a constant
        found |= _roots(traced, seen)
    return next(one for one in ("data", "size", "constant") if one in found)


def _tensors(values: Iterable[Any]) -> Iterable[torch.Tensor]:
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _tensors(value)


def _roots(value: Any, seen: set[Any]) -> set[str]:
    found: set[str] = set()
    waiting = [value]
    while waiting:
        node = waiting.pop().node()
        kind = node.kind()
        if kind == "prim::Param":
            found.add("data")
        elif kind in _SIZES and kind != "prim::NumToTensor":
            found.add("size")
        elif kind != "prim::GetAttr":
            for given in node.inputs():
                if given.debugName() not in seen:
                    seen.add(given.debugName())
                    waiting.append(given)
    return found
