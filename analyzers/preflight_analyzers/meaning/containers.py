"""What holds modules: ``Sequential``, ``ModuleList``, ``ModuleDict``, and modules by their attributes."""

from __future__ import annotations

from preflight_analyzers.meaning import assignment, attributes, dict_methods, ir, sequence_methods
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.known_calls import first
from preflight_analyzers.meaning.text_values import BLANK, template_of
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Arguments,
    Choice,
    External,
    Instance,
    Known,
    Mapped,
    Sequence,
    Value,
    join,
)

_LISTS = ("torch.nn.ModuleList", "torch.nn.ParameterList")
_DICTS = ("torch.nn.ModuleDict", "torch.nn.ParameterDict")
_SEQUENTIAL = "torch.nn.Sequential"


def container_of(cls: Value) -> str | None:
    """The torch container that a class is or derives from."""
    for base in attributes.ancestry(cls):
        if isinstance(base, External) and base.name in (*_LISTS, *_DICTS, _SEQUENTIAL):
            return base.name
    return None


def fill(frame: Frame, node: ir.Expr, instance: Instance, arguments: Arguments) -> None:
    """What the constructor of a container does with its arguments."""
    container = container_of(instance.cls)
    if container == _SEQUENTIAL:
        instance.attributes[CHILDREN] = _layers(frame, instance, arguments)
    elif container in _LISTS:
        children = Sequence("list", [], branch=frame.branch)
        instance.attributes[CHILDREN] = children
        if arguments.positional or arguments.keywords or not arguments.complete:
            sequence_methods.sequence_method(frame, node, children, "extend", arguments)
    elif container in _DICTS:
        instance.attributes[CHILDREN] = dict_methods.make_dict(
            frame, node, Arguments([v for v in arguments.values() if not _is_none(v)], {}, arguments.complete)
        )


def _is_none(value: Value) -> bool:
    return isinstance(value, Known) and value.value is None


def _layers(frame: Frame, instance: Instance, arguments: Arguments) -> Sequence:
    """The modules of a ``Sequential``; those of a dict are attributes by their names as well."""
    layers = Sequence("list", list(arguments.positional), branch=frame.branch)
    mapping = arguments.positional[0] if len(arguments.positional) == 1 else None
    if isinstance(mapping, Mapped) and mapping.items is not None:
        layers = Sequence("list", list(mapping.items.values()), branch=frame.branch)
        instance.attributes.update({str(name): value for name, value in mapping.items.items()})
    elif isinstance(mapping, Mapped) or not arguments.complete:
        layers.weaken(UNKNOWN)  # some layers, unknown ones among them
    return layers


def add_module(frame: Frame, owner: Instance, key: Value, value: Value) -> None:
    """``add_module(key, value)``, ``_modules[key] = value``, ``setattr(module, key, value)``."""
    name = template_of(key)
    if name is None:
        owner.open = True
        hold(frame, owner, key, value)
    elif isinstance(key, Known):
        assignment.set_attribute(frame, owner, name, value)
        if not isinstance(value, Instance):
            hold(frame, owner, key, value)  # set_attribute() does it for what is surely a module
    else:
        assignment.set_by_template(frame, owner, name, value)
        hold(frame, owner, key, value)


def hold(frame: Frame, owner: Instance, key: Value, value: Value, previous: Value | None = None) -> None:
    """Let a container have one more module, or another one by the same name."""
    children = owner.attributes.get(CHILDREN)
    certain = isinstance(children, Sequence | Mapped) and children.branch is frame.branch
    if isinstance(children, Mapped):
        dict_methods.store(children, key, value, certain)
    elif isinstance(children, Sequence) and children.items is not None and previous in children.items:
        place = children.items.index(previous)
        children.items[place] = value if certain else join(previous or UNKNOWN, value)
        children.element = join(children.element, value)
    elif isinstance(children, Sequence):
        sequence_methods.sequence_method(frame, ir.Const(0, None), children, "append", Arguments([value]))


def grow(frame: Frame, node: ir.Expr, module: Instance, name: str, arguments: Arguments) -> Value:
    """``append``, ``extend``, ``insert`` of a list of modules, and ``update`` of a dict of them."""
    children = module.attributes.get(CHILDREN)
    assignment.note_change(frame, module)
    if isinstance(children, Sequence):
        sequence_methods.sequence_method(frame, node, children, name, arguments)
        return module
    if isinstance(children, Mapped):
        return dict_methods.dict_method(frame, node, children, name, arguments)
    return UNKNOWN


def concatenated(frame: Frame, left: Instance, right: Value) -> Value | None:
    """``left + right`` of two lists of modules; None where they aren't."""
    children = left.attributes.get(CHILDREN)
    if not isinstance(children, Sequence):
        return None
    node = ir.Const(0, None)
    made = Instance(left.cls, left.arguments)
    made.attributes[CHILDREN] = sequence_methods.sequence_method(frame, node, children, "copy", Arguments())
    return grow(frame, node, made, "extend", Arguments([right]))


def modules_in(owner: Instance) -> list[tuple[str, Value]] | None:
    """The modules that one holds, by name and in order; None where they aren't all known."""
    children = owner.attributes.get(CHILDREN)
    if isinstance(children, Mapped):
        return None if children.items is None else [(str(key), v) for key, v in children.items.items()]
    if isinstance(children, Sequence):
        if children.items is None:
            return None
        names = {id(value): name for name, value in owner.attributes.items()}
        return [(names.get(id(value), str(i)), value) for i, value in enumerate(children.items)]
    if owner.open:
        return None
    found: list[tuple[str, Value]] = []
    for name, value in owner.attributes.items():
        if isinstance(value, Instance) and attributes.is_module(value.cls):
            found.append((name, value))
        elif value is UNKNOWN or isinstance(value, Choice) or BLANK in name:
            return None
    return found


def named_modules(owner: Instance, *, names: bool) -> Value:
    """``children()`` and ``named_children()``."""
    found = modules_in(owner)
    if found is None:
        children = owner.attributes.get(CHILDREN)
        element = children.element if isinstance(children, Sequence | Mapped) else UNKNOWN
        return Sequence("iterator", None, Sequence("tuple", [UNKNOWN, element]) if names else element)
    # Each module comes once, even if it is held twice.
    once = {id(module): (name, module) for name, module in reversed(found)}
    distinct = [pair for pair in found if once[id(pair[1])] == pair]
    if names:
        return Sequence("iterator", [Sequence("tuple", [Known(name), one]) for name, one in distinct])
    return Sequence("iterator", [one for _, one in distinct])


def submodule(frame: Frame, node: ir.Expr, owner: Value, arguments: Arguments) -> Value:
    """``get_submodule("layers.0")``."""
    path = first(arguments)
    if not isinstance(path, Known) or not isinstance(path.value, str):
        return UNKNOWN
    for name in path.value.split(".") if path.value else ():
        if not isinstance(owner, Instance):
            return UNKNOWN
        known = dict(modules_in(owner) or ())
        owner = known.get(name) or attributes.attribute(frame, node, owner, name)
    return owner
