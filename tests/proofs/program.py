"""A rule's example, run for real.

An example is a complete small program, written in one of two forms:

* of a module: a class ``Net`` (an ``nn.Module`` that needs no arguments) and a function ``example()``
  that returns the tuple of its example inputs. The proof traces and converts it.
* of a call: a function ``convert()`` that traces, converts and, where that is the point, saves (to the
  current folder, an empty one), and returns the ``MLModel``. With a ``Net`` beside it, the numbers are
  compared as well, on ``example()`` or on random inputs; ``convert()`` then has to build its ``Net()``
  before it draws a random number.
"""

from __future__ import annotations

import importlib.util
import itertools
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import coremltools as ct
import numpy as np
import torch

_numbers = itertools.count()


class Inputs(NamedTuple):
    values: tuple[torch.Tensor, ...]
    #: Whether these have the shapes of the example, for which alone the converted program is made.
    as_traced: bool


class Program:
    def __init__(self, source: str, folder: Path) -> None:
        """Runs ``source``; raises whatever it raises, ``SyntaxError`` included."""
        path = folder / f"example_{next(_numbers)}.py"
        path.write_text(source, encoding="utf-8")
        self._module = _import(path)

    @property
    def converts_itself(self) -> bool:
        return hasattr(self._module, "convert")

    @property
    def has_module(self) -> bool:
        return hasattr(self._module, "Net")

    @property
    def has_example(self) -> bool:
        return hasattr(self._module, "example")

    def eager(self) -> torch.nn.Module:
        """The module with the same weights on every call, in eval mode; its first call draws the same too."""
        random.seed(0)
        np.random.seed(0)
        torch.manual_seed(0)
        return self._module.Net().eval()

    def example(self) -> tuple[torch.Tensor, ...]:
        torch.manual_seed(1)
        return tuple(self._module.example())

    def trace(self) -> torch.jit.ScriptModule:
        with torch.no_grad():
            return torch.jit.trace(self.eager(), self.example(), check_trace=False)

    def convert(self, **arguments: Any) -> Any:
        """The ``MLModel``; ``arguments`` are for ``ct.convert`` and serve only an example of a module."""
        if self.converts_itself:
            torch.manual_seed(0)
            return self._module.convert()
        return ct.convert(
            self.trace(), inputs=[ct.TensorType(shape=value.shape) for value in self.example()], **arguments
        )

    def lower(self, frontend: str = "trace") -> Any:
        """The MIL program before any pass: as right as the whole conversion, in a ninth of the time."""
        example = self.example()
        how: dict[str, Any] = {"convert_to": "milinternal", "pass_pipeline": ct.PassPipeline.EMPTY}
        if frontend == "export":
            with torch.no_grad():
                exported = torch.export.export(self.eager(), example).run_decompositions({})
            return ct.convert(exported, **how)
        inputs = [ct.TensorType(shape=value.shape, dtype=_DTYPES.get(value.dtype)) for value in example]
        return ct.convert(self.trace(), inputs=inputs, **how)


#: What Core ML takes for inputs that are not floats.
_DTYPES = {torch.int64: np.int32, torch.int32: np.int32, torch.bool: np.bool_}


def probes(example: tuple[torch.Tensor, ...]) -> list[Inputs]:
    """``example``, and other inputs on which a value frozen while tracing shows."""
    others = [tuple(change(value) for value in example) for change in _CHANGES]
    inputs = [Inputs(values, as_traced=True) for values in (example, *others)]
    if all(value.dim() > 0 for value in example):
        longer = tuple(torch.cat([value, value]) for value in example)
        inputs.append(Inputs(longer, as_traced=False))
    return inputs


def _negate(value: torch.Tensor) -> torch.Tensor:
    if value.dtype == torch.bool:
        return ~value
    return -value if value.is_floating_point() else value.flip(-1) if value.dim() else value


def _mix(value: torch.Tensor) -> torch.Tensor:
    """Other values between the smallest and the largest one, so that indices stay in their range."""
    if value.is_floating_point():
        return value * torch.rand_like(value)
    if value.dtype == torch.bool:
        return torch.rand(value.shape) > 0.5
    return torch.randint_like(value, int(value.min()), int(value.max()) + 1)


def _widen(value: torch.Tensor) -> torch.Tensor:
    return value * 3 + torch.randn_like(value) if value.is_floating_point() else _mix(value)


_CHANGES: Sequence[Callable[[torch.Tensor], torch.Tensor]] = (_negate, _mix, _widen)


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
