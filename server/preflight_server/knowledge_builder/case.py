"""A program that was made to run: its module and its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch.utils import _pytree as pytree

from .writing import Program

ORDINARY, COMPLEX, ODD = 0, 1, 2

#: Core ML has no tensors of more.
_MOST_AXES = 5

_ODD = {torch.float16, torch.bfloat16, torch.float64, torch.uint8, torch.int8, torch.int16}


class Case(NamedTuple):
    source: str
    module: torch.nn.Module
    inputs: tuple[torch.Tensor, ...]
    tier: int
    #: Kinds that the harness itself adds to the graph.
    harness_kinds: Counter[str]
    #: How many tensors are returned.
    results: int
    #: Whether a conversion without passes can judge it: one result, at most five axes, not empty.
    is_plain: bool


def case_of(program: Program, *, tier: int = ORDINARY, first_output: bool = False) -> Case:
    """Run the program's text and its module once; raises what these raise.

    Complex results are returned as their two real parts, other results than a tensor or a tuple of tensors as
    the tuple of the tensors in them, and with ``first_output`` only the first of these.
    """
    module, inputs = _run(program.text())
    with torch.no_grad():
        result = module(*(tensor.clone() for tensor in inputs))
    found = list(_tensors_in(result, "result"))
    if not found:
        raise TypeError("returns no tensor")
    if first_output:
        found = found[:1]
    tensors = [tensor for tensor, _ in found]
    source = program.text(None if _can_be_returned(result) and not first_output else _listed(found))
    if source != program.text():
        module, inputs = _run(source)
    if any(tensor.numel() == 0 for tensor in tensors):
        tier = ODD
    count = sum(1 + tensor.is_complex() for tensor in tensors)
    plain = count == 1 and _are_plain(source, *inputs, *tensors)
    return Case(source, module, inputs, tier, program.harness_kinds, count, plain)


def case_of_source(source: str) -> Case:
    """A program that returns tensors as it stands; raises what running it raises."""
    module, inputs = _run(source)
    with torch.no_grad():
        result = module(*(tensor.clone() for tensor in inputs))
    if not _can_be_returned(result):
        raise TypeError("returns no tensors as they are")
    tensors = tensors_of(result)
    plain = len(tensors) == 1 and _are_plain(source, *inputs, *tensors)
    return Case(source, module, inputs, tier_of(*inputs, *tensors), Counter(), len(tensors), plain)


def _are_plain(source: str, *tensors: torch.Tensor) -> bool:
    if "complex" in source or ".fft." in source:
        return False  # what complex numbers become is left to the passes
    return all(tensor.dim() <= _MOST_AXES and tensor.numel() > 0 for tensor in tensors)


def _run(source: str) -> tuple[torch.nn.Module, tuple[torch.Tensor, ...]]:
    torch.manual_seed(0)
    scope: dict[str, Any] = {"__name__": "sample"}
    exec(compile(source, "<sample>", "exec"), scope)
    return scope["Net"]().eval(), scope["example"]


def _tensors_in(value: Any, path: str) -> Iterator[tuple[torch.Tensor, str]]:
    """The tensors of a result, each with the expression that takes it out."""
    if isinstance(value, torch.Tensor):
        yield value, path
    elif isinstance(value, tuple | list):
        for place, part in enumerate(value):
            yield from _tensors_in(part, f"{path}[{place}]")
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _tensors_in(part, f"{path}[{key!r}]")


def _can_be_returned(result: Any) -> bool:
    """Whether a traced module may return it as it is."""
    parts = result if isinstance(result, tuple) else (result,)
    return bool(parts) and all(isinstance(part, torch.Tensor) and not part.is_complex() for part in parts)


def _listed(found: list[tuple[torch.Tensor, str]]) -> str:
    parts: list[str] = []
    for tensor, path in found:
        parts.extend((f"{path}.real", f"{path}.imag") if tensor.is_complex() else (path,))
    return parts[0] if len(parts) == 1 else f"({', '.join(parts)})"


def tensors_of(result: Any) -> list[torch.Tensor]:
    """The tensors in what a module returned."""
    return [tensor for tensor, _ in _tensors_in(result, "")]


def tier_of(*values: Any) -> int:
    """How ordinary the tensors in some arguments are."""
    leaves = pytree.tree_leaves(values)
    return max((_tier(leaf) for leaf in leaves if isinstance(leaf, torch.Tensor)), default=ORDINARY)


def _tier(tensor: torch.Tensor) -> int:
    if tensor.numel() == 0 or tensor.dim() == 0 or tensor.dim() > _MOST_AXES or tensor.dtype in _ODD:
        return ODD
    if tensor.layout is not torch.strided or tensor.is_quantized:
        return ODD
    return COMPLEX if tensor.is_complex() else ORDINARY
