"""The parameters of torch's public APIs: names in order, with defaults; overloads put together."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch

from .public_apis import resolve

#: A parameter: its name, and its default in a list of one, or none.
Parameter = list[Any]
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
    overloads = [_of_schema(schema) for schema in _schemas(f"{prefix}{plain}")]
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
        found.append([parameter.name, [default] if isinstance(default, _LITERALS) else None])
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


def _of_schema(schema: Any) -> list[Parameter]:
    types = [str(argument.type) for argument in schema.arguments]
    if any(argument.is_out for argument in schema.arguments) or any("Dimname" in one for one in types):
        return []
    if "Tensor" not in types[:1] and "List[Tensor]" not in types[:1]:
        return []  # of numbers, lists and texts in TorchScript
    found: list[Parameter] = []
    for argument in schema.arguments:
        default = argument.default_value if argument.has_default_value() else inspect.Parameter.empty
        found.append([argument.name, [default] if isinstance(default, _LITERALS) else None])
    return found


def _together(overloads: list[list[Parameter]]) -> list[Parameter]:
    merged: list[Parameter] = []
    for place in range(max(map(len, overloads), default=0)):
        here = [overload[place] for overload in overloads if place < len(overload)]
        names = {parameter[0] for parameter in here}
        default = here[0][1] if all(parameter[1] == here[0][1] for parameter in here) else None
        if len(here) < len(overloads):
            default = None  # left out, another overload may be meant
        merged.append(["|".join(sorted(names)), default])
    return merged
