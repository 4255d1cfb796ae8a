"""``owner[key]`` of whatever can be subscripted."""

from __future__ import annotations

from preflight_analyzers.meaning import (
    arithmetic,
    attributes,
    calls,
    classes,
    ir,
    special_methods,
    text_values,
    writes,
)
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Array,
    Class,
    External,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Tensor,
    Value,
    join_all,
)


def is_none(value: Value) -> bool:
    """Whether a value is surely None."""
    return isinstance(value, Known) and value.value is None


def element(frame: Frame, node: ir.Subscript, owner: Value, key: Value) -> Value:
    """What ``owner[key]`` gives."""
    if isinstance(owner, Tensor):
        result = arithmetic.operator_call(frame, node, "__getitem__", (owner, key))
        return writes.subscript(frame, owner, key, result) if isinstance(result, Tensor) else result
    if isinstance(owner, Array):
        return Array(owner.source)
    if isinstance(owner, Sequence):
        return _sequence_element(owner, key)
    if isinstance(owner, Mapped):
        return _mapped_element(owner, key)
    if isinstance(owner, Known) and isinstance(key, Known):
        try:
            return Known(owner.value[key.value])  # type: ignore[index]
        except Exception:
            return UNKNOWN
    if isinstance(owner, Class) and classes.is_enum(owner) and isinstance(key, Known):
        return attributes.attribute(frame, node, owner, str(key.value))
    if isinstance(owner, Instance):
        modules = owner.attributes.get(CHILDREN)
        if isinstance(modules, Sequence):
            # Which one isn't known, or a slice of them: what is done with it tells that it is one.
            found = modules.element if key is UNKNOWN else _sequence_element(modules, key)
            if isinstance(found, Sequence):
                sliced = Instance(owner.cls, owner.arguments)
                sliced.attributes[CHILDREN] = found
                return sliced
            return found
        if isinstance(modules, Mapped):
            return element(frame, node, modules, key)
        own = special_methods.run(frame, node, owner, "__getitem__", key)
        return UNKNOWN if own is None else own
    return UNKNOWN


def _mapped_element(owner: Mapped, key: Value) -> Value:
    if owner.items is None:
        return owner.element
    if isinstance(key, Known):
        try:
            return owner.items.get(key.value, UNKNOWN)
        except TypeError:
            return UNKNOWN
    if isinstance(key, External | Class | Instance):
        return UNKNOWN
    template = text_values.template_of(key)
    if template is None or (isinstance(key, Plain) and text_values.BLANK not in template):
        default = owner.items.get(template) if owner.element is UNKNOWN else None
        return owner.element if default is None else calls.loosened(default)
    return join_all(v for name, v in owner.items.items() if text_values.matches(template, str(name)))


def _sequence_element(owner: Sequence, key: Value) -> Value:
    if isinstance(key, Known) and isinstance(key.value, int):
        if owner.items is not None:
            in_range = -len(owner.items) <= key.value < len(owner.items)
            return owner.items[key.value] if in_range else UNKNOWN
        return owner.element
    if isinstance(key, Known) and isinstance(key.value, slice):
        if owner.items is not None:
            return Sequence(owner.kind, owner.items[key.value])
        return Sequence(owner.kind, None, owner.element)
    if isinstance(key, Plain) and key.kind == "slice":
        return Sequence(owner.kind, None, owner.element)
    return owner.element if isinstance(key, Plain) and key.kind == "int" else UNKNOWN
