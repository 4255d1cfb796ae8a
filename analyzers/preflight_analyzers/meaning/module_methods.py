"""Methods of ``nn.Module`` and of torch's module containers."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning import attributes, calls, containers, ir, torch_calls
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Assumed,
    External,
    Instance,
    Known,
    Mapped,
    Sequence,
    Source,
    Tensor,
    Value,
)

_GIVE_MODULES = ("modules", "children", "named_modules", "named_children", "get_submodule")
_OF_CONTAINERS = ("append", "extend", "insert", "pop", "update", "keys", "values", "items", "get")
_RETURN_SELF = frozenset(
    """
    to cpu cuda float double half bfloat16 type apply requires_grad_ share_memory
    """.split()
)


def initialize_torch_base(frame: Frame, node: ir.Expr, instance: Instance, arguments: Arguments) -> None:
    """What the constructor of a class of ``torch.nn`` does with its arguments."""
    instance.made_with = arguments
    containers.fill(frame, node, instance, arguments)


def call_module_method(
    frame: Frame, node: ir.Expr, module: Instance, name: str, arguments: Arguments
) -> Value:
    if name.startswith("super."):
        return _call_base(frame, node, module, name[6:], arguments)
    if name in ("forward", "__call__"):
        return calls.call_instance(frame, node, module, arguments)
    if name == "eval":
        set_training(frame, module, False)
        return module
    if name == "train":
        mode = arguments.get(0, "mode")
        # A mode that isn't known counts as eval: "in training mode" is only said when it is certain.
        set_training(frame, module, mode is None or (isinstance(mode, Known) and bool(mode.value)))
        return module
    if name in _RETURN_SELF:
        if name == "apply":
            set_escaped(frame, module)
        if name not in ("cpu", "cuda", "requires_grad_", "share_memory"):
            _forget_dtypes(frame, module)
        return module
    if name in _GIVE_MODULES:
        # Whoever goes over the modules may put them into eval mode.
        set_escaped(frame, module)
    if name in ("register_buffer", "register_parameter") and arguments.positional:
        key = arguments.positional[0]
        given = arguments.get(1, "tensor") or arguments.get(1, "param")
        is_none = isinstance(given, Known) and given.value is None
        if isinstance(key, Known):
            tensor = given.of_source(Source.STATE) if isinstance(given, Tensor) else Tensor(Source.STATE)
            module.attributes[str(key.value)] = NONE if is_none else tensor
        else:
            module.open = True
        return NONE
    if name in ("add_module", "register_module") and len(arguments.positional) == 2:
        containers.add_module(frame, module, *arguments.positional)
        return NONE
    if name in ("parameters", "buffers"):
        return Sequence("iterator", None, Tensor(Source.STATE))
    if name in ("children", "named_children"):
        return containers.named_modules(module, names=name == "named_children")
    if name == "get_submodule":
        return containers.submodule(frame, node, module, arguments)
    if name in _OF_CONTAINERS:
        return containers.grow(frame, node, module, name, arguments)
    return UNKNOWN


def _call_base(frame: Frame, node: ir.Expr, module: Instance, name: str, arguments: Arguments) -> Value:
    """``super().name(...)`` where the base is torch's or unknown."""
    if name == "__init__":
        initialize_torch_base(frame, node, module, arguments)
        return NONE
    if name == "forward":
        for base in attributes.ancestry(module.cls):
            if isinstance(base, External):
                return torch_calls.call_torch_module(frame, node, module, arguments, base.name)
        return UNKNOWN
    if name in attributes.MODULE_METHODS:
        return call_module_method(frame, node, module, name, arguments)
    return UNKNOWN


def set_training(frame: Frame, module: Instance, training: bool) -> None:
    for one in tree_of(frame, module):
        one.training = training


def _forget_dtypes(frame: Frame, module: Instance) -> None:
    """Parameters and buffers are cast; which of them, and to what, isn't followed."""
    for one in tree_of(frame, module):
        if one.made_with is not None:
            keywords = {**one.made_with.keywords, "dtype": UNKNOWN}
            one.made_with = Arguments(one.made_with.positional, keywords, one.made_with.complete)
        for name, value in one.attributes.items():
            if isinstance(value, Tensor):
                one.attributes[name] = Tensor(value.source, None, value.shape)


def set_escaped(frame: Frame, module: Instance) -> None:
    """From here on the modules' mode isn't known."""
    for one in tree_of(frame, module):
        one.escaped = True


def tree_of(frame: Frame, module: Instance) -> Iterator[Instance]:
    """The module and all in it, each once."""
    pending, seen = [module], {id(module)}
    while pending:
        one = pending.pop(0)
        yield one
        for child in children_of(frame, one):
            if id(child) not in seen:
                seen.add(id(child))
                pending.append(child)


def children_of(frame: Frame, module: Instance) -> list[Instance]:
    """The modules held directly by this one, as far as they are known."""
    found: list[Value] = []
    for value in module.attributes.values():
        if isinstance(value, Sequence | Mapped):
            items, element = iterate(frame, ir.Const(0, None), value)
            if isinstance(value, Mapped) and value.items is not None:
                items = list(value.items.values())
            found.extend(items if items is not None else [element])
        else:
            found.append(value)
    found = [value.value if isinstance(value, Assumed) else value for value in found]
    return [value for value in found if isinstance(value, Instance)]
