"""Config objects for constructors that take one, of the class that the code names and smaller than usual."""

from __future__ import annotations

import inspect
import itertools
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

from .names import SIZES, by_name

_PARAMETER = r"config|cfg|^args$|hparams"
_CLASS = r"(Config|Cfg|Args|Arguments|Hparams|HParams)$"
_AT_MOST = 3  # classes that are tried
#: Numbers up to this are counts or flags, and say how parts fit each other.
_SMALL = 8


def configs_for(cls: type, name: str, annotation: Any) -> list[Callable[[], Any]]:
    """Ways to make a config for a parameter of a class, the likeliest first; none if it takes no config."""
    if not re.search(_PARAMETER, name):
        return []
    found = list(dict.fromkeys(_classes(cls, annotation)))[:_AT_MOST]
    return [
        lambda one=one, sizes=sizes: _made(one, sizes) for one in found for sizes in (_smaller, lambda _: {})
    ]  # fmt: skip


def _made(config: type, sizes: Callable[[type], dict[str, int]]) -> Any:
    made = config(**sizes(config))
    # Which attention it is, transformers leaves to the whole model; a part alone has to be told.
    if getattr(made, "_attn_implementation", "") is None:
        made._attn_implementation = "eager"
    return made


def _classes(cls: type, annotation: Any) -> Iterator[type]:
    """What the signature or the class says, then what its module uses: those that share its name first."""
    for said in (annotation, getattr(cls, "config_class", None)):
        if isinstance(said, type) and re.search(_CLASS, said.__name__):
            yield said
    used = [
        value
        for value in vars(sys.modules[cls.__module__]).values()
        if isinstance(value, type) and re.search(_CLASS, value.__name__)
    ]
    yield from sorted(used, key=lambda one: -_alike(one.__name__, cls.__name__))


def _alike(one: str, other: str) -> int:
    """The number of letters with which both begin."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _smaller(config: type) -> dict[str, int]:
    """Small numbers for those that a config has by default, where their names tell what they are."""
    found: dict[str, int] = {}
    for one in inspect.signature(config).parameters.values():
        if type(one.default) is not int or one.default <= _SMALL:
            continue
        if re.search(r"_id$", one.name):
            found[one.name] = 1
        else:
            sizes = [size for size in (make() for make in by_name(one.name, SIZES)) if type(size) is int]
            found.update({one.name: sizes[0]} if sizes else {})
    return found
