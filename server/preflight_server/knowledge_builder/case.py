"""Turns a call with its arguments into a module that can be traced, exported and converted.

The tensor arguments become inputs of ``forward``. Core ML has only float and int32 inputs, so other
dtypes are made inside: bool by a comparison, complex from two reals, narrow types by a cast.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch.utils import _pytree as pytree

ORDINARY, COMPLEX, ODD = 0, 1, 2

_PLAIN = {torch.float32, torch.int32, torch.int64}
_ODD = {torch.float16, torch.bfloat16, torch.float64, torch.uint8, torch.int8, torch.int16}


class Case(NamedTuple):
    module: torch.nn.Module
    inputs: tuple[torch.Tensor, ...]
    tier: int
    #: Kinds that the harness itself adds to the graph.
    harness_kinds: Counter[str]
    #: How many tensors the call returns.
    results: int


class _Slot(NamedTuple):
    """Stands for an input in the argument tree."""

    at: int
    form: str  # "plain", "bool", "complex", "cast"
    dtype: torch.dtype


class CallModule(torch.nn.Module):  # type: ignore[misc]
    """``forward(*inputs)`` rebuilds the arguments, calls ``function`` and returns its tensors."""

    def __init__(
        self,
        function: Callable[..., Any],
        slots: list[Any],
        spec: pytree.TreeSpec,
        *,
        in_place: bool,
        first_output: bool,
    ) -> None:
        super().__init__()
        self.function = function
        self.slots = [slot if not isinstance(slot, torch.Tensor) else None for slot in slots]
        for index, slot in enumerate(slots):
            if isinstance(slot, torch.Tensor):
                self.register_buffer(f"constant_{index}", slot)
        self.spec = spec
        self.in_place = in_place
        self.first_output = first_output

    def forward(self, *inputs: torch.Tensor) -> Any:
        leaves: list[Any] = []
        for index, slot in enumerate(self.slots):
            if hasattr(self, f"constant_{index}"):
                leaves.append(getattr(self, f"constant_{index}"))
            elif isinstance(slot, _Slot):
                leaves.append(self._argument(slot, inputs))
            else:
                leaves.append(slot)
        args, kwargs = pytree.tree_unflatten(leaves, self.spec)
        return tensors_of(self.function(*args, **kwargs), first_only=self.first_output)

    def _argument(self, slot: _Slot, inputs: tuple[torch.Tensor, ...]) -> torch.Tensor:
        tensor = inputs[slot.at]
        if slot.form == "bool":
            return tensor > 0.5
        if slot.form == "complex":
            return torch.complex(tensor, inputs[slot.at + 1])
        if slot.form == "cast":
            return tensor.to(slot.dtype)
        return tensor.clone() if self.in_place and slot.at == 0 else tensor


def tensors_of(result: Any, *, first_only: bool) -> Any:
    """The tensors of a result; a complex one as its two real parts."""
    tensors = [leaf for leaf in pytree.tree_leaves(result) if isinstance(leaf, torch.Tensor)]
    if first_only:
        tensors = tensors[:1]
    if not tensors:
        raise TypeError("returns no tensor")
    parts: list[torch.Tensor] = []
    for tensor in tensors:
        parts.extend((tensor.real, tensor.imag) if tensor.is_complex() else (tensor,))
    return parts[0] if len(parts) == 1 else tuple(parts)


def case_of_call(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    in_place: bool = False,
    constants: bool = False,
    first_output: bool = False,
) -> Case:
    """The case of ``function(*args, **kwargs)``.

    With ``constants`` only the first tensor is an input. Raises what the call itself raises.
    """
    leaves, spec = pytree.tree_flatten((args, kwargs))
    slots: list[Any] = []
    inputs: list[torch.Tensor] = []
    harness: Counter[str] = Counter()
    tier = ORDINARY
    for leaf in leaves:
        if not isinstance(leaf, torch.Tensor):
            slots.append(leaf)
            continue
        leaf = leaf.detach().clone()
        tier = max(tier, tier_of(leaf))
        if constants and inputs:
            slots.append(leaf)
            continue
        slot, tensors = _slot_for(leaf, len(inputs), harness)
        slots.append(slot)
        inputs.extend(tensors)
    if in_place and inputs:
        harness["aten::clone"] += 1
    with torch.no_grad():
        module = CallModule(function, slots, spec, in_place=in_place, first_output=first_output).eval()
        results, result_tier = check_result(module, tuple(inputs), harness)
    return Case(module, tuple(inputs), max(tier, result_tier), harness, results)


def check_result(
    module: torch.nn.Module, inputs: tuple[torch.Tensor, ...], harness: Counter[str]
) -> tuple[int, int]:
    """How many tensors come out, and their worst tier; a complex result adds to the harness's kinds."""
    results = module(*(tensor.clone() for tensor in inputs))
    leaves = [results] if isinstance(results, torch.Tensor) else list(results)
    for leaf in leaves:
        if leaf.numel() == 0:
            return len(leaves), ODD
    return len(leaves), ORDINARY


def tier_of(tensor: torch.Tensor) -> int:
    if tensor.numel() == 0 or tensor.dim() == 0 or tensor.dim() > 5 or tensor.dtype in _ODD:
        return ODD
    if tensor.layout is not torch.strided or tensor.is_quantized:
        return ODD
    if tensor.is_complex():
        return COMPLEX
    return ORDINARY


def _slot_for(
    tensor: torch.Tensor, index: int, harness: Counter[str]
) -> tuple[_Slot, tuple[torch.Tensor, ...]]:
    if tensor.dtype in _PLAIN:
        return _Slot(index, "plain", tensor.dtype), (tensor,)
    if tensor.dtype is torch.bool:
        harness["aten::gt"] += 1
        return _Slot(index, "bool", tensor.dtype), (tensor.float(),)
    if tensor.is_complex():
        harness["aten::complex"] += 1
        parts = torch.view_as_real(tensor.resolve_conj().to(torch.complex64))
        return _Slot(index, "complex", tensor.dtype), (parts[..., 0].clone(), parts[..., 1].clone())
    harness["aten::to"] += 1
    plain = torch.float32 if tensor.is_floating_point() else torch.int32
    return _Slot(index, "cast", tensor.dtype), (tensor.to(plain),)
