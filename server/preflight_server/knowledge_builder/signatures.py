"""The parameters of torch's public APIs: names in order, with defaults; overloads put together."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch

from .public_apis import resolve

#: A parameter: its name (after a ``*`` if it is taken by keyword only), and its default in a list of one.
Parameter = list[Any]
#: Not in torch's own list.
_SUBSCRIPTS = {"getitem": ("self", "key"), "setitem": ("self", "key", "value")}
_LITERALS = (bool, int, float, str, type(None))


def signature_of(api: str) -> list[Parameter]:
    """The positional parameters of a function or method (the tensor first), or of a module's constructor.

    Where overloads disagree on a place, its name is all of theirs: ``dim|other``.
    """
    target = resolve(api)
    if isinstance(target, type):
        return _of_python(getattr(target, "__init__"))[1:]  # noqa: B009 (of the class itself)
    name = api.rsplit(".", 1)[1]
    space = api.rsplit(".", 2)[-2] if api.count(".") > 1 else ""
    if space == "functional":
        # Functions that dispatch on a flag hide what they take.
        target = getattr(torch.nn.functional, f"_{name}", target) if _hides(target) else target
    if inspect.isfunction(target):
        return _of_python(target)
    prefix = f"{space}_" if space in ("special", "linalg", "fft") else ""
    plain = name.strip("_") if name.startswith("__") else name
    if plain in _SUBSCRIPTS:
        return [[parameter, None] for parameter in _SUBSCRIPTS[plain]]
    schemas = _schemas(f"{prefix}{plain}")
    on_tensors = [schema for schema in schemas if _takes_tensor(schema)]
    overloads = [_of_schema(schema) for schema in on_tensors or schemas]
    return _together([found for found in overloads if found])


def forward_signature_of(api: str) -> list[Parameter]:
    """The parameters of a module's ``forward``; none of what isn't a module."""
    target = resolve(api)
    return _of_python(getattr(target, "forward"))[1:] if isinstance(target, type) else []  # noqa: B009


def _hides(function: Any) -> bool:
    return inspect.isfunction(function) and list(inspect.signature(function).parameters) == ["args", "kwargs"]


def _of_python(function: Callable[..., Any]) -> list[Parameter]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    found: list[Parameter] = []
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            break
        default = parameter.default
        name = f"*{parameter.name}" if parameter.kind is parameter.KEYWORD_ONLY else parameter.name
        found.append([name, [default] if isinstance(default, _LITERALS) else None])
    return found


def _schemas(name: str) -> list[Any]:
    for spelling in (f"aten::{name}", f"aten::__{name}__"):
        try:
            found: list[Any] = torch._C._jit_get_schemas_for_operator(spelling)
        except RuntimeError:
            continue
        if found:
            return found
    return []


def _takes_tensor(schema: Any) -> bool:
    """Others of the name are of numbers, lists and texts in TorchScript."""
    return bool(schema.arguments) and str(schema.arguments[0].type) in ("Tensor", "List[Tensor]")


def _of_schema(schema: Any) -> list[Parameter]:
    types = [str(argument.type) for argument in schema.arguments]
    if any(argument.is_out for argument in schema.arguments) or any("Dimname" in one for one in types):
        return []
    found: list[Parameter] = []
    for argument in schema.arguments:
        default = argument.default_value if argument.has_default_value() else inspect.Parameter.empty
        name = f"*{argument.name}" if argument.kwarg_only else argument.name
        found.append([name, [default] if isinstance(default, _LITERALS) else None])
    return found


def _together(overloads: list[list[Parameter]]) -> list[Parameter]:
    positional = [[p[0] for p in overload if p[0][0] != "*"] for overload in overloads]
    merged: list[Parameter] = []
    for place in range(max(map(len, positional), default=0)):
        names = sorted({names[place] for names in positional if place < len(names)})
        merged.append(["|".join(names), _default(names, overloads)])
    known = {name for parameter in merged for name in parameter[0].split("|")}
    for name in sorted({p[0][1:] for overload in overloads for p in overload if p[0][0] == "*"} - known):
        merged.append([f"*{name}", _default([name], overloads)])
    return merged


def _default(names: list[str], overloads: list[list[Parameter]]) -> list[Any] | None:
    """The default that every overload has; left out where some don't take it, another one may be meant."""
    defaults = [
        next((default for name, default in overload if name.lstrip("*") in names), None)
        for overload in overloads
    ]
    return defaults[0] if defaults and all(default == defaults[0] for default in defaults) else None
