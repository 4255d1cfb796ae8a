"""Small things that are only kept: ``typing.cast``, ``SimpleNamespace``, ``dataclasses.field``, ``Dim``."""

from __future__ import annotations

from preflight_analyzers.meaning import classes, imports, ir
from preflight_analyzers.meaning.frame import Frame
from preflight_analyzers.meaning.known_calls import Run
from preflight_analyzers.meaning.text_values import BLANK, template_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Assumed,
    External,
    Instance,
    Known,
    Partial,
    Value,
)


def _cast(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return arguments.get(1, "val") or UNKNOWN


def _import_module(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    given = arguments.get(0, "name") or UNKNOWN
    name = template_of(given) or "."
    if BLANK in name or name.startswith("."):
        return UNKNOWN
    module = imports.import_module(frame, name)
    return module if isinstance(given, Known) else Assumed(module)


def _namespace(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    made = Instance(External("types.SimpleNamespace"), arguments)
    made.attributes = dict(arguments.keywords)
    made.open = not arguments.complete or bool(arguments.positional)
    return made


def _dim(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Instance(External("torch.export.Dim"), arguments)


def _field(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Partial(classes.FIELD, arguments)


FUNCTIONS: dict[str, Run] = {
    "typing.cast": _cast,
    "importlib.import_module": _import_module,
    "types.SimpleNamespace": _namespace,
    "argparse.Namespace": _namespace,
    "dataclasses.field": _field,
    "torch.export.Dim": _dim,
}
