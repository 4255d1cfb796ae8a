"""``import`` statements: what can be read is looked up when asked for, the rest is ``External``."""

from __future__ import annotations

from functools import lru_cache, partial

from preflight_analyzers.meaning import ir, number_calls
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.scope import ModuleScope
from preflight_analyzers.meaning.values import UNKNOWN, Deferred, External, PythonModule, Value


def run_import(frame: Frame, node: ir.Import) -> None:
    for name, alias in node.names:
        bound = name if alias is not None else name.split(".")[0]
        frame.names[alias or bound] = _module(frame.scope, 0, bound)


def import_module(frame: Frame, name: str) -> Value:
    """What ``importlib.import_module(name)`` gives."""
    return _module(frame.scope, 0, name)


def run_import_from(frame: Frame, node: ir.ImportFrom) -> None:
    scope = frame.scope
    for name, alias in node.names:
        if name == "*":
            scope.star_imports.append(_module(scope, node.level, node.module))
        else:
            module = _module(scope, node.level, node.module)
            if isinstance(module, External):
                frame.names[alias or name] = external(f"{module.name}.{name}")
            elif isinstance(module, PythonModule):
                frame.names[alias or name] = Deferred(partial(member, module, name))
            else:
                frame.names[alias or name] = UNKNOWN


def succeed(frame: Frame, body: ir.Body) -> bool | None:
    """Whether the imports in ``try`` go well, or one surely fails; None where that isn't known."""
    asked = [
        node.module if isinstance(node, ir.ImportFrom) else node.names[0][0]
        for node in body
        if isinstance(node, ir.Import) or (isinstance(node, ir.ImportFrom) and not node.level)
    ]
    if asked and all(name == "torch" or name.startswith(("torch.nn.", "torch.utils.")) for name in asked):
        return True
    return False if any(frame.machine.project.lacks(frame.scope.unit, name) for name in asked) else None


def member(module: PythonModule, name: str) -> Value:
    """The value of ``module.name``: what its file binds, or a module in it."""
    if module.scope is not None:
        value = module.scope.exported(name)
        if value is not None:
            return value
    machine = module.machine
    inner = machine.project.submodule(module.module, name)
    return UNKNOWN if inner is None else PythonModule(machine, inner, machine.scope_of(inner))


def _module(scope: ModuleScope, level: int, name: str) -> Value:
    machine = scope.machine
    found = machine.project.find(scope.unit, level, name)
    if found is None:
        return UNKNOWN if level else External(canonical(name))
    if found.path is None and found.folder is None:
        return External(canonical(found.name))
    return PythonModule(machine, found, machine.scope_of(found))


@lru_cache(maxsize=4096)
def external(name: str) -> Value:
    """Something of a library; a constant of mathematics is the number that it is."""
    constant = number_calls.constant(name)
    return External(canonical(name)) if constant is None else constant


#: Where the same thing is reached under a longer name.
_SHORTER = (
    ("torch.nn.modules.container.", "torch.nn."),
    ("torch.functional.", "torch."),
    ("torch._tensor.", "torch."),
    ("torch.nn.parameter.", "torch.nn."),
    ("coremltools.converters.mil.mil.Builder", "coremltools.converters.mil.Builder"),
    ("coremltools.converters._converters_entry.", "coremltools."),
    ("coremltools.converters.convert", "coremltools.convert"),
)


def canonical(name: str) -> str:
    """One name for one thing, however it was imported."""
    if name.startswith("torch.nn.modules."):
        last = name.rsplit(".", 1)[1]
        return f"torch.nn.{last}" if last[:1].isupper() else name
    for longer, shorter in _SHORTER:
        if name.startswith(longer):
            return shorter + name[len(longer) :]
    return name
