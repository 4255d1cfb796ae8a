"""From ``FILE.py::EXPR`` to the object that is to be converted. Runs user code."""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import inspect
import os
import re
import sys
import types
from typing import Any, NamedTuple

from .failures import Refused, StageFailed, describe
from .problems import Problems
from .side_effects import guarded_side_effects
from .sources import Place, Project, Span, Step, line_binding, steps_of_traceback

MODULE = "module"
EXPORTED = "exported"
PROGRAM = "program"
BUILDER = "builder"

_MAIN_GUARD = 'put what should only run as a script below `if __name__ == "__main__":`'


class Loaded(NamedTuple):
    value: Any
    #: MODULE, EXPORTED (torch.export's program), PROGRAM or BUILDER.
    kind: str
    #: Where the object is made or its class is written, for what has no line of its own.
    place: Place | None
    #: The object was made here from a class, rather than by the user.
    made_here: bool


def load(path: str, expression: str, project: Project, problems: Problems) -> Loaded:
    """Import the file and evaluate the expression in it.

    Raises StageFailed where user code fails, Refused where the file has nothing of that name.
    """
    sys.argv = [path]
    sys.path.insert(0, project.root)
    if os.path.dirname(path) != project.root:
        sys.path.insert(1, os.path.dirname(path))
    namespace = _import(path, project, problems)
    if not expression:
        expression = _only(path, namespace)
    value = _evaluate(path, expression, namespace, project, problems)
    made_here = isinstance(value, type)
    value = _instance(path, expression, value, project, problems)
    kind = _kind(value)
    if kind is None:
        raise Refused(
            f"{os.path.basename(path)}::{expression} is {_described(value)}; "
            "give an nn.Module, an @mb.program function or a NeuralNetworkBuilder"
        )
    definition, binding = _definition(value, path, project), _binding(expression, path, project)
    place = (definition or binding) if made_here else (binding or definition)
    return Loaded(value, kind, place, made_here)


def _import(path: str, project: Project, problems: Problems) -> dict[str, Any]:
    module: types.ModuleType | None = None
    with guarded_side_effects(project, problems) as skipped:
        try:
            name, spec = _spec(path, project)
            if "." in name:
                importlib.import_module(name.rpartition(".")[0])
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            assert spec.loader is not None
            spec.loader.exec_module(module)
        except BaseException as error:  # whatever user code raises, SystemExit too
            if skipped and module is not None and not isinstance(error, (SyntaxError, SystemExit)):
                # Only what follows the skipped call broke; what was defined before it is still good.
                problems.add(
                    "info",
                    "load",
                    f"loading went no further than this line, after a skipped call: {describe(error)}",
                    place=_place_of(error, path, project),
                )
                return module.__dict__
            _report(error, path, project, problems)
            raise StageFailed from error
    return module.__dict__


def _spec(path: str, project: Project) -> tuple[str, importlib.machinery.ModuleSpec]:
    """A file of a package is imported as part of it, so that its relative imports work."""
    relative = os.path.relpath(os.path.splitext(path)[0], project.root)
    parts = relative.split(os.sep)
    if parts[-1] == "__init__":
        parts = parts[:-1]
    in_package = len(parts) > 1
    parts[-1] = parts[-1].replace(".", "_")
    name = ".".join(parts)
    if not in_package and (not name.isidentifier() or name in sys.modules or _is_library(name)):
        name = "_preflight_target"
    loader = importlib.machinery.SourceFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    return name, spec


def _is_library(name: str) -> bool:
    return name in getattr(sys, "stdlib_module_names", ()) or name in sys.builtin_module_names


def _only(path: str, namespace: dict[str, Any]) -> str:
    names = _convertible(namespace)
    if len(names) != 1:
        file = os.path.basename(path)
        known = ", ".join(f"{file}::{name}" for name in names) or "nothing to convert"
        raise Refused(f"{file} holds {known}; choose one")
    return names[0]


def _evaluate(
    path: str, expression: str, namespace: dict[str, Any], project: Project, problems: Problems
) -> Any:
    try:
        code = compile(expression.strip(), f"<{expression}>", "eval")
    except (SyntaxError, ValueError) as error:
        raise Refused(f"{expression!r} is not a Python expression: {describe(error)}") from error
    try:
        return eval(code, namespace)
    except NameError as error:
        if len(steps_of_traceback(error.__traceback__)) == 2:  # here, and in the expression itself
            file = os.path.basename(path)
            known = ", ".join(sorted(_convertible(namespace))) or "nothing to convert"
            raise Refused(f"{file} has no {expression.partition('(')[0]!r}; it has {known}") from error
        _report(error, path, project, problems, _binding(expression, path, project))
        raise StageFailed from error
    except BaseException as error:
        _report(error, path, project, problems, _binding(expression, path, project))
        raise StageFailed from error


def _instance(path: str, expression: str, value: Any, project: Project, problems: Problems) -> Any:
    """An instance of a class, the result of a factory; anything else as it is."""
    if not isinstance(value, (type, types.FunctionType)):
        return value
    missing = _missing_arguments(value)
    if missing:
        call = ", ".join(f"{name}=..." for name in missing)
        file = os.path.basename(path)
        problems.add(
            "error",
            "load",
            f"{expression} needs arguments: {', '.join(missing)}",
            place=_definition(value, path, project),
            help=f'give them in the target: "{file}::{expression}({call})"',
        )
        raise StageFailed
    try:
        return value()
    except BaseException as error:
        _report(error, path, project, problems, _definition(value, path, project))
        raise StageFailed from error


def _missing_arguments(function: Any) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]


def _kind(value: Any) -> str | None:
    import torch
    from coremltools.converters.mil import Program
    from coremltools.models.neural_network import NeuralNetworkBuilder

    if isinstance(value, torch.nn.Module):
        return MODULE
    if isinstance(value, torch.export.ExportedProgram):
        return EXPORTED
    if isinstance(value, Program):
        return PROGRAM
    if isinstance(value, NeuralNetworkBuilder):
        return BUILDER
    return None


def _convertible(namespace: dict[str, Any]) -> list[str]:
    import torch

    def is_target(value: Any) -> bool:
        if isinstance(value, type):
            return issubclass(value, torch.nn.Module) and value.__module__ == namespace.get("__name__")
        return _kind(value) is not None

    return [name for name, value in namespace.items() if not name.startswith("__") and is_target(value)]


def _described(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return f"of type {type(value).__name__}"


def _definition(value: Any, path: str, project: Project) -> Place | None:
    code_of = value if isinstance(value, (type, types.FunctionType)) else type(value)
    try:
        source = inspect.getsourcefile(code_of)
        line = inspect.getsourcelines(code_of)[1]
    except (TypeError, OSError):
        return None
    if source is None:
        return None
    return project.place([Step(source, max(line, 1))])


def _binding(expression: str, path: str, project: Project) -> Place | None:
    """The line of the file that binds the name which the expression begins with."""
    name = re.match(r"\w*", expression.strip())
    line = line_binding(path, name.group()) if name else None
    return project.place([Step(path, line)]) if line else None


def _report(
    error: BaseException, path: str, project: Project, problems: Problems, fallback: Place | None = None
) -> None:
    place = _place_of(error, path, project) or fallback
    if isinstance(error, SystemExit):
        status = "" if error.code is None else f"({error.code!r})"
        problems.add(
            "error", "load", f"sys.exit{status} is called while loading", place=place, help=_MAIN_GUARD
        )
    elif isinstance(error, SyntaxError):
        problems.add("error", "load", f"{type(error).__name__}: {error.msg}", place=place)
    elif isinstance(error, ImportError):
        name = error.name or "it"
        problems.add(
            "error",
            "load",
            describe(error),
            place=place,
            help=f"install {name} for {sys.executable}, or choose the interpreter that has it with --python",
        )
    elif isinstance(error, EOFError):
        problems.add(
            "error", "load", f"{describe(error)}: nothing can be typed in here", place=place, help=_MAIN_GUARD
        )
    else:
        problems.add("error", "load", f"loading raises {describe(error)}", place=place)


def _place_of(error: BaseException, path: str, project: Project) -> Place | None:
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        column = max(error.offset or 1, 1)
        end_line = getattr(error, "end_lineno", None) or error.lineno
        end_column = getattr(error, "end_offset", None) or 0
        if (end_line, end_column) <= (error.lineno, column):
            end_line, end_column = error.lineno, column + 1
        if os.path.isfile(error.filename):
            span = Span(error.lineno, column, end_line, end_column)
            return Place(os.path.realpath(error.filename), span, None, ())
    return project.place(steps_of_traceback(error.__traceback__))
