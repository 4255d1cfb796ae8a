"""Binding values to targets: names, attributes, elements, unpacking."""

from __future__ import annotations

from preflight_analyzers.meaning import (
    attributes,
    calls,
    containers,
    dict_methods,
    expressions,
    ir,
    left_behind,
    sequence_methods,
    writes,
)
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.iteration import iterate, tell_iteration
from preflight_analyzers.meaning.uses import Origin, Uses
from preflight_analyzers.meaning.values import (
    CHILDREN,
    UNKNOWN,
    Arguments,
    Function,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    join,
    join_all,
    join_paths,
    named,
    options,
    source_of,
)
from preflight_analyzers.meaning.views import view


def assign(frame: Frame, target: ir.Expr, value: Value) -> None:
    if isinstance(target, ir.Name):
        frame.names[target.id] = named(value)
    elif isinstance(target, ir.Display):
        if isinstance(value, Tensor):
            tell_iteration(frame, target, value, unpacked=True)
        _unpack(frame, target.items, value)
    elif isinstance(target, ir.Starred):
        assign(frame, target.value, value)
    elif isinstance(target, ir.Attribute):
        owner = expressions.evaluate(frame, target.object)
        if isinstance(owner, Instance):
            left_behind.note(frame, target, owner, value)
            set_attribute(frame, owner, target.name, value)
        elif isinstance(owner, Tensor) and target.name == "data":
            owner.dtype = owner.shape = None  # it takes over those of the value
    elif isinstance(target, ir.Subscript):
        _store(frame, target, value)


def set_attribute(frame: Frame, owner: Instance, name: str, value: Value) -> None:
    """Set an attribute; on a path that may not be taken, the old value stays possible."""
    if name == "training":
        owner.training = not (isinstance(value, Known) and not value.value)
    previous = owner.attributes.get(name)
    if previous is not None and frame.branch is not None:
        value = join_paths(previous, value)
    owner.attributes[name] = value
    if CHILDREN in owner.attributes and isinstance(value, Instance) and attributes.is_module(value.cls):
        containers.hold(frame, owner, Known(name), value, previous)
    note_change(frame, owner)


def note_change(frame: Frame, owner: Instance) -> None:
    """From here on, calls may run another way than before."""
    owner.changes += 1
    frame.machine.changes += 1


def set_by_template(frame: Frame, owner: Instance, template: str, value: Value) -> None:
    """Set one of the attributes that a template names: ``setattr(self, f"layer{i}", ...)``."""
    previous = owner.attributes.get(template)
    owner.attributes[template] = value if previous is None else join(previous, value)
    note_change(frame, owner)


def _unpack(frame: Frame, targets: tuple[ir.Expr, ...], value: Value) -> None:
    parts = [_parts(frame, targets, option) for option in options(value)]
    for target, *alternatives in zip(targets, *parts, strict=True):
        assign(frame, target, join_all(alternatives))


def _parts(frame: Frame, targets: tuple[ir.Expr, ...], value: Value) -> list[Value]:
    """What each of the targets gets of a value that is unpacked."""
    items: list[Value] | None = None
    element: Value = UNKNOWN
    if isinstance(value, Sequence):
        items, element = value.items, value.element
    elif isinstance(value, Known) and isinstance(value.value, tuple | list | str):
        items = [Known(item) for item in value.value]
    elif isinstance(value, Tensor):
        element = view("unbind", value, value.element())
    elif isinstance(value, Instance | Mapped):
        items, element = iterate(frame, targets[0], value)
    starred = next((i for i, t in enumerate(targets) if isinstance(t, ir.Starred)), None)
    if starred is None:
        known = items is not None and len(items) == len(targets)
        return list(items) if items is not None and known else [element] * len(targets)
    before, after = starred, len(targets) - starred - 1
    if items is None:
        rest = Sequence("list", None, element)
        return [*[element] * before, rest, *[element] * after]
    if len(items) < before + after:
        return [UNKNOWN] * len(targets)
    end = len(items) - after
    return [*items[:before], Sequence("list", items[before:end], element), *items[end:]]


def learn_rank(frame: Frame, value: ir.Expr, targets: ir.Display) -> None:
    """After ``b, c, h, w = x.shape`` (or ``x.size()``) it is known that ``x`` has four axes."""
    if isinstance(value, ir.Call) and not value.arguments:
        value = value.function
    if not (isinstance(value, ir.Attribute) and value.name in ("shape", "size")):
        return
    if not isinstance(value.object, ir.Name) or any(isinstance(t, ir.Starred) for t in targets.items):
        return
    tensor = frame.names.get(value.object.id)
    if isinstance(tensor, Tensor) and tensor.shape is None:
        ranked = Tensor(tensor.source, tensor.dtype, (None,) * len(targets.items), floats=tensor.floats)
        frame.names[value.object.id] = ranked


def _store(frame: Frame, target: ir.Subscript, value: Value) -> None:
    held_by = _modules_of(frame, target.object)
    key = expressions.evaluate(frame, target.key)
    if held_by is not None:
        containers.add_module(frame, held_by, key, value)
        return
    owner = expressions.evaluate(frame, target.object)
    if isinstance(owner, Instance):
        owner = _held_by(frame, target, owner, key, value)
    if isinstance(owner, Sequence):
        place = key.value if isinstance(key, Known) else None
        if isinstance(place, slice) or (isinstance(key, Plain) and key.kind == "slice"):
            owner.weaken(iterate(frame, target, value)[1])
        elif (
            owner.items is not None
            and isinstance(place, int)
            and -len(owner.items) <= place < len(owner.items)
            and owner.branch is frame.branch
        ):
            owner.items[place] = value
            owner.element = join(owner.element, value)
        else:
            owner.weaken(value)
    elif isinstance(owner, Mapped):
        dict_methods.store(owner, key, value, owner.branch is frame.branch)
    elif isinstance(owner, Tensor):
        writes.store(frame, target, owner, key, value)
        if source_of(key) < Source.VARYING:
            owner = left_behind.overwritten(owner)  # at the same place in each call: what is elsewhere stays
        # What is written flows into the whole tensor.
        written = owner.of_source(max(owner.source, source_of(value)))
        given = Arguments((owner, key, value))
        if frame.phase == FORWARD:
            uses = calls.tell(frame, target, "torch.Tensor.__setitem__", given)
        else:
            uses = Uses("torch.Tensor.__setitem__", given.values())
        write_into(frame, target.object, written.coming_from(Origin(uses, 0)))


def _modules_of(frame: Frame, node: ir.Expr) -> Instance | None:
    """The module whose ``_modules`` this is."""
    if isinstance(node, ir.Attribute) and node.name == "_modules":
        owner = expressions.evaluate(frame, node.object)
        return owner if isinstance(owner, Instance) else None
    return None


def _held_by(frame: Frame, target: ir.Subscript, owner: Instance, key: Value, value: Value) -> Value:
    """What a store into an object goes to: the modules it holds, or its own ``__setitem__``."""
    children = owner.attributes.get(CHILDREN)
    if children is not None:
        return children
    method = attributes.class_member(owner, "__setitem__")
    if isinstance(method, Function):
        calls.call(frame, target, method, Arguments([key, value]))
    return UNKNOWN


def write_into(frame: Frame, target: ir.Expr, written: Tensor) -> None:
    """The tensor that ``target`` names was changed in place and is ``written`` now."""
    if isinstance(target, ir.Name):
        now = frame.lookup(target.id)
        frame.names[target.id] = written.at(now.memory) if isinstance(now, Tensor) else written
    elif isinstance(target, ir.Attribute) and isinstance(target.object, ir.Name):
        owner = frame.lookup(target.object.id)
        if isinstance(owner, Instance):
            left_behind.note(frame, target, owner, written)
            set_attribute(frame, owner, target.name, written)


def delete(frame: Frame, target: ir.Expr) -> None:
    if isinstance(target, ir.Name):
        frame.unbind(target.id)
    elif isinstance(target, ir.Display):
        for item in target.items:
            delete(frame, item)
    elif isinstance(target, ir.Attribute):
        owner = expressions.evaluate(frame, target.object)
        if isinstance(owner, Instance):
            owner.attributes[target.name] = UNKNOWN
    elif isinstance(target, ir.Subscript):
        owner = expressions.evaluate(frame, target.object)
        key = expressions.evaluate(frame, target.key)
        if isinstance(owner, Mapped):
            given = Arguments([key, UNKNOWN])
            dict_methods.dict_method(frame, target, owner, "pop", given)
        elif isinstance(owner, Sequence):
            sequence_methods.sequence_method(frame, target, owner, "pop", Arguments([key]))
