"""Input shapes from the example of a file's own ``torch.jit.trace`` or ``torch.export.export`` call."""

from __future__ import annotations

import ast

from .candidates import unwrapped
from .inputs import DTYPES, InputSpec
from .names import imported_names, origin
from .target import Target

_MAKERS = ("rand", "randn", "zeros", "ones", "empty", "full", "randint")
_TRACERS = {"torch.jit.trace": "example_inputs", "torch.export.export": "args"}
#: Methods that turn a tensor into one of another type.
_CASTS = {"long": "int64", "int": "int32", "float": "float32", "half": "float16", "bool": "bool"}

_Values = dict[str, ast.expr]


def traced_inputs(target: Target) -> tuple[InputSpec, ...]:
    """The inputs with which the file itself traces the target; empty where their shapes can't be read."""
    if target.tree is None:
        return ()
    names = imported_names(target.tree)
    candidate = target.candidate
    wanted = {target.expression.partition("(")[0].strip()}
    if candidate and candidate.of_class:
        wanted.add(candidate.of_class)
    outer = _assignments(target.tree)
    for scope in _scopes(target.tree):
        values = {**outer, **_assignments(scope)}
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            called = origin(call.func, names) or ""
            if called not in _TRACERS or not call.args or not wanted & _meanings(call.args[0], values, names):
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
    return [*functions, tree]


def _assignments(scope: ast.AST) -> _Values:
    """Name -> its last value in the scope; ``net = net.eval()`` tells nothing new."""
    values: _Values = {}
    for node in ast.walk(scope):
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        bound = node.targets[0]
        if not isinstance(bound, ast.Name):
            continue
        value = unwrapped(node.value)
        if not isinstance(value, ast.Name) or value.id != bound.id:
            values[bound.id] = node.value
    return values


def _meanings(expression: ast.expr, values: _Values, names: dict[str, str]) -> set[str]:
    """Every name an expression goes by: ``model``, and ``Net`` where ``model = Net()``."""
    found: set[str] = set()
    expression = unwrapped(expression)
    while isinstance(expression, ast.Name) and expression.id not in found:
        found.add(expression.id)
        expression = unwrapped(values.get(expression.id, expression))
    if isinstance(expression, ast.Call):
        found.add(origin(expression.func, names) or "")
    return found


def _resolved(expression: ast.expr, values: _Values) -> ast.expr:
    """The value behind a name."""
    seen: set[str] = set()
    while isinstance(expression, ast.Name) and expression.id in values and expression.id not in seen:
        seen.add(expression.id)
        expression = values[expression.id]
    return expression


def _tensors(example: ast.expr, values: _Values, names: dict[str, str]) -> list[InputSpec] | None:
    example = _resolved(example, values)
    parts = example.elts if isinstance(example, (ast.Tuple, ast.List)) else [example]
    specs = [_tensor(_resolved(part, values), values, names) for part in parts]
    found = [spec for spec in specs if spec is not None]
    return found if len(found) == len(specs) else None


def _tensor(call: ast.expr, values: _Values, names: dict[str, str]) -> InputSpec | None:
    """The shape and dtype of ``torch.rand(1, 3, 224, 224)`` and its like; None of anything else."""
    if not isinstance(call, ast.Call):
        return None
    if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Call):
        inner = _tensor(call.func.value, values, names)
        if inner and call.func.attr in (*_CASTS, "to", "cpu", "contiguous", "detach"):
            return inner._replace(dtype=_CASTS.get(call.func.attr, inner.dtype))
        return None
    module, _, maker = (origin(call.func, names) or "").rpartition(".")
    if module != "torch" or maker not in _MAKERS:
        return None
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    sizes = list(call.args)
    if maker == "randint":
        # Bounds come first.
        sizes = [size for size in sizes if not isinstance(_resolved(size, values), ast.Constant)]
    elif maker == "full":
        sizes = sizes[:1]
    if not sizes and "size" in keywords:
        sizes = [keywords["size"]]
    shape = _shape(sizes, values)
    dtype = "int64" if maker == "randint" else "float32"
    if "dtype" in keywords:
        written = (origin(keywords["dtype"], names) or "").removeprefix("torch.")
        dtype = _CASTS.get(written, written)
    return InputSpec(None, shape, dtype) if shape and dtype in DTYPES else None


def _shape(sizes: list[ast.expr], values: _Values) -> tuple[int, ...] | None:
    """``1, 3, 224, 224``, ``(1, 3, 224, 224)``, ``*shape`` or ``shape``, with names looked up."""
    shape: list[int] = []
    for size in sizes:
        value = _resolved(size.value if isinstance(size, ast.Starred) else size, values)
        if isinstance(value, (ast.Tuple, ast.List)):
            inner = _shape(value.elts, values)
            if inner is None:
                return None
            shape.extend(inner)
        elif isinstance(value, ast.Constant) and type(value.value) is int and value.value > 0:
            shape.append(value.value)
        else:
            return None
    return tuple(shape)
