"""From running code to places in the user's files.

A place is the innermost step in the user's own project, with the steps that led there.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import site
import sys
import sysconfig
import tokenize
from collections.abc import Iterable
from types import CodeType, FrameType, TracebackType
from typing import Any, NamedTuple

_MAX_STACK = 30
_WARNINGS = os.path.join(os.path.dirname(os.__file__), "warnings.py")


class Span(NamedTuple):
    """1-based lines and code-point columns, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Step(NamedTuple):
    """One running function; ``span`` is the expression where the interpreter tells it."""

    path: str
    line: int
    span: Span | None = None


class Place(NamedTuple):
    path: str
    span: Span
    symbol: str | None
    #: Outermost first: (path, line, symbol).
    stack: tuple[tuple[str, int, str], ...]


class Project:
    """Tells the user's files from those of Python, torch and other libraries."""

    def __init__(self, target: str) -> None:
        self._target = os.path.realpath(target)
        #: The folder that imports of the target's package start from, or the file's own folder.
        self.root = import_root(self._target)
        self._target_package = self._package_folder()
        paths = sysconfig.get_paths()
        libraries = [paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
        libraries += site.getsitepackages() if hasattr(site, "getsitepackages") else []
        libraries.append(site.getusersitepackages())
        libraries += [os.path.dirname(module.__file__ or "") for module in _frameworks()]
        self._libraries = tuple({os.path.realpath(path) + os.sep for path in libraries if path})
        self._ours = os.path.realpath(os.path.dirname(__file__)) + os.sep

    def _package_folder(self) -> str | None:
        folder = os.path.dirname(self._target)
        if folder == self.root:
            return None
        top = os.path.relpath(folder, self.root).split(os.sep)[0]
        return os.path.join(self.root, top) + os.sep

    def owns(self, path: str) -> bool:
        """Whether a file is the user's own."""
        path = _real(path)
        if path == self._target or (self._target_package and path.startswith(self._target_package)):
            return True
        return os.path.isfile(path) and not path.startswith((*self._libraries, self._ours))

    def place(self, steps: Iterable[Step]) -> Place | None:
        """The innermost of ``steps`` (outermost first) in the user's project; None if there is none."""
        shown = [step for step in steps if not _real(step.path).startswith(self._ours)]
        for index in range(len(shown) - 1, -1, -1):
            step = shown[index]
            if self.owns(step.path):
                span = step.span or statement_span(step.path, step.line)
                first = next(number for number, one in enumerate(shown) if self.owns(one.path))
                stack = tuple(
                    (one.path, one.line, symbol_at(one.path, one.line) or "<module>")
                    for one in shown[first:]
                    if not _is_plumbing(one.path)
                )
                return Place(
                    step.path,
                    span,
                    symbol_at(step.path, step.line),
                    stack[:5] + stack[5 - _MAX_STACK :] if len(stack) > _MAX_STACK else stack,
                )
        return None


def import_root(path: str) -> str:
    """The folder from which ``path`` is imported: above its outermost package, or its own."""
    folder = os.path.dirname(path)
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
    return folder


def steps_of_frame(frame: FrameType | None) -> list[Step]:
    """The live stack that ends in ``frame``, outermost first."""
    steps: list[Step] = []
    while frame is not None:
        steps.append(step_of(frame.f_code, frame.f_lineno, frame.f_lasti))
        frame = frame.f_back
    return steps[::-1]


def steps_of_traceback(trace: TracebackType | None) -> list[Step]:
    """The calls that led to an exception, outermost first."""
    steps: list[Step] = []
    while trace is not None:
        steps.append(step_of(trace.tb_frame.f_code, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    return steps


def steps_of_source_range(text: str) -> list[Step]:
    """The stack that torch keeps with a traced node: ``file(line): function`` a line, innermost first."""
    found = re.findall(r"^(.+)\((\d+)\): .*$", text, re.MULTILINE)
    return [Step(path, int(line)) for path, line in reversed(found)]


def steps_of_stack_trace(text: str | None) -> list[Step]:
    """The stack that torch.export keeps with a node: written as in a traceback, outermost first."""
    found = re.findall(r'^\s*File "(.+)", line (\d+)', text or "", re.MULTILINE)
    return [Step(path, int(line)) for path, line in found]


def step_of(code: CodeType, line: int | None, instruction: int) -> Step:
    path = code.co_filename
    positions: Any = getattr(code, "co_positions", None)
    if positions is not None and instruction >= 0:
        for index, (start, end, column, end_column) in enumerate(positions()):
            if index == instruction // 2:
                if None not in (start, end, column, end_column):
                    span = Span(
                        start, _code_point(path, start, column), end, _code_point(path, end, end_column)
                    )
                    return Step(path, start, span)
                break
    return Step(path, line or code.co_firstlineno)


def _code_point(path: str, line: int, byte: int) -> int:
    lines = _lines(path)
    if not 0 < line <= len(lines):
        return byte + 1
    return len(lines[line - 1].encode("utf-8")[:byte].decode("utf-8", "ignore")) + 1


def statement_span(path: str, line: int) -> Span:
    """The innermost statement at a line; of a compound statement only its head."""
    tree = _tree(path)
    best = None
    for node in ast.walk(tree) if tree else ():
        if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        if best is None or node.lineno >= best.lineno:
            best = node
    lines = _lines(path)
    if best is None:
        text = lines[line - 1].rstrip() if 0 < line <= len(lines) else ""
        indent = len(text) - len(text.lstrip())
        return Span(line, indent + 1, line, max(len(text), indent + 1) + 1)
    start = Span(best.lineno, _code_point(path, best.lineno, best.col_offset), 0, 0)
    body = getattr(best, "body", None)
    if isinstance(body, list) and body:
        text = lines[best.lineno - 1].rstrip() if best.lineno <= len(lines) else ""
        return start._replace(end_line=best.lineno, end_column=len(text) + 1)
    end = best.end_lineno or best.lineno
    return start._replace(end_line=end, end_column=_code_point(path, end, best.end_col_offset or 0))


def symbol_at(path: str, line: int) -> str | None:
    """``Net.forward`` for a line inside it; None at the top of a file."""
    tree = _tree(path)
    names: list[str] = []
    scope: Any = tree
    while scope is not None:
        for node in _definitions(scope):
            if node.lineno <= line <= (node.end_lineno or node.lineno):
                names.append(node.name)
                scope = node
                break
        else:
            break
    return ".".join(names) or None


def line_binding(path: str, name: str) -> int | None:
    """The last line of a file that defines or assigns a module-level name."""
    found = None
    for node in ast.walk(_tree(path) or ast.Module(body=[], type_ignores=[])):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            binds = node.name == name
        elif isinstance(node, ast.Name):
            binds = node.id == name and isinstance(node.ctx, ast.Store)
        else:
            continue
        if binds and symbol_at(path, node.lineno) in (None, name):
            found = max(found or 0, node.lineno)
    return found


def _definitions(scope: ast.AST) -> Iterable[Any]:
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node
        elif isinstance(node, (ast.stmt, ast.ExceptHandler)):
            yield from _definitions(node)


@functools.lru_cache(maxsize=64)
def _lines(path: str) -> list[str]:
    try:
        with tokenize.open(path) as file:
            return file.read().split("\n")
    except (OSError, SyntaxError, UnicodeDecodeError):
        return []


@functools.lru_cache(maxsize=64)
def _tree(path: str) -> ast.Module | None:
    try:
        return ast.parse("\n".join(_lines(path)))
    except (SyntaxError, ValueError, RecursionError):
        return None


@functools.lru_cache(maxsize=4096)
def _real(path: str) -> str:
    return os.path.realpath(path)


def _is_plumbing(path: str) -> bool:
    """Frames of torch that only pass a call on."""
    return path.endswith(
        (
            os.path.join("torch", "nn", "modules", "module.py"),
            os.path.join("torch", "jit", "_trace.py"),
            os.path.join("torch", "utils", "_contextlib.py"),
            _WARNINGS,
        )
    ) or path.startswith("<frozen")


def _frameworks() -> list[Any]:
    return [sys.modules[name] for name in ("torch", "coremltools", "numpy") if name in sys.modules]
