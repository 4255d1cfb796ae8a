"""The shapes of a target's inputs, from what is written in the project, without running it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from .candidates import MODULE, MODULE_CLASS, unwrapped
from .errors import NeedsInputs, UsageError
from .guess import guess_input
from .inputs import DTYPES, InputSpec, parse_input
from .names import imported_names, origin
from .target import Target

_MAKERS = ("rand", "randn", "zeros", "ones", "empty", "full", "randint")
_TRACERS = {"torch.jit.trace": "example_inputs", "torch.export.export": "args"}


def find_inputs(target: Target, settings: dict[str, Any]) -> tuple[InputSpec, ...]:
    """Inputs of the target from ``[tool.coreml-preflight.targets]`` or the file's own trace call.

    Empty where neither tells and the target may still need none (a program, a builder, an unknown
    object). Raises NeedsInputs where forward is known to take some.
    """
    given = settings.get("inputs")
    if given is not None:
        return _from_settings(target, given)
    candidate = target.candidate
    if target.tree is None or (candidate and candidate.kind not in (MODULE_CLASS, MODULE)):
        return ()
    traced = _from_trace(target, target.tree)
    if traced:
        return traced
    if candidate is None or not candidate.parameters:
        return ()
    guess = guess_input(target.tree, candidate.of_class or candidate.name)
    specs = tuple(
        (guess or InputSpec(None, (1, 3, 224, 224)))._replace(name=name) for name in candidate.parameters
    )
    options = " ".join(f"--input {spec}" for spec in specs)
    why = "; its first layer suggests" if guess else ", for example"
    raise NeedsInputs(
        f"{target.shown}: give the shape of each input of "
        f"forward({', '.join(candidate.parameters)}){why}: {options}",
        candidate.parameters,
        specs,
    )


def _from_settings(target: Target, given: object) -> tuple[InputSpec, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise UsageError(
            f"pyproject.toml: inputs of {target.shown!r} must be a list of texts like 'x=1,3,224,224'"
        )
    try:
        return tuple(parse_input(one) for one in given)
    except ValueError as error:
        raise UsageError(f"pyproject.toml: {target.shown!r}: {error}") from error


def _from_trace(target: Target, tree: ast.Module) -> tuple[InputSpec, ...]:
    """The example of the file's ``torch.jit.trace(model, example)``, where its shapes are literal."""
    names = imported_names(tree)
    wanted = target.expression.partition("(")[0].strip()
    candidate = target.candidate
    wanted_names = {wanted} | ({candidate.of_class} if candidate and candidate.of_class else set())
    for scope in _scopes(tree):
        values = _assignments(scope)
        for call in _calls(scope):
            called = origin(call.func, names) or ""
            if called not in _TRACERS or not call.args:
                continue
            if not wanted_names & _meanings(call.args[0], values, names):
                continue
            example = call.args[1] if len(call.args) > 1 else None
            for keyword in call.keywords:
                if keyword.arg == _TRACERS[called]:
                    example = keyword.value
            specs = _tensors(example, values, names) if example else None
            if specs:
                return tuple(specs)
    return ()


def _scopes(tree: ast.Module) -> list[ast.AST]:
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    return [tree, *functions]


def _calls(scope: ast.AST) -> list[ast.Call]:
    return [node for node in ast.walk(scope) if isinstance(node, ast.Call)]


def _assignments(scope: ast.AST) -> dict[str, ast.expr]:
    """Name -> its last assigned value in the scope; a name assigned from itself keeps the first."""
    values: dict[str, ast.expr] = {}
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        bound = node.targets[0]
        value = unwrapped(node.value)
        if isinstance(bound, ast.Name) and not (isinstance(value, ast.Name) and value.id == bound.id):
            values[bound.id] = node.value
    return values


def _meanings(expression: ast.expr, values: dict[str, ast.expr], names: dict[str, str]) -> set[str]:
    """Every name an expression goes by: ``model``, and ``Net`` where ``model = Net()``."""
    found: set[str] = set()
    expression = unwrapped(expression)
    for _ in range(10):
        if isinstance(expression, ast.Call):
            found.add(origin(expression.func, names) or "")
            break
        if not isinstance(expression, ast.Name):
            break
        found.add(expression.id)
        if expression.id not in values:
            break
        expression = unwrapped(values[expression.id])
    return found


def _tensors(example: ast.expr, values: dict[str, ast.expr], names: dict[str, str]) -> list[InputSpec] | None:
    while isinstance(example, ast.Name) and example.id in values:
        example, values = values[example.id], {k: v for k, v in values.items() if k != example.id}
    if isinstance(example, (ast.Tuple, ast.List)):
        specs = [_tensors(one, values, names) for one in example.elts]
        return None if None in specs else [spec for one in specs if one for spec in one]
    spec = _tensor(example, names)
    return [spec] if spec else None


def _tensor(call: ast.expr, names: dict[str, str]) -> InputSpec | None:
    if not isinstance(call, ast.Call):
        return None
    called = origin(call.func, names) or ""
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        # torch.rand(1, 3).to("cpu"), .float(), .long()
        inner = _tensor(call.func.value, names)
        casts = {"long": "int64", "int": "int32", "float": "float32", "half": "float16", "bool": "bool"}
        if inner and call.func.attr in (*casts, "to", "cpu", "contiguous", "detach"):
            return inner._replace(dtype=casts.get(call.func.attr, inner.dtype))
        return None
    module, _, maker = called.rpartition(".")
    if module != "torch" or maker not in _MAKERS:
        return None
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    arguments: list[ast.expr] = list(call.args)
    if maker == "randint":
        arguments = [one for one in arguments if not isinstance(one, ast.Constant)][:1]
    elif maker == "full":
        arguments = arguments[:1]
    if "size" in keywords and not arguments:
        arguments = [keywords["size"]]
    if len(arguments) == 1 and isinstance(arguments[0], (ast.Tuple, ast.List)):
        arguments = list(arguments[0].elts)
    shape: list[int] = []
    for one in arguments:
        if not isinstance(one, ast.Constant) or type(one.value) is not int or one.value < 1:
            return None
        shape.append(one.value)
    dtype = "int64" if maker == "randint" else "float32"
    if "dtype" in keywords:
        written = (origin(keywords["dtype"], names) or "").removeprefix("torch.")
        dtype = {"long": "int64", "int": "int32", "float": "float32", "half": "float16"}.get(written, written)
    return InputSpec(None, tuple(shape), dtype) if shape and dtype in DTYPES else None


def settings_for(target: Target) -> dict[str, Any]:
    """The target's entry in ``[tool.coreml-preflight.targets]`` of the nearest pyproject.toml, or {}.

    Keys are targets as on the command line, their file relative to the pyproject.toml.
    """
    for parent in [target.path.parent, *target.path.parent.parents]:
        pyproject = parent / "pyproject.toml"
        if pyproject.is_file():
            break
    else:
        return {}
    for key, value in _targets_table(pyproject).items():
        file, _, expression = key.partition("::")
        if (parent / file).resolve() != target.path or not isinstance(value, dict):
            continue
        if not expression or expression.strip() == target.expression:
            return value
    return {}


def _targets_table(pyproject: Path) -> dict[str, Any]:
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        with pyproject.open("rb") as file:
            data = tomllib.load(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{pyproject} can't be read: {error}") from error
    table = data.get("tool", {}).get("coreml-preflight", {}).get("targets", {})
    return table if isinstance(table, dict) else {}
