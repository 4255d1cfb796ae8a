"""What the names of a file stand for, as far as its import statements tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

#: Shorter spellings of one and the same thing.
_SAME = (
    ("coremltools.converters.mil.mil.Builder", "coremltools.converters.mil.Builder"),
    ("coremltools.models.neural_network.builder.", "coremltools.models.neural_network."),
    ("torch.nn.modules.module.Module", "torch.nn.Module"),
)


def module_statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that run when the file is imported, outside of functions and classes."""
    yield from _flat(tree.body)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If) and _is_main_guard(statement.test):
            yield from _flat(statement.orelse)
            continue
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for block in ("body", "orelse", "finalbody"):
            yield from _flat(getattr(statement, block, []))
        for handler in getattr(statement, "handlers", []):
            yield from _flat(handler.body)


def _is_main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Local name -> dotted origin, for every import of the file (also in functions)."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    names[alias.asname] = alias.name
                else:
                    top = alias.name.partition(".")[0]
                    names[top] = top
        elif isinstance(node, ast.ImportFrom):
            prefix = "." * node.level + (node.module or "")
            for alias in node.names:
                names[alias.asname or alias.name] = f"{prefix}.{alias.name}"
    return names


def origin(expression: ast.expr, names: Mapping[str, str]) -> str | None:
    """The dotted name an expression stands for (``nn.Linear`` -> ``torch.nn.Linear``), else None."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return None
    dotted = ".".join([names.get(expression.id, expression.id), *reversed(parts)])
    for long, short in _SAME:
        if dotted.startswith(long):
            return short + dotted.removeprefix(long)
    return dotted
