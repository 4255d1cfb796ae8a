"""Calls written by hand: the ways the APIs are really called in models, and APIs that no database covers.

One line a call: ``call(api, code, name=shape, ...)``. ``code`` is the body of ``forward``: statements
separated by ``;``, the last one an expression. A shape makes a float32 input with positive and negative
values; ``ints``, ``bools`` and ``positive`` make others. A string makes a module once, outside ``forward``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

import torch

from ..case import Case, case_of_call
from . import Sample

TOPICS = (
    *("arithmetic", "shapes", "reductions", "network", "indexing", "creation", "numeric", "modules"),
    *("limits_of_layers", "limits_of_tensors", "limits_of_dtypes", "limits_of_literals"),
)

#: Names of samples that show an API as it is really called; the databases look for its edges.
EVERYDAY = "hand:"


class Ints(NamedTuple):
    shape: tuple[int, ...]
    high: int = 3


class Bools(NamedTuple):
    shape: tuple[int, ...]


class Positive(NamedTuple):
    shape: tuple[int, ...]


class Call(NamedTuple):
    api: str
    code: str
    inputs: tuple[tuple[str, Any], ...]


class Calls:
    """Collects one topic's calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, api: str, code: str, **inputs: Any) -> None:
        self.calls.append(Call(api, code, tuple(inputs.items())))

    def both(self, name: str, arguments: str, **inputs: Any) -> None:
        """The function and the method of this name; the tensor ``x`` comes first."""
        self(f"torch.{name}", f"torch.{name}({', '.join(filter(None, ['x', arguments]))})", **inputs)
        self(f"torch.Tensor.{name}", f"x.{name}({arguments})", **inputs)


def handwritten_samples(api: str) -> Iterator[Sample]:
    for call in _by_api().get(api, ()):
        yield sample_of(call, EVERYDAY)


def sample_of(call: Call, prefix: str) -> Sample:
    given = ", ".join(f"{name}={value!r}" for name, value in call.inputs)
    return Sample(
        f"{prefix}{call.code} | {given}",
        _maker(call),
        trained=call.api.startswith("torch.nn.") and call.api[9].isupper(),
    )


@lru_cache(maxsize=1)
def _by_api() -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for topic in TOPICS:
        for call in import_module(f".calls.{topic}", __package__).calls.calls:
            found[call.api].append(call)
    return found


def handwritten_apis() -> frozenset[str]:
    return frozenset(_by_api())


def function_of(code: str, names: list[str], scope: dict[str, Any]) -> Any:
    """``code`` as a function of ``names``: its last expression is what it returns."""
    *statements, result = [part.strip() for part in code.split(";")]
    body = "\n".join(f"    {line}" for line in [*statements, f"return {result}"])
    exec(compile(f"def forward({', '.join(names)}):\n{body}\n", "<sample>", "exec"), scope)
    return scope["forward"]


def _maker(call: Call) -> Any:
    def make(constants: bool, first_output: bool) -> Case:
        torch.manual_seed(0)
        generator = torch.Generator().manual_seed(0)
        scope: dict[str, Any] = {
            "torch": torch,
            "F": torch.nn.functional,
            "nn": torch.nn,
            "math": math,
            "inf": math.inf,
        }
        tensors: dict[str, torch.Tensor] = {}
        modules: dict[str, torch.nn.Module] = {}
        for name, given in call.inputs:
            if isinstance(given, str):
                made = eval(given, scope)
                if isinstance(made, torch.nn.Module):
                    modules[name] = made.eval()
                scope[name] = made
            else:
                tensors[name] = make_tensor(given, generator)
        function = function_of(call.code, list(tensors), scope)
        case = case_of_call(
            function, tuple(tensors.values()), {}, constants=constants, first_output=first_output
        )
        for name, module in modules.items():
            case.module.add_module(name, module)
        return case

    return make


def make_tensor(given: Any, generator: torch.Generator) -> torch.Tensor:
    if isinstance(given, Ints):
        return torch.randint(0, given.high, given.shape, generator=generator)
    if isinstance(given, Bools):
        return torch.rand(given.shape, generator=generator) > 0.5
    if isinstance(given, Positive):
        return torch.rand(given.shape, generator=generator) + 0.5
    return torch.randn(given, generator=generator)
