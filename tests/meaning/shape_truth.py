"""What torch really gives, beside what the linter says it gives.

``Recorder`` sees every public call of torch that runs while it is active, with its real arguments and result.
Each is put to the linter as it could stand in a program: as it is, with arguments by name, by position, and
partly unknown.
"""

from __future__ import annotations

import inspect
import itertools
import random
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any

import torch
from torch.overrides import TorchFunctionMode, resolve_name

from preflight_analyzers.meaning.shapes import result_of
from preflight_analyzers.meaning.shapes.promotion import USUAL_COMPLEX
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    External,
    Known,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
)

#: Where torch keeps functions that are public under another name.
_PUBLIC = {
    "torch._C._nn.": "torch.nn.functional.",
    "torch._C._linalg.linalg_": "torch.linalg.",
    "torch._C._fft.fft_": "torch.fft.",
    "torch._C._special.special_": "torch.special.",
    "torch.functional.": "torch.",
}
_NAMESPACES = ("torch", "torch.nn.functional", "torch.linalg", "torch.fft", "torch.special", "torch.Tensor")
#: How often each call is put with a part of its arguments unknown.
_VEILED = 2


def public_name(function: Any) -> str | None:
    """The name under which a program calls the function; None where it doesn't."""
    name = resolve_name(function)
    if name is None:
        return None
    for private, public in _PUBLIC.items():
        if name.startswith(private):
            name = public + name[len(private) :]
    name = name.removesuffix(".__get__")
    namespace, _, last = name.rpartition(".")
    private = last.startswith("_") and not last.startswith("__")
    return name if namespace in _NAMESPACES and not private else None


class Recorder(TorchFunctionMode):
    """Judges the calls of torch that are made while it is active."""

    def __init__(self) -> None:
        super().__init__()
        #: By API: how many calls gave a tensor, and of how many of these rank and dtype were told.
        self.seen: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.mistakes: list[str] = []

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        named = dict(kwargs or {})
        api = public_name(function)
        # Written down before the call, which may work in place.
        arguments = abstract_arguments(args, named)
        forms = list(other_forms(function, args, named)) if api is not None else []
        result = function(*args, **named)
        if api is not None and holds_tensors(result):
            self.judge(api, arguments, result)
            for form in forms:
                self.claim(api, form, result)
        return result

    def judge(self, api: str, arguments: Arguments, result: object, made: Arguments | None = None) -> None:
        """Put the call to the linter, as it is and with a part of it unknown."""
        self.seen[api] += 1
        self.told[api] += self.claim(api, arguments, result, made)
        chance = random.Random(zlib.crc32(f"{api} {self.seen[api]}".encode()))
        for _ in range(_VEILED):
            hidden = veiled_arguments(arguments, chance)
            self.claim(api, hidden, result, veiled_arguments(made, chance) if made is not None else None)

    def claim(self, api: str, arguments: Arguments, result: object, made: Arguments | None = None) -> bool:
        """Whether rank and dtype are told; what is told wrongly is noted."""
        try:
            told = result_of(api, arguments, made)
            found = list(mistakes(told, result, unclear=_lacks_dtype(arguments.values())))
        except Exception as error:  # whoever calls torch here may suppress it
            told, found = None, [repr(error)]
        for mistake in found:
            settings = f"{made.positional} {made.keywords}" if made is not None else ""
            self.mistakes.append(f"{api} {settings} {arguments.positional} {arguments.keywords}: {mistake}")
        return is_told(told)

    def share_told(self, apis: Iterable[str]) -> float:
        counted = list(apis)
        return sum(self.told[api] for api in counted) / sum(self.seen[api] for api in counted)


def other_forms(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[Arguments]:
    """The same call written otherwise: all by position, all but the first by name."""
    signature = signature_of(function)
    if signature is not None:
        yield from bound_forms(signature, args, kwargs)


@cache
def signature_of(function: Any) -> inspect.Signature | None:
    """None for what is written in C, and says nothing of its parameters."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def bound_forms(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[Arguments]:
    parameters = list(signature.parameters.values())
    if any(p.kind is not p.POSITIONAL_OR_KEYWORD for p in parameters):
        return
    given = signature.bind(*args, **kwargs).arguments
    yield abstract_arguments(args[:1], dict(list(given.items())[1 if args else 0 :]))
    last = max(index for index, p in enumerate(parameters) if p.name in given) if given else -1
    filled = tuple(given.get(p.name, p.default) for p in parameters[: last + 1])
    yield abstract_arguments(filled, {})


class NameRecorder(Recorder):
    """Judges the same calls with their arguments by name, for functions written in C that take them so."""

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        api = public_name(function)
        result = function(*args, **dict(kwargs or {}))
        in_place = api is None or api.endswith("_") or not holds_tensors(result)
        if api is not None and not in_place and signature_of(function) is None:
            for positional, named in named_forms(api, args, dict(kwargs or {})):
                with suppress(Exception):  # not a name that Python may use, or another overload's
                    found = function(*positional, **named)
                    if holds_tensors(found):
                        self.seen[api] += 1
                        self.told[api] += self.claim(api, abstract_arguments(positional, named), found)
        return result


def named_forms(
    api: str, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The call with the names of each overload; a method's receiver stays where it is."""
    last = api.rpartition(".")[2]
    first = 1 if api.startswith("torch.Tensor.") else 0
    for prefix in ("", "linalg_", "fft_", "special_"):
        for schema in torch._C._jit_get_schemas_for_operator(f"aten::{prefix}{last}"):
            names = ["input" if a.name == "self" else a.name for a in schema.arguments]
            if len(names) >= len(args):
                yield args[:first], {**dict(zip(names[first:], args[first:], strict=False)), **kwargs}


def dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def abstract(value: object) -> Value:
    """What the interpreter knows of this value where a program says as much."""
    if isinstance(value, torch.Tensor):
        return Tensor(Source.INPUT, dtype_name(value.dtype), tuple(value.shape))
    if isinstance(value, torch.dtype):
        return External(f"torch.{dtype_name(value)}")
    if isinstance(value, torch.memory_format | torch.layout):
        return External(str(value))
    if isinstance(value, torch.device):
        return Plain("device")
    if isinstance(value, list | tuple):
        return Sequence("list" if isinstance(value, list) else "tuple", [abstract(item) for item in value])
    return Known(value)


def abstract_arguments(positional: tuple[Any, ...], keywords: Mapping[str, Any]) -> Arguments:
    return Arguments(
        [abstract(value) for value in positional], {name: abstract(v) for name, v in keywords.items()}
    )


def veiled_arguments(arguments: Arguments, chance: random.Random) -> Arguments:
    return Arguments(
        [veiled(value, chance) for value in arguments.positional],
        {name: veiled(value, chance) for name, value in arguments.keywords.items()},
    )


def veiled(value: Value, chance: random.Random) -> Value:
    """The same value with some of it, or all of it, not known."""
    roll = chance.random()
    if isinstance(value, Tensor):
        shape = value.shape
        if shape is not None and roll < 0.6:
            shape = None if roll < 0.15 else tuple(s if chance.random() < 0.6 else None for s in shape)
        return Tensor(value.source, value.dtype if chance.random() < 0.7 else None, shape)
    if isinstance(value, Sequence) and value.items is not None:
        if roll < 0.1:
            return UNKNOWN
        items = [veiled(item, chance) for item in value.items]
        return Sequence(value.kind, None if roll < 0.2 else items, UNKNOWN)
    if isinstance(value, Known) and value.value is not None and value.value is not ...:
        kind = type(value.value).__name__
        if roll < 0.15:
            return UNKNOWN
        if roll < 0.3:
            return Plain(kind)
        if roll < 0.45 and kind in ("int", "slice"):
            return Plain(kind, Source.SHAPE, value.value)
    return value


def _lacks_dtype(values: Iterable[Value]) -> bool:
    """Whether there is a tensor among them whose dtype isn't known."""
    return any(
        _lacks_dtype(value.items or ())
        if isinstance(value, Sequence)
        else isinstance(value, Tensor) and value.dtype is None
        for value in values
    )


def mistakes(told: object, real: object, path: str = "the result", unclear: bool = False) -> Iterator[str]:
    """Where what is told is wrong; what isn't told is never wrong.

    Of an ``unclear`` dtype it may be known that it is complex; it is called by the usual one then.
    """
    if isinstance(told, Tensor):
        if not isinstance(real, torch.Tensor):
            yield f"{path} is {type(real).__name__}, not a tensor"
            return
        any_complex = unclear and told.dtype == USUAL_COMPLEX and real.is_complex()
        if told.dtype not in (None, dtype_name(real.dtype)) and not any_complex:
            yield f"{path} has dtype {real.dtype}, not {told.dtype}"
        if told.shape is not None:
            fits = len(told.shape) == real.dim() and all(
                size in (None, found) for size, found in zip(told.shape, real.shape, strict=True)
            )
            if not fits:
                yield f"{path} has shape {tuple(real.shape)}, not {told.shape}"
    elif isinstance(told, Sequence):
        if not isinstance(real, tuple | list):
            yield f"{path} is {type(real).__name__}, not several"
            return
        items = told.items if told.items is not None else [told.element] * len(real)
        if len(items) != len(real):
            yield f"{path} is {len(real)} values, not {len(items)}"
            return
        for index, (item, found) in enumerate(zip(items, real, strict=True)):
            yield from mistakes(item, found, f"{path}[{index}]", unclear)
    elif isinstance(told, Known) and told.value is None and real is not None:
        yield f"{path} is {type(real).__name__}, not None"


def is_told(told: object) -> bool:
    """Whether dtype and rank are known throughout."""
    if isinstance(told, Tensor):
        return told.dtype is not None and told.shape is not None
    if isinstance(told, Sequence):
        return all(is_told(item) for item in (told.items if told.items is not None else [told.element]))
    return isinstance(told, Known)


def holds_tensors(real: object) -> bool:
    if isinstance(real, tuple | list):
        return any(holds_tensors(item) for item in real)
    return isinstance(real, torch.Tensor) and real.layout == torch.strided


def some(samples: Iterable[Any], count: int) -> list[Any]:
    """Samples from among the first many, spread over them."""
    found = list(itertools.islice(samples, 4 * count))
    return found[:: max(1, len(found) // count)]
