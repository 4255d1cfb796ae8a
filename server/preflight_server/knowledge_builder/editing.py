"""Changes one call in a program's text: gives it another argument, or an argument another dtype."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from typing import Any

from .spelling import INFIX

_CASTS = {
    "float": "{}.to(torch.float32)",
    "int": "{}.to(torch.int64)",
    "bool": "({} > 0.5)",
    "float16": "{}.to(torch.float16)",
}


def can_set(fact: str, value: Any) -> bool:
    """Whether a call can be changed so that this fact is true of it."""
    name, _, aspect = fact.partition(".")
    if name.startswith(("#", "*")) or name in ("any", "dtypes", "ranks", "results"):
        return False
    return not aspect or (aspect == "dtype" and value in _CASTS)


def edited(source: str, api: str, names: Sequence[str], facts: Sequence[tuple[str, Any]]) -> list[str]:
    """The program with the facts set on its one call of ``api``, in each spelling; none if there isn't one.

    ``names`` are the parameters of the call, or of the constructor of a module.
    """
    unchanged = _text(ast.parse(source))
    ways = [unchanged]
    for fact, value in facts:
        name, _, aspect = fact.partition(".")
        ways = [
            changed
            for way in ways
            for spelling in name.split("|")
            for changed in _set(way, api, names, name, spelling, aspect, value)
        ]
    return [way for way in dict.fromkeys(ways) if way != unchanged]


def _text(tree: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _set(
    source: str, api: str, names: Sequence[str], name: str, spelling: str, aspect: str, value: Any
) -> Iterator[str]:
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if _calls(node, api)]
    if len(calls) != 1:
        return
    arguments = _Arguments(calls[0])
    place = names.index(name) if name in names else None
    if place is not None and place < arguments.count:
        arguments[place] = _value(arguments[place], aspect, value)
    elif isinstance(calls[0], ast.Call):
        given = next((keyword for keyword in calls[0].keywords if keyword.arg == spelling), None)
        if given is not None:
            given.value = _value(given.value, aspect, value)
        elif aspect:
            return
        else:
            calls[0].keywords.append(ast.keyword(spelling, _value(None, aspect, value)))
    else:
        return
    yield _text(tree)


def _calls(node: ast.AST, api: str) -> bool:
    name = api.rsplit(".", 1)[1]
    if api.startswith("torch.Tensor.__"):
        operator = _OPERATORS.get(name.strip("_"))
        return isinstance(node, ast.BinOp) and operator is not None and isinstance(node.op, operator)
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    if api.startswith("torch.Tensor."):
        return (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == name
            and not called.startswith(("torch.", "F.", "nn.", "self."))
        )
    return called == api.replace("torch.nn.functional.", "F.").replace("torch.nn.", "nn.")


_OPERATORS = {
    name: type(ast.parse(f"a {symbol} b", mode="eval").body.op)  # type: ignore[attr-defined]
    for name, symbol in INFIX.items()
    if isinstance(ast.parse(f"a {symbol} b", mode="eval").body, ast.BinOp)
}


class _Arguments:
    """The positional arguments of a call, the tensor of a method first; the operands of an operator."""

    def __init__(self, node: ast.AST) -> None:
        self._node = node
        self._method = (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and not ast.unparse(node.func).startswith(("torch.", "F.", "nn."))
        )

    @property
    def count(self) -> int:
        return 2 if isinstance(self._node, ast.BinOp) else len(self._node.args) + self._method  # type: ignore[attr-defined]

    def __getitem__(self, place: int) -> ast.expr:
        node = self._node
        if isinstance(node, ast.BinOp):
            return node.right if place else node.left
        assert isinstance(node, ast.Call)
        if self._method and place == 0:
            assert isinstance(node.func, ast.Attribute)
            return node.func.value
        return node.args[place - self._method]

    def __setitem__(self, place: int, value: ast.expr) -> None:
        node = self._node
        if isinstance(node, ast.BinOp):
            setattr(node, "right" if place else "left", value)
            return
        assert isinstance(node, ast.Call)
        if self._method and place == 0:
            assert isinstance(node.func, ast.Attribute)
            node.func.value = value
        else:
            node.args[place - self._method] = value


def _value(given: ast.expr | None, aspect: str, value: Any) -> ast.expr:
    if aspect == "dtype":
        assert given is not None
        return _expression(_CASTS[value].format(f"({ast.unparse(given)})"))
    if isinstance(value, list):
        value = tuple(value)
    if isinstance(value, str) and value.startswith("torch."):
        return _expression(value)
    infinite = isinstance(value, float) and not math.isfinite(value)
    return _expression(f"float('{value}')" if infinite else repr(value))


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
