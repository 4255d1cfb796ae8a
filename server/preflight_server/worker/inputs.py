"""Example tensors for forward's parameters."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from .failures import Refused


class Input(NamedTuple):
    """One tensor that goes into the model."""

    name: str
    shape: tuple[int, ...]
    dtype: str


class Examples(NamedTuple):
    inputs: tuple[Input, ...]
    #: In forward's order, ready for a call by position; where a parameter with a default is left out
    #: in between, the tensors are in ``keyword`` instead.
    positional: tuple[Any, ...]
    keyword: dict[str, Any] | None


def examples(module: Any, target: str, given: list[dict[str, Any]]) -> Examples:
    """Tensors of the given shapes, assigned to forward's parameters.

    ``given`` holds name (or None), shape and dtype, as in the request.
    Raises Refused where they don't fit forward, or where none are given.
    """
    required, optional, variadic = _parameters(module)
    if not given and required:
        raise Refused(_question(target, required, _guess(module)), _as_question(required, _guess(module)))
    names = _assign(target, given, required, optional, variadic)
    by_name = dict(zip(names, given, strict=False))
    inputs = tuple(Input(name, tuple(one["shape"]), one["dtype"]) for name, one in by_name.items())
    ordered = [name for name in [*required, *optional] if name in by_name]
    if not ordered:
        ordered = names
    inputs = tuple(sorted(inputs, key=lambda one: ordered.index(one.name)))
    tensors = {one.name: tensor(one) for one in inputs}
    in_a_row = ordered == [*required, *optional][: len(ordered)]
    if variadic or (in_a_row and not _keyword_only(module) & set(ordered)):
        return Examples(inputs, tuple(tensors.values()), None)
    return Examples(inputs, (), tensors)


def tensor(one: Input) -> Any:
    """An example: random numbers, zeros for integers (a valid index of any table), true for bool."""
    import torch

    dtype = getattr(torch, one.dtype)
    if dtype.is_floating_point:
        return torch.rand(one.shape, dtype=torch.float32).to(dtype)
    return torch.ones(one.shape, dtype=dtype) if dtype is torch.bool else torch.zeros(one.shape, dtype=dtype)


def _parameters(module: Any) -> tuple[list[str], list[str], bool]:
    """forward's parameters without a default, with one, and whether it takes ``*args``."""
    import torch

    if isinstance(module, torch.jit.ScriptModule):
        names = [argument.name for argument in module.forward.schema.arguments[1:]]
        return names, [], False
    parameters = list(inspect.signature(module.forward).parameters.values())
    named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    required = [one.name for one in named if one.default is one.empty]
    optional = [one.name for one in named if one.default is not one.empty]
    return required, optional, any(one.kind is one.VAR_POSITIONAL for one in parameters)


def _keyword_only(module: Any) -> set[str]:
    import torch

    if isinstance(module, torch.jit.ScriptModule):
        return set()
    parameters = inspect.signature(module.forward).parameters.values()
    return {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}


def _assign(
    target: str, given: list[dict[str, Any]], required: list[str], optional: list[str], variadic: bool
) -> list[str]:
    known = [*required, *optional]
    signature = f"forward({', '.join(known) if known else '*args' if variadic else ''})"
    names: list[str] = []
    for one in given:
        name = one["name"]
        free = [parameter for parameter in known if parameter not in names]
        if name is None:
            if not free and not variadic:
                raise Refused(f"{target}: {len(given)} inputs are given, but it is {signature}")
            name = free[0] if free else f"input_{len(names)}"
        elif name not in known and not variadic:
            raise Refused(
                f"{target}: no parameter {name!r} in {signature}: use --input {known[0] if known else ''}=..."
            )
        elif name in names:
            raise Refused(f"{target}: input {name!r} is given twice")
        names.append(name)
    missing = [name for name in required if name not in names]
    if missing:
        hints = " ".join(f"--input {name}=SHAPE" for name in missing)
        raise Refused(f"{target}: no shape for {', '.join(missing)} of {signature}: add {hints}")
    return names


def _guess(module: Any) -> tuple[tuple[int, ...], str] | None:
    """What the first layer takes: a shape and a dtype."""
    import torch.nn as nn

    for layer in module.modules():
        if isinstance(layer, nn.Embedding):
            return (1, 16), "int32"
        for kind, rest in (
            ((nn.Conv1d, nn.ConvTranspose1d), (128,)),
            ((nn.Conv2d, nn.ConvTranspose2d), (224, 224)),
            ((nn.Conv3d, nn.ConvTranspose3d), (16, 112, 112)),
        ):
            if isinstance(layer, kind):
                return (1, layer.in_channels, *rest), "float32"
        if isinstance(layer, nn.Linear):
            return (1, layer.in_features), "float32"
        if isinstance(layer, (nn.RNN, nn.GRU, nn.LSTM)):
            return (1, 16, layer.input_size), "float32"
        if isinstance(layer, nn.MultiheadAttention):
            return (1, 16, layer.embed_dim), "float32"
    return None


def _as_question(required: list[str], guess: tuple[tuple[int, ...], str] | None) -> dict[str, Any]:
    shape, dtype = guess or ((1, 3, 224, 224), "float32")
    return {
        "parameters": required,
        "guess": [{"name": name, "shape": list(shape), "dtype": dtype} for name in required],
    }


def _question(target: str, required: list[str], guess: tuple[tuple[int, ...], str] | None) -> str:
    shape, dtype = guess or ((1, 3, 224, 224), "float32")
    text = ",".join(map(str, shape)) + ("" if dtype == "float32" else f":{dtype}")
    options = " ".join(f"--input {name}={text}" for name in required)
    why = "; its first layer suggests" if guess else ", for example"
    return f"{target}: give the shape of each input of forward({', '.join(required)}){why}: {options}"
