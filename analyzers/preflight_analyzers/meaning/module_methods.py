"""Methods of ``nn.Module`` and of torch's module containers."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning import attributes, builtin_calls, calls, ir, torch_calls
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.iteration import iterate
from preflight_analyzers.meaning.values import (
    CHILDREN,
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
    join,
)

_CONTAINERS = ("torch.nn.ModuleList", "torch.nn.Sequential", "torch.nn.ModuleDict", "torch.nn.ParameterList")
_GIVE_MODULES = ("modules", "children", "named_modules", "named_children", "get_submodule")
_RETURN_SELF = frozenset(
    """
    to cpu cuda float double half bfloat16 type apply requires_grad_ share_memory
    """.split()
)


def container_of(cls: Value) -> str | None:
    """The torch container that a class is or derives from."""
    for base in attributes.ancestry(cls):
        if isinstance(base, External) and base.name in _CONTAINERS:
            return base.name
    return None


def initialize_torch_base(instance: Instance, arguments: Arguments) -> None:
    """What the constructor of torch's own container does with its arguments."""
    instance.made_with = arguments
    container = container_of(instance.cls)
    if container == "torch.nn.Sequential":
        items: list[Value] | None = list(arguments.positional)
        if len(arguments.positional) == 1 and isinstance(arguments.positional[0], Mapped):
            mapping = arguments.positional[0]
            items = list(mapping.items.values()) if mapping.items is not None else None
        children = Sequence("list", items if arguments.complete else None)
        if not arguments.complete or items is None:
            # Some layers, unknown ones among them.
            children.weaken(UNKNOWN)
        instance.attributes[CHILDREN] = children
    elif container in ("torch.nn.ModuleList", "torch.nn.ParameterList"):
        given = arguments.get(0, "modules")
        if given is None:
            instance.attributes[CHILDREN] = Sequence("list", [])
        elif isinstance(given, Sequence):
            copied = list(given.items) if given.items is not None else None
            instance.attributes[CHILDREN] = Sequence("list", copied, given.element)
        elif isinstance(given, Instance) and CHILDREN in given.attributes:
            instance.attributes[CHILDREN] = given.attributes[CHILDREN]
        else:
            instance.attributes[CHILDREN] = Sequence("list", None)
    elif container == "torch.nn.ModuleDict":
        given = arguments.get(0, "modules")
        instance.attributes[CHILDREN] = (
            Mapped({}) if given is None else given if isinstance(given, Mapped) else Mapped(None)
        )


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
        _add_module(module, *arguments.positional)
        return NONE
    if name in ("parameters", "buffers"):
        return Sequence("iterator", None, Tensor(Source.STATE))
    if name in ("append", "extend", "insert"):
        return _grow(frame, node, module, name, arguments)
    children = module.attributes.get(CHILDREN)
    if name in ("keys", "values", "items") and isinstance(children, Mapped):
        return builtin_calls.call_value_method(frame, node, children, name, arguments)
    if name == "children" and isinstance(children, Sequence):
        return Sequence("iterator", children.items, children.element)
    return UNKNOWN


def _add_module(module: Instance, key: Value, value: Value) -> None:
    if isinstance(key, Known):
        module.attributes[str(key.value)] = value
    else:
        module.open = True
    children = module.attributes.get(CHILDREN)
    if isinstance(children, Sequence):
        if children.items is not None:
            children.items.append(value)
            children.element = value if len(children.items) == 1 else join(children.element, value)
        else:
            children.weaken(value)


def _grow(frame: Frame, node: ir.Expr, module: Instance, name: str, arguments: Arguments) -> Value:
    children = module.attributes.get(CHILDREN)
    if not isinstance(children, Sequence):
        return UNKNOWN
    builtin_calls.call_value_method(frame, node, children, name, arguments)
    return module


def _call_base(frame: Frame, node: ir.Expr, module: Instance, name: str, arguments: Arguments) -> Value:
    """``super().name(...)`` where the base is torch's or unknown."""
    if name == "__init__":
        initialize_torch_base(module, arguments)
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
