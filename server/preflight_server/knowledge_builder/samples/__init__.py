"""Where the arguments come from: PyTorch's own test databases, hand-written calls, generic guesses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..case import Case


class Sample(NamedTuple):
    """One way of calling an API. ``make(constants, first_output)`` builds its case anew each time."""

    name: str
    make: Callable[[bool, bool], Case]
    #: Whether everything but the first tensor is a weight, and so constant in any real model.
    weights: bool = False
    #: Whether it is a module, which may have another path for inference without gradients.
    trained: bool = False


def signature(value: Any) -> Any:
    """What makes a sample different from another one: ranks, dtypes, options; not sizes or values."""
    import torch

    if isinstance(value, torch.Tensor):
        return (value.dim(), str(value.dtype), value.numel() == 0)
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, len(value), tuple(signature(item) for item in value[:4]))
    if isinstance(value, dict):
        return tuple((key, signature(item)) for key, item in value.items())
    if isinstance(value, (str, bool, torch.dtype)) or value is None:
        return str(value)
    return type(value).__name__
