"""Guessed constructor arguments: by what a parameter is called, and by its annotation.

Widths are all alike, so that parts fit each other; what must differ is varied one parameter at a time.
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

WIDTH = 32
_DEPTH = 2  # how deep modules that take modules are built
_RANDOM_TRIES = 30

#: What a parameter's name tells; the first pattern that fits counts.
_BY_NAME: list[tuple[str, list[Callable[[], Any]]]] = [
    (pattern, [(lambda value=value: value) for value in values])
    for pattern, values in [
        (r"(^|_)(image|img|input|fmap|feature)_?(size|resolution|shape|hw)$", [64, (64, 64), WIDTH, (8, 8)]),
        (r"shape|resolution$", [(8, 8), (16,), (WIDTH, 64, 64)]),
        (r"permut", [(0, 2, 1), (0, 2, 3, 1)]),
        (r"(^|_)(h|w|height|width)$", [8, WIDTH]),
        (r"window|patch|block_size|bucket|segment|chunk", [4, 8, (4, 4)]),
        (r"kernel|filter_(size|length)|conv_size", [3, (3, 3), 16]),
        (r"stride|upsample|downsample|scale|reduction|factor|expansion|mult|ratio", [2, 1, 0.5]),
        (r"pad", [1, 0]),
        (r"dilation|group|repeat", [1, 2]),
        (r"dim_head|head_dim|head_size|d_head|d_k|d_v|dim_key|dim_value", [8]),
        (r"head", [4, 1]),
        (r"depth|layer|block|stack|stage|iter|step|order|level|degree|power|scales", [2, (2, 2), 1]),
        (r"(num|n)_?class|classes|n_out$|output_dim", [10, WIDTH]),
        (r"token|vocab|n_?words|num_?embed|codebook_size", [64]),
        (r"len|seq|frames|n_?points|landmarks|memor|positions", [16, 64]),
        (r"drop|eps|momentum|prob|rate$|alpha|beta|gamma|slope|temperature|sigma|std", [0.1, 1]),
        (r"bias|use_|is_|with_|causal|bidirectional|train|affine|residual|shared|^if_", [False, True]),
        (r"sample_?rate|^sr$|^fs$", [16000]),
        (r"n_fft|win|hop|mel|freq", [64, 16]),
        (r"^in_?c|in_ch|in_?planes|inplanes|n_?channels$|^channels$|chans|^c1?$", [WIDTH, 3, 1]),
        (r"channel|planes|dim|hidden|embed|d_model|feature|width|size|units|ch|in|out|n_|num|^[cdknm]\d?$",
         [WIDTH, 4, (WIDTH, WIDTH)]),
    ]
]  # fmt: skip
_PARTS: list[tuple[str, list[Callable[[], Any]]]] = [
    (r"act|nonlin", [nn.ReLU, lambda: nn.ReLU, lambda: "relu", lambda: torch.relu]),
    (r"norm", [lambda: nn.LayerNorm, lambda: nn.BatchNorm2d, lambda: nn.LayerNorm(WIDTH), lambda: "batch"]),
    (
        r"^fn|func|module|net|layer$|block$|model|encoder|decoder|backbone|transformer|attn$|^attention$|^ff$",
        [nn.Identity, lambda: nn.Linear(WIDTH, WIDTH), lambda: nn.Conv2d(WIDTH, WIDTH, 3, padding=1)],
    ),
    (r"config|cfg|kwargs|params|options", [dict]),
    (r"mode|type|name|method", [lambda: "max", lambda: "bilinear", lambda: "sum"]),
]


def constructed(cls: type, deep: int = _DEPTH, tries: int = _RANDOM_TRIES) -> Iterator[tuple[Any, str]]:
    """Instances of a class, the likeliest arguments first, and the arguments as text."""
    try:
        parameters = list(inspect.signature(cls).parameters.values())
    except (TypeError, ValueError):
        return
    named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    hints = _hints(cls)
    choices = {
        one.name: _candidates(one.name, hints.get(one.name, one.annotation), deep)
        for one in named
        if one.default is one.empty
    }
    if any(not given for given in choices.values()):
        return
    # None by default may stand for "say it": a size, mostly.
    unsaid = {one.name: _by_name(one.name, _BY_NAME) for one in named if one.default is None}
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
        return [make for make in _by_name(name, _PARTS) if isinstance(_tried(make), str)] or [lambda: ""]
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [lambda value=value: value for value in annotation]
    if annotation is torch.Tensor:
        return [lambda: torch.rand(WIDTH), lambda: torch.rand(WIDTH, WIDTH)]
    if annotation is nn.Module or annotation is nn.Sequential:
        return [nn.Identity, lambda: nn.Linear(WIDTH, WIDTH), lambda: nn.Conv2d(WIDTH, WIDTH, 3, padding=1)]
    if isinstance(annotation, type) and annotation.__module__ not in ("builtins", "typing") and deep:
        made = next(constructed(annotation, deep - 1, 3), None)
        return [lambda: made[0]] if made is not None else []
    found = _by_name(name, _PARTS) if annotation is not int else []
    found += _by_name(name, _BY_NAME)
    if annotation is int:
        found = [make for make in found if type(_tried(make)) is int]
    return found or [lambda: WIDTH, lambda: 2, lambda: None]


def _by_name(name: str, table: list[tuple[str, list[Callable[[], Any]]]]) -> list[Callable[[], Any]]:
    return next((list(made) for pattern, made in table if re.search(pattern, name.lower())), [])


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
