"""``FILE.py::EXPR``: which file, and which of its module-level objects."""

from __future__ import annotations

import ast
import re
import tokenize
from pathlib import Path
from typing import NamedTuple

from .candidates import (
    BUILDER,
    Candidate,
    find_candidates,
    only_candidates,
)
from .errors import UsageError
from .names import module_statements


class Target(NamedTuple):
    #: As it was written, for messages.
    shown: str
    path: Path
    expression: str
    #: The file's syntax tree; None where this interpreter can't parse it (the user's may).
    tree: ast.Module | None
    candidates: tuple[Candidate, ...]

    @property
    def candidate(self) -> Candidate | None:
        """What the expression's name stands for, as far as the file tells without being run."""
        name = self.expression.partition("(")[0].strip()
        return next((one for one in self.candidates if one.name == name), None)

    @property
    def suffix(self) -> str | None:
        """The output's suffix where the kind of object is known."""
        candidate = self.candidate
        if candidate is None:
            return None
        return ".mlmodel" if candidate.kind == BUILDER else ".mlpackage"

    @property
    def output_stem(self) -> str:
        """``Net`` of ``Net(width=8)``, ``zoo_small`` of ``zoo['small']``."""
        call = re.fullmatch(r"([\w.]+)\(.*\)", self.expression.strip(), re.DOTALL)
        name = call[1].rpartition(".")[2] if call else self.expression
        return "_".join(re.findall(r"\w+", name)) or self.path.stem


def find_target(text: str, folder: Path) -> Target:
    """Read ``FILE.py::EXPR``; without ``::EXPR`` the file's only candidate is taken.

    Raises UsageError where the file can't be read, has no such object, or holds several.
    """
    file, separator, expression = text.partition("::")
    expression = expression.strip()
    path = _existing(folder / file.strip(), file.strip())
    source = _read(path, file)
    tree = _parse(source)
    candidates = tuple(find_candidates(tree)) if tree else ()
    if not separator:
        if tree is None:
            # The worker says where the syntax error is, or takes the only candidate.
            expression = ""
        else:
            expression = _only(file, only_candidates(list(candidates)))
    elif not expression:
        raise UsageError(f"{text}: nothing stands behind '::'; {_offer(file, list(candidates))}")
    elif tree is not None:
        _check_expression(file, expression, tree, list(candidates))
    shown = f"{file}::{expression}" if separator or tree else file
    return Target(shown, path, expression, tree, candidates)


def _existing(path: Path, shown: str) -> Path:
    try:
        if path.is_dir():
            files = sorted(one.name for one in path.glob("*.py"))
            offer = f"give one of its files: {', '.join(files[:8])}" if files else "it holds no Python file"
            raise UsageError(f"{shown or path} is a folder; {offer}")
        if not path.is_file():
            raise UsageError(f"{shown}: no such file; a target is FILE.py::NAME")
    except (OSError, ValueError) as error:
        raise UsageError(f"{shown!r} can't be a file: {error}") from error
    return path.resolve()


def _read(path: Path, shown: str) -> str:
    try:
        with tokenize.open(path) as file:
            text = file.read()
    except (SyntaxError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{shown} is not Python text: it is neither UTF-8 nor declares another encoding; save it as UTF-8"
        ) from error
    except OSError as error:
        raise UsageError(f"{shown} can't be read: {error.strerror or error}") from error
    if "\0" in text:
        raise UsageError(f"{shown} is not Python text: it holds null bytes")
    return text


def _parse(source: str) -> ast.Module | None:
    for _ in range(2):
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            return None
        except SystemError:
            # CPython 3.11 loses count of its depth when something is destroyed meanwhile: once more.
            continue
    return None


def _only(file: str, candidates: list[Candidate]) -> str:
    if len(candidates) == 1:
        return candidates[0].name
    raise UsageError(_offer(file, candidates))


def _offer(file: str, candidates: list[Candidate]) -> str:
    if not candidates:
        return f"{file} holds no nn.Module, @mb.program or NeuralNetworkBuilder at module level"
    listed = ", ".join(f"{file}::{one.name}" for one in candidates)
    return f"{file} holds {len(candidates)} things to convert; choose one: {listed}"


def _check_expression(file: str, expression: str, tree: ast.Module, candidates: list[Candidate]) -> None:
    """A name that is nowhere bound can be refused without running anything."""
    try:
        parsed = ast.parse(expression, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"{file}::{expression}: {expression!r} is not a Python expression") from error
    while isinstance(parsed, (ast.Attribute, ast.Call, ast.Subscript)):
        parsed = parsed.func if isinstance(parsed, ast.Call) else parsed.value
    if not isinstance(parsed, ast.Name):
        return
    bound = _bound_names(tree)
    if bound is not None and parsed.id not in bound:
        known = ", ".join(one.name for one in candidates) or "nothing to convert"
        raise UsageError(f"{file} has no {parsed.id!r} at module level; it has {known}")


def _bound_names(tree: ast.Module) -> set[str] | None:
    """Every name that the module may bind; None where that can't be told without running it."""
    names: set[str] = set()
    for statement in module_statements(tree):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(statement.name)
            continue
        for node in ast.walk(statement):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                if any(alias.name == "*" for alias in node.names):
                    return None
                names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
            elif isinstance(node, ast.Name) and node.id in ("globals", "exec", "setattr", "vars"):
                return None
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                names.add(node.name)
    return names
