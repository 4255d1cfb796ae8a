"""Which way Python decides on an abstract value."""

from __future__ import annotations

from preflight_analyzers.meaning.values import (
    Class,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Method,
    Sequence,
    Value,
)


def decide(value: Value) -> bool | None:
    """True or False where it is certain, else None."""
    if isinstance(value, Known):
        try:
            return bool(value.value)
        except Exception:
            return None
    if isinstance(value, (Sequence, Mapped)):
        return None if value.items is None else bool(value.items)
    if isinstance(value, (Function, Class, Method, External)):
        return True
    if isinstance(value, Instance) and value.class_name.startswith("torch.nn."):
        return None if value.class_name.endswith(("List", "Dict", "Sequential")) else True
    return None
