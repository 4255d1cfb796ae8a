"""Guessed constructor arguments: by what a parameter is called, and by its annotation.

What must differ from one parameter to the next is varied one at a time.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import itertools
import random
import re
import typing
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from .configs import configs_for
from .names import PARTS, SIZES, WIDTH, by_name

_DEPTH = 2  # how deep modules that take modules are built
_RANDOM_TRIES = 30


def constructed(cls: type, deep: int = _DEPTH, tries: int = _RANDOM_TRIES) -> Iterator[tuple[Any, str]]:
    """Instances of a class, the likeliest arguments first, and the arguments as text."""
    named = _parameters(cls)
    hints = _hints(cls)
    choices = {
        one.name: configs_for(cls, one.name, hints.get(one.name))
        + _candidates(one.name, hints.get(one.name, one.annotation), deep)
        for one in named
        if one.default is one.empty
    }
    # Weights would be fetched, and say nothing of what converts.
    choices |= {one.name: [_without_weights(one.default)] for one in named if _asks_for_weights(one)}
    if any(not given for given in choices.values()):
        return
    # None by default may stand for "say it": a size, mostly.
    unsaid = {one.name: by_name(one.name, SIZES) for one in named if one.default is None}
    more = {name: given for name, given in unsaid.items() if given}
    picks = _combinations(choices, tries, random.Random(cls.__qualname__))
    if more and deep == _DEPTH:
        picks = itertools.chain(
            picks, _combinations({**choices, **more}, tries, random.Random(cls.__qualname__))
        )
    for picked in picks:
        try:
            torch.manual_seed(0)
            given = {name: make() for name, make in picked.items()}
            made = cls(**given)
        except Exception:
            continue
        yield made, ", ".join(f"{name}={_text(value)}" for name, value in given.items())


def _parameters(cls: type) -> list[inspect.Parameter]:
    """Those with a name; of __init__ where a metaclass hides them."""
    for called in (cls, cls.__init__):
        try:
            parameters = list(inspect.signature(called).parameters.values())
        except (TypeError, ValueError):
            continue
        named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
        if named and called is not cls:
            return named[1:]
        if named:
            return named
    return []


def _asks_for_weights(parameter: inspect.Parameter) -> bool:
    asked = isinstance(parameter.default, str) or parameter.default is True
    named = r"pretrained|weights|checkpoint" if isinstance(parameter.default, str) else r"pretrained"
    return asked and re.search(named, parameter.name) is not None


def _without_weights(default: Any) -> Callable[[], Any]:
    return lambda: False if default is True else None


def _combinations(
    choices: dict[str, list[Any]], tries: int, chance: random.Random
) -> Iterator[dict[str, Any]]:
    first = {name: given[0] for name, given in choices.items()}
    yield first
    for name, given in choices.items():
        for other in given[1:]:
            yield {**first, name: other}
    if len(choices) > 1:
        for _ in range(tries):
            yield {name: chance.choice(given) for name, given in choices.items()}


def _candidates(name: str, annotation: Any, deep: int) -> list[Callable[[], Any]]:
    """Ways to make a value, the likeliest first."""
    if annotation is inspect.Parameter.empty:
        annotation = None
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return [lambda value=value: value for value in inner]
    if origin is typing.Union or type(annotation).__name__ == "UnionType":
        return [make for one in inner if one is not type(None) for make in _candidates(name, one, deep)]
    if origin in (list, tuple) or annotation in (list, tuple):
        element = inner[0] if inner else int
        number = 2 if origin is not tuple or Ellipsis in inner else len(inner)
        kind = origin or annotation
        if inner and dataclasses.is_dataclass(element):
            return []
        return [
            lambda make=make: kind([make() for _ in range(number)])
            for make in _candidates(name, element, deep)
        ]
    if annotation is bool:
        return [lambda: False, lambda: True]
    if annotation is float:
        return [lambda: 0.1, lambda: 1.0]
    if annotation is str:
        return [make for make in by_name(name, PARTS) if isinstance(_tried(make), str)] or [lambda: ""]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [lambda value=value: value for value in annotation]
    if annotation is torch.Tensor:
        return [lambda: torch.rand(WIDTH), lambda: torch.rand(WIDTH, WIDTH)]
    if annotation is nn.Module or annotation is nn.Sequential:
        return [nn.Identity, lambda: nn.Linear(WIDTH, WIDTH), lambda: nn.Conv2d(WIDTH, WIDTH, 3, padding=1)]
    if isinstance(annotation, type) and annotation.__module__ not in ("builtins", "typing") and deep:
        made = next(constructed(annotation, deep - 1, 3), None)
        return [lambda: made[0]] if made is not None else []
    found = by_name(name, PARTS) if annotation is not int else []
    found += by_name(name, SIZES)
    if annotation is int:
        found = [make for make in found if type(_tried(make)) is int]
    return found or [lambda: WIDTH, lambda: 2, lambda: None]


def _tried(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Exception:
        return None


def _hints(cls: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls.__init__)
    except Exception:
        return {}


def _text(value: Any) -> str:
    if isinstance(value, (nn.Module, torch.Tensor)):
        return type(value).__name__
    return " ".join(repr(value).split())[:60]
