"""Classes that Python fills in by itself: dataclasses, named tuples and enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from preflight_analyzers.meaning import attributes, calls, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Class,
    External,
    Function,
    Instance,
    Known,
    Partial,
    Sequence,
    Value,
)

_DATACLASSES = ("dataclasses.dataclass", "flax.struct.dataclass", "pydantic.dataclasses.dataclass", "attr.s")
_NAMED_TUPLES = ("typing.NamedTuple",)
_ENUMS = ("enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag")
#: Stands for what ``dataclasses.field(...)`` gives.
FIELD = External("dataclasses.field")


class Field(NamedTuple):
    name: str
    #: What the class body gives it; None where it has to be passed.
    default: Value | None


def _names(values: tuple[Value, ...]) -> set[str]:
    return {value.name for value in values if isinstance(value, External)}


def is_dataclass(cls: Class) -> bool:
    return any(
        not _names(one.decorators).isdisjoint(_DATACLASSES)
        for one in attributes.ancestry(cls)
        if isinstance(one, Class)
    )


def is_named_tuple(cls: Class) -> bool:
    return not _names(attributes.ancestry(cls)).isdisjoint(_NAMED_TUPLES)


def is_enum(cls: Class) -> bool:
    return not _names(attributes.ancestry(cls)).isdisjoint(_ENUMS)


def fields_of(cls: Class) -> list[Field]:
    """The fields of a class and those it derives from, in order."""
    found: dict[str, Field] = {}
    for one in reversed(attributes.ancestry(cls)):
        if isinstance(one, Class):
            for name in _annotated(one):
                found[name] = Field(name, attributes.own_member(one, name))
    return list(found.values())


def _annotated(cls: Class) -> Iterator[str]:
    body = cls.body if cls.body is not None else cls.scope.fields_body(cls)
    for statement in body:
        if isinstance(statement, ir.AnnotatedAssign) and isinstance(statement.target, ir.Name):
            kind = statement.annotation
            kind = kind.object if isinstance(kind, ir.Subscript) else kind
            if getattr(kind, "name", getattr(kind, "id", "")) != "ClassVar":
                yield statement.target.id


def set_fields(frame: Frame, node: ir.Expr, instance: Instance, arguments: Arguments) -> None:
    """What the ``__init__`` of a dataclass does."""
    assert isinstance(instance.cls, Class)
    values = list(arguments.positional)
    for field in fields_of(instance.cls):
        made = isinstance(field.default, Partial) and field.default.function is FIELD
        settings = field.default.arguments.keywords if isinstance(field.default, Partial) and made else {}
        initialized = settings.get("init")
        passed = not (isinstance(initialized, Known) and initialized.value is False)
        if passed and values:
            instance.attributes[field.name] = values.pop(0)
        elif passed and field.name in arguments.keywords:
            instance.attributes[field.name] = arguments.keywords[field.name]
        elif not arguments.complete:
            instance.attributes[field.name] = UNKNOWN
        elif made and "default_factory" in settings:
            factory = settings["default_factory"]
            instance.attributes[field.name] = calls.call(frame, node, factory, Arguments())
        elif made:
            instance.attributes[field.name] = settings.get("default", UNKNOWN)
        else:
            instance.attributes[field.name] = UNKNOWN if field.default is None else field.default
    after = attributes.class_member(instance, "__post_init__")
    if isinstance(after, Function):
        calls.run_function(frame, node, after, Arguments())


def make_named_tuple(cls: Class, arguments: Arguments) -> Value:
    """An object of a class that derives from ``NamedTuple``."""
    fields = fields_of(cls)
    return named_tuple(tuple(f.name for f in fields), [f.default for f in fields], arguments)


def named_tuple(names: tuple[str, ...], defaults: list[Value | None], arguments: Arguments) -> Value:
    items: list[Value] = []
    for place, (name, default) in enumerate(zip(names, defaults, strict=True)):
        value = arguments.get(place, name)
        items.append(value if value is not None else default if default is not None else UNKNOWN)
    return Sequence("tuple", items, fields=names)


def enum_member(cls: Class, name: str, value: Value) -> Value:
    """``Color.RED``: one object however often it is asked for."""
    if isinstance(value, Instance) and value.cls is cls:
        return value
    member = Instance(cls)
    member.attributes = {"value": value, "name": Known(name), "_value_": value}
    cls.members[name] = member
    return member
