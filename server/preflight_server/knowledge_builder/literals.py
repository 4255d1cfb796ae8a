"""Values as the Python text that makes them again."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

#: Tensors of up to so many elements are written out, larger ones drawn anew from the same range.
_WRITTEN_OUT = 32


class Unwritable(TypeError):
    """A value that no short text makes."""


def literal(value: Any, tensor: Callable[[torch.Tensor], str]) -> str:
    """The text of ``value``; tensors in it are what ``tensor`` makes of them. Raises Unwritable."""

    def text(part: Any) -> str:
        return literal(part, tensor)

    if isinstance(value, torch.Tensor):
        return tensor(value)
    if value is None or value is Ellipsis or isinstance(value, bool | int | str):
        return "..." if value is Ellipsis else repr(value)
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if isinstance(value, complex):
        return repr(value)
    if isinstance(value, torch.dtype | torch.layout | torch.memory_format):
        return str(value)
    if isinstance(value, torch.device):
        return f"torch.device({str(value)!r})"
    if isinstance(value, slice):
        return f"slice({text(value.start)}, {text(value.stop)}, {text(value.step)})"
    if isinstance(value, list):
        return f"[{', '.join(map(text, value))}]"
    if isinstance(value, tuple):
        inner = ", ".join(map(text, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{text(key)}: {text(item)}' for key, item in value.items())}}}"
    if isinstance(value, type) and value in (bool, int, float):
        return value.__name__
    raise Unwritable(f"cannot write a {type(value).__name__}")


def index(value: Any, tensor: Callable[[torch.Tensor], str]) -> str:
    """A subscript: ``1:, ..., None``."""
    if isinstance(value, slice):
        start, stop = ("" if part is None else literal(part, tensor) for part in (value.start, value.stop))
        step = "" if value.step is None else f":{literal(value.step, tensor)}"
        return f"{start}:{stop}{step}"
    if isinstance(value, tuple) and value:
        inner = ", ".join(index(part, tensor) for part in value)
        return f"{inner}," if len(value) == 1 else inner
    return literal(value, tensor)


def tensor_text(value: torch.Tensor) -> str:
    """A call that makes a tensor of this dtype and shape, and of these values or others of their range."""
    if value.layout is not torch.strided or value.is_quantized:
        raise Unwritable("cannot write a sparse or quantized tensor")
    value = value.detach().resolve_conj().resolve_neg()
    shape = tuple(value.shape)
    if value.is_complex():
        parts = torch.view_as_real(value.to(torch.complex64))
        made = f"torch.complex({tensor_text(parts[..., 0])}, {tensor_text(parts[..., 1])})"
        return made if value.dtype is torch.complex64 else f"{made}.to({value.dtype})"
    if value.numel() == 0:
        return f"torch.zeros({shape}, dtype={value.dtype})"
    natural = torch.float32 if value.is_floating_point() else torch.int64
    if value.numel() <= _WRITTEN_OUT:
        listed = literal(_rounded(value.tolist()), tensor_text)
        if value.dtype in (natural, torch.bool):
            return f"torch.tensor({listed})"
        return f"torch.tensor({listed}, dtype={value.dtype})"
    if value.dtype is torch.bool:
        return f"torch.rand({shape}) > 0.5"
    if value.is_floating_point():
        finite = value[value.isfinite()]
        low = float(finite.min()) if finite.numel() else 0.0
        made = f"torch.randn({shape})" if low < 0 else f"torch.rand({shape})"
    else:
        made = f"torch.randint({int(value.min())}, {int(value.max()) + 1}, {shape})"
    return made if value.dtype is natural else f"{made}.to({value.dtype})"


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value
