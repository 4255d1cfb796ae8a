"""Builtins that ask for the type, the class or the attributes of an object."""

from __future__ import annotations

import builtins

from preflight_analyzers.meaning import assignment, attributes, calls, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.text_values import BLANK, template_of
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Choice,
    Class,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Method,
    Partial,
    Plain,
    Sequence,
    Super,
    Tensor,
    Value,
    source_of,
    surely_traced,
)


def _isinstance(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) != 2:
        return UNKNOWN
    value, classes = arguments.positional
    if surely_traced(value) and frame.machine.frontend == "trace":
        value = Tensor(source_of(value))  # a size, which is a tensor while tracing
    verdict = is_instance_of_any(value, classes)
    return Plain("bool") if verdict is None else Known(verdict)


def is_instance_of_any(value: Value, classes: Value) -> bool | None:
    """``isinstance(value, classes)``, where it is certain."""
    wanted = classes.items if isinstance(classes, Sequence) else [classes]
    if wanted is None:
        return None
    verdicts = [_is_instance_of(value, cls) for cls in wanted]
    if True in verdicts:
        return True
    return None if None in verdicts else False


_ABSTRACT_BASES = ("typing.", "collections.abc.", "numbers.", "collections.")


def _is_instance_of(value: Value, cls: Value) -> bool | None:
    if isinstance(value, Choice):
        verdicts = {_is_instance_of(option, cls) for option in value.options}
        return verdicts.pop() if len(verdicts) == 1 else None
    name = cls.name if isinstance(cls, External) else None
    if isinstance(value, Instance):
        if value.open:
            return True if cls in attributes.ancestry(value.cls) else None
        for base in attributes.ancestry(value.cls):
            if base is cls or (isinstance(base, External) and base.name == name):
                return True
        if name == "torch.nn.Module":
            return attributes.is_module(value.cls)
        # A class of torch.nn may be a subclass of another one of torch.nn.
        return False if isinstance(value.cls, Class) and isinstance(cls, Class) else None
    if name is None or name.startswith(_ABSTRACT_BASES):
        return None
    if isinstance(value, Tensor):
        # Parameters and tensor subclasses aside, a tensor is a Tensor and nothing of Python's.
        if name in ("torch.Tensor", "torch.autograd.Variable"):
            return True
        return False if name.startswith("builtins.") and name != "builtins.object" else None
    kind = None
    if isinstance(value, Known):
        kind = type(value.value).__name__
    elif isinstance(value, Plain) and value.traced:
        return True if value.surely and name == "torch.Tensor" else None  # a size, which the tracer follows
    elif isinstance(value, Plain):
        kind = value.kind
    elif isinstance(value, Sequence):
        kind = {"size": "tuple", "iterator": None}.get(value.kind, value.kind)
    elif isinstance(value, Mapped):
        kind = "dict"
    if kind is None:
        return None
    if name == "torch.Tensor":
        return False
    if name == f"builtins.{kind}" or (kind == "bool" and name == "builtins.int"):
        return True
    if name == "torch.Size":
        return None
    return False if name.startswith("builtins.") and name != "builtins.object" else None


def _issubclass(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) == 2:
        cls, base = arguments.positional
        if isinstance(cls, Class) and isinstance(base, Class | External):
            if any(_same_class(one, base) for one in attributes.ancestry(cls)):
                return Known(True)
            if not attributes.has_unread_base(cls):
                return Known(False)
    return Plain("bool")


def _same_class(a: Value, b: Value) -> bool:
    return a is b or (isinstance(a, External) and isinstance(b, External) and a.name == b.name)


def _callable(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if isinstance(value, Function | Class | Method | Partial):
        return Known(True)
    if isinstance(value, Known | Sequence | Mapped | Tensor):
        return Known(False)
    if isinstance(value, Instance) and attributes.is_module(value.cls):
        return Known(True)
    return Plain("bool")


def _getattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    name = template_of(arguments.positional[1]) if len(arguments.positional) > 1 else None
    if name is None:
        return UNKNOWN
    owner = arguments.positional[0]
    if not isinstance(arguments.positional[1], Known):
        if BLANK in name:
            return attributes.by_template(owner, name)
        return calls.loosened(attributes.attribute(frame, node, owner, name))
    found = attributes.attribute(frame, node, owner, name)
    if (
        len(arguments.positional) == 3
        and found is UNKNOWN
        and isinstance(owner, Instance)
        and attributes.surely_lacks(owner, name)
    ):
        return arguments.positional[2]
    return found


def _setattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if len(arguments.positional) == 3:
        owner, key, value = arguments.positional
        name = template_of(key)
        if isinstance(owner, Instance):
            if name is None:
                owner.open = True
            elif isinstance(key, Known):
                assignment.set_attribute(frame, owner, name, value)
            else:
                assignment.set_by_template(frame, owner, name, value)
    return NONE


def _delattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    owner = first(arguments)
    if isinstance(owner, Instance):
        name = template_of(arguments.get(1, "name") or UNKNOWN)
        if name is None:
            owner.open = True
        else:
            owner.attributes[name] = UNKNOWN
    return NONE


def _hasattr(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    owner = first(arguments)
    name = template_of(arguments.get(1, "name") or UNKNOWN)
    if isinstance(owner, Instance) and name is not None and attributes.surely_lacks(owner, name):
        return Known(False)
    found = UNKNOWN if isinstance(owner, Choice | External) else _getattr(frame, node, arguments)
    if found is UNKNOWN or (isinstance(found, Method) and not isinstance(owner, Instance)):
        return Plain("bool")
    return Known(True)


def _super(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    receiver = frame.receiver or frame.first
    owner = frame.owner
    if arguments.positional and isinstance(arguments.positional[0], Class):
        owner = arguments.positional[0]
    if len(arguments.positional) == 2:
        receiver = arguments.positional[1]
    if owner is None or receiver is None:
        return UNKNOWN
    return Super(owner, receiver)


def _type(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    value = first(arguments)
    if isinstance(value, Instance):
        return value.cls
    kind = type(value.value).__name__ if isinstance(value, Known) else None
    if isinstance(value, Sequence) and value.kind in ("list", "set", "tuple") and not value.fields:
        kind = value.kind
    return External(f"builtins.{kind}") if kind is not None and hasattr(builtins, kind) else UNKNOWN


FUNCTIONS: dict[str, Run] = {
    "isinstance": _isinstance,
    "issubclass": _issubclass,
    "callable": _callable,
    "getattr": _getattr,
    "setattr": _setattr,
    "delattr": _delattr,
    "hasattr": _hasattr,
    "super": _super,
    "type": _type,
}
