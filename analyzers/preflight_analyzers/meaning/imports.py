"""``import`` statements: names of installed packages become ``External``."""

from __future__ import annotations

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.values import UNKNOWN, External


def run_import(frame: Frame, node: ir.Import) -> None:
    for module, alias in node.names:
        if alias is not None:
            frame.names[alias] = External(canonical(module))
        else:
            top = module.split(".")[0]
            frame.names[top] = External(top)


def run_import_from(frame: Frame, node: ir.ImportFrom) -> None:
    for name, alias in node.names:
        if name == "*":
            frame.scope.star_imports.append("." * node.level + node.module)
        elif node.level:
            frame.names[alias or name] = UNKNOWN
        else:
            frame.names[alias or name] = External(canonical(f"{node.module}.{name}"))


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
