"""Inputs with which a module's forward() runs, found by trying what its layers and parameters suggest."""

from __future__ import annotations

import inspect
import itertools
import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import nn

from .names import WIDTH

_TRIES = 150

#: A shape and whether it holds "float", "int" or "bool".
_Kind = tuple[tuple[int, ...], str]


class Bound(nn.Module):
    """A module that takes tensors only, as can be traced: lists are made of them, all else is filled in."""

    def __init__(self, module: nn.Module, given: dict[str, Any]) -> None:
        super().__init__()
        self.module = module
        self.constants = {name: value for name, value in given.items() if not _tensors(value)}
        #: How many tensors a parameter takes in a list; None: one, as it is.
        self.lengths = {
            name: len(value) if isinstance(value, list) else None
            for name, value in given.items()
            if _tensors(value)
        }

    def forward(self, *tensors: Any) -> Any:
        left = iter(tensors)
        given = {
            name: next(left) if length is None else list(itertools.islice(left, length))
            for name, length in self.lengths.items()
        }
        return self.module(**given, **self.constants)


class Runnable(NamedTuple):
    module: nn.Module
    inputs: tuple[torch.Tensor, ...]


def runnable(module: nn.Module, until: float) -> Runnable | None:
    """The module, in eval mode, with inputs that it takes; None if none were found by then (CPU time)."""
    module.eval()
    for names, values in _guesses(module):
        if time.process_time() > until:
            return None
        inputs = tuple(tensor for value in values for tensor in _tensors(value))
        plain = all(isinstance(value, torch.Tensor) for value in values)
        tried = module if plain else Bound(module, dict(zip(names, values, strict=True)))
        if inputs and _runs(tried, inputs):
            return Runnable(tried, inputs)
    return None


def _runs(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> bool:
    try:
        torch.manual_seed(0)
        with torch.no_grad():
            return module(*(one.clone() for one in inputs)) is not None
    except Exception:
        return False


def _guesses(module: nn.Module) -> Iterator[tuple[list[str], list[Any]]]:
    """Values for forward's parameters that have no default, the likeliest first."""
    try:
        parameters = list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return
    named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    needed = [one for one in named if one.default is one.empty]
    if not needed and named:
        needed = named[:1]
    if not needed and any(one.kind is one.VAR_POSITIONAL for one in parameters):
        needed = [one for one in parameters if one.kind is one.VAR_POSITIONAL]
    if not needed:
        return
    names = [one.name for one in needed]
    tried = 0
    for main in _shapes(module):
        for others in _others(needed[1:], main):
            tried += 1
            if tried > _TRIES:
                return
            for first in _values(needed[0], main):
                yield names, [first, *others]


def _others(parameters: list[inspect.Parameter], main: _Kind) -> Iterator[list[Any]]:
    if not parameters:
        yield []
        return
    said = [_said_by_name(one, main) for one in parameters]
    if any(one is not None for one in said):
        yield [_made(main) if one is None else _made(one) if _is_kind(one) else one for one in said]
    yield [_made(main) for _ in parameters]
    if len(main[0]) == 4:  # what comes from before a downsampling
        yield [_made(((*main[0][:2], 2 * main[0][2], 2 * main[0][3]), main[1])) for _ in parameters]
    yield [_made(((1, 16, WIDTH), "float")) for _ in parameters]


def _said_by_name(parameter: inspect.Parameter, main: _Kind) -> Any:
    """A shape, a value that isn't a tensor, or None where the name tells nothing."""
    name, annotation = parameter.name.lower(), parameter.annotation
    if annotation is int or re.fullmatch(r"h|w|height|width", name):
        return 8
    if re.search(r"^edge_?ind", name):
        return (2, 32), "int"
    if re.search(r"^edge_", name):
        return (32, WIDTH), "float"
    if re.search(r"^adj", name):
        return (*main[0][:-1], main[0][-2] if len(main[0]) > 1 else 16), "float"
    if re.search(r"(?i)tuple\[int, int\]", str(annotation)) or re.search(r"^(x_|hw_)?(size|shape|hw)$", name):
        return 4, 4
    if annotation is float:
        return 1.0
    if annotation is bool:
        return False
    if "mask" in name:
        return (1, main[0][1] if len(main[0]) > 1 else 16), "bool"
    if re.search(r"^ts?$|time|sigma", name):
        return (1,), "float"
    if re.search(r"len|size", name):
        return (1,), "int"
    if re.search(r"coors|coord|pos|xyz|points", name):
        return (*main[0][:-1], 3), "float"
    if re.search(r"(^|_)(ids?|token|label|target|index|idx)", name):
        return (1, 16), "int"
    return None


def _values(parameter: inspect.Parameter, kind: _Kind) -> Iterator[Any]:
    """A tensor, or a list where nothing else is asked for: two that are alike, or one of half the size."""
    annotation = re.sub(r"typing\.|torch\.|^Union\[|^Optional\[", "", str(parameter.annotation))
    if not re.search(r"(?i)\blist\[|\btuple\[|sequence\[", annotation) or annotation.startswith("Tensor"):
        yield _made(kind)
        return
    yield [_made(kind), _made(kind)]
    shape, what = kind
    if len(shape) == 4:
        yield [_made(kind), _made(((*shape[:2], shape[2] // 2, shape[3] // 2), what))]


def _made(kind: _Kind) -> torch.Tensor:
    shape, what = kind
    generator = torch.Generator().manual_seed(sum(shape))
    if what == "float":
        return torch.randn(shape, generator=generator)
    if what == "bool":
        return torch.ones(shape, dtype=torch.bool)
    return torch.randint(0, 8, shape, generator=generator)


def _shapes(module: nn.Module) -> Iterator[_Kind]:
    """What the first layers take, then what inputs mostly look like."""
    seen: set[_Kind] = set()
    for kind in [*_suggested(module), *_usual([3, WIDTH, 1, 10, 64, 4])]:
        if kind not in seen and all(isinstance(size, int) for size in kind[0]):
            seen.add(kind)
            yield kind


def _suggested(module: nn.Module) -> Iterator[_Kind]:
    widths: list[int] = []
    for layer in module.modules():
        if isinstance(layer, nn.Embedding):
            yield (1, 16), "int"
        elif isinstance(layer, (nn.Conv1d, nn.ConvTranspose1d)):
            yield from (((1, layer.in_channels, size), "float") for size in (64, 4096))
            yield (1, 64, layer.in_channels), "float"
            yield (1, 4096), "float"
            widths.append(layer.in_channels)
        elif isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            yield from (((1, layer.in_channels, size, size), "float") for size in (64, 32, 224))
            widths.append(layer.in_channels)
        elif isinstance(layer, (nn.Conv3d, nn.ConvTranspose3d)):
            yield (1, layer.in_channels, 16, 32, 32), "float"
        elif isinstance(layer, (nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d)):
            widths.append(getattr(layer, "num_features", getattr(layer, "num_channels", WIDTH)))
        elif isinstance(layer, nn.BatchNorm1d):
            yield (1, layer.num_features), "float"
            yield (1, layer.num_features, 64), "float"
        elif isinstance(layer, nn.Linear):
            yield (1, 16, layer.in_features), "float"
            yield (1, layer.in_features), "float"
            widths.append(layer.in_features)
        elif isinstance(layer, nn.RNNBase):
            yield (1, 16, layer.input_size), "float"
        elif isinstance(layer, nn.LayerNorm):
            yield (1, 16, *layer.normalized_shape), "float"
            widths.extend(layer.normalized_shape[-1:])
        if len(widths) > 4:
            break
    if widths:
        yield from _usual(list(dict.fromkeys(widths)))


def _usual(widths: list[int]) -> Iterator[_Kind]:
    for width in widths:
        yield (1, width, 64, 64), "float"
        yield (1, 16, width), "float"
        yield (1, width), "float"
        yield (1, width, 64), "float"
        yield (1, 8, 8, width), "float"
        yield (1, 4, 16, width), "float"
        yield (1, width, 4, 16, 16), "float"
        yield (16, width), "float"
    yield (1, 16), "int"
    yield (1, 16000), "float"


def _is_kind(value: Any) -> bool:
    return isinstance(value, tuple) and isinstance(value[1], str)


def _tensors(value: Any) -> list[torch.Tensor]:
    """Itself, or those in a list."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, torch.Tensor)]
