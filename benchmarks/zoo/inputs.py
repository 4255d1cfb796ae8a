"""Inputs with which a module's forward() runs, found by trying what its layers and parameters suggest."""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import nn

from .arguments import WIDTH

_TRIES = 150

#: A shape and whether it holds "float", "int" or "bool".
_Kind = tuple[tuple[int, ...], str]


class Bound(nn.Module):
    """A module with the arguments that aren't tensors filled in, since only tensors can be traced."""

    def __init__(self, module: nn.Module, names: list[str], constants: dict[str, Any]) -> None:
        super().__init__()
        self.module = module
        self.names = names
        self.constants = constants

    def forward(self, *tensors: Any) -> Any:
        return self.module(**dict(zip(self.names, tensors, strict=True)), **self.constants)


class Runnable(NamedTuple):
    module: nn.Module
    inputs: tuple[torch.Tensor, ...]


def runnable(module: nn.Module, until: float) -> Runnable | None:
    """The module, in eval mode, with inputs that it takes; None if none were found by then (CPU time)."""
    module.eval()
    for names, values in _guesses(module):
        if time.process_time() > until:
            return None
        tensors = {name: value for name, value in zip(names, values, strict=True) if _is_tensor(value)}
        constants = {name: value for name, value in zip(names, values, strict=True) if not _is_tensor(value)}
        inputs = tuple(tensors.values())
        tried = Bound(module, list(tensors), constants) if constants else module
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
            yield names, [_value(needed[0], main), *others]


def _others(parameters: list[inspect.Parameter], main: _Kind) -> Iterator[list[Any]]:
    if not parameters:
        yield []
        return
    said = [_said_by_name(one, main) for one in parameters]
    if any(one is not None for one in said):
        yield [
            _made(main) if one is None else one if not isinstance(one, tuple) else _made(one) for one in said
        ]
    yield [_made(main) for _ in parameters]
    yield [_made(((1, 16, WIDTH), "float")) for _ in parameters]


def _said_by_name(parameter: inspect.Parameter, main: _Kind) -> Any:
    """A shape, a value that isn't a tensor, or None where the name tells nothing."""
    name, annotation = parameter.name.lower(), parameter.annotation
    if annotation is int or re.fullmatch(r"h|w|height|width", name):
        return 8
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


def _value(parameter: inspect.Parameter, kind: _Kind) -> Any:
    tensor = _made(kind)
    annotation = str(parameter.annotation)
    return [tensor, tensor.clone()] if re.search(r"(?i)\blist\[|\btuple\[|sequence\[", annotation) else tensor


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
        if kind not in seen:
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
            widths.append(layer.normalized_shape[-1])
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
    yield (1, 16), "int"
    yield (1, 16000), "float"


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)
