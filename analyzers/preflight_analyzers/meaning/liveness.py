"""Which results of a function reach no output: they are only looked at by Python, or not at all.

The tracer records their operators and then drops them as dead code, so that nothing has to convert them.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from preflight_analyzers.meaning import ir

#: What takes a value out of the graph, or only shows it.
_TAKING_METHODS = ("item", "tolist", "numpy", "_assert")
_TAKING_FUNCTIONS = tuple("int float bool str repr print len any all isinstance _assert".split())


def takes_out(node: ir.Call) -> bool:
    """Whether a call surely leaves nothing of its operands in the graph."""
    function = node.function
    if isinstance(function, ir.Attribute):
        return function.name in _TAKING_METHODS
    return isinstance(function, ir.Name) and function.id in _TAKING_FUNCTIONS


#: By the identity of the definition, which is kept alive with it.
_known: OrderedDict[int, tuple[ir.FunctionDef, frozenset[str]]] = OrderedDict()
_MOST_KNOWN = 4096


def unused_names(definition: ir.FunctionDef) -> frozenset[str]:
    """Local names whose values are used for nothing but decisions of Python."""
    known = _known.get(id(definition))
    if known is None:
        known = _known[id(definition)] = (definition, _unused_names(definition))
        if len(_known) > _MOST_KNOWN:
            _known.popitem(last=False)
    return known[1]


def _unused_names(definition: ir.FunctionDef) -> frozenset[str]:
    assigned = {
        target.id
        for node in _statements(definition.body)
        if isinstance(node, ir.Assign)
        for target in node.targets
        if isinstance(target, ir.Name)
    }
    unused: frozenset[str] = frozenset()
    while True:
        used: set[str] = set()
        for statement in definition.body:
            _collect(statement, used, unused)
        found = frozenset(assigned - used)
        if found == unused:
            return found
        unused = found


def _statements(body: Any) -> list[Any]:
    """The statements of a body and of the blocks in it."""
    found: list[Any] = []
    pending = [body]
    while pending:
        one = pending.pop()
        if isinstance(one, tuple):
            if isinstance(one, ir.Assign):
                found.append(one)
            elif not isinstance(one, (ir.FunctionDef, ir.ClassDef)):
                pending.extend(part for part in one if isinstance(part, tuple))
    return found


def _collect(node: Any, used: set[str], unused: frozenset[str]) -> None:
    """Add the names that are read where it matters."""
    if not isinstance(node, tuple):
        return
    if isinstance(node, ir.Name):
        used.add(node.id)
    elif isinstance(node, ir.Assign):
        targets = [target for target in node.targets if not isinstance(target, ir.Name)]
        for target in targets:
            _collect(target, used, unused)
        if targets or not all(isinstance(t, ir.Name) and t.id in unused for t in node.targets):
            _collect(node.value, used, unused)
    elif (isinstance(node, ir.Call) and takes_out(node)) or isinstance(node, ir.Assert):
        return
    elif isinstance(node, (ir.If, ir.While, ir.Conditional)):
        _collect(node.body, used, unused)
        _collect(node.orelse, used, unused)
    else:
        for part in node:
            _collect(part, used, unused)
