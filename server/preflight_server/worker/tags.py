"""Where each node of a traced graph comes from, to the expression.

torch keeps a line with most nodes; the expression is only known while the call runs. So a module
is traced a second time, watched, when there is something to report.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections import Counter
from types import CodeType
from typing import Any

from .capture import silenced_output
from .inputs import Examples
from .sources import Step, step_of, steps_of_source_range
from .tracing import plain_trace

_TAG = "preflight_call"
_TRACER = os.path.join("torch", "jit", "_trace.py") + "("
_OURS = os.path.dirname(__file__) + os.sep

#: A node's kind, its source range, and which of that kind and range it is.
Key = tuple[str, str, int]


class Sources:
    """Steps that lead to the nodes of one graph as coremltools walks it."""

    def __init__(self, module: Any, examples: Examples) -> None:
        self._module = module
        self._examples = examples
        self._watched: dict[Key, list[tuple[CodeType, int, int]]] | None = None

    def steps(self, key: Key) -> list[Step]:
        """The calls that made the node, outermost first; empty if nothing is known."""
        if self._watched is None:
            self._watched = _watched_trace(self._module, self._examples)
        raw = self._watched.get(key)
        if raw:
            return [step_of(*entry) for entry in raw]
        return steps_of_source_range(key[1])


class Keys:
    """Gives each node of a graph its key, in the order in which they are walked."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()

    def of(self, node: Any) -> Key:
        kind, source = node.kind(), _unwatched(node.sourceRange())
        self._seen[kind, source] += 1
        return kind, source, self._seen[kind, source]


def _unwatched(source: str) -> str:
    """The source range (innermost call first) as it is when the trace is not watched.

    A watched call of a Python function of torch appears twice: ``handle_torch_function`` stands between.
    """
    kept: list[str] = []
    handled = False
    for line in source.split("\n"):
        if _TRACER in line:
            break
        if handled:
            handled = False
        elif line.endswith(": handle_torch_function"):
            handled = True
        elif not line.startswith(_OURS):
            kept.append(line)
    return "\n".join(kept)


def _watched_trace(module: Any, examples: Examples) -> dict[Key, list[tuple[CodeType, int, int]]]:
    import torch
    from torch.overrides import TorchFunctionMode

    calls: list[list[tuple[CodeType, int, int]]] = []

    class Watch(TorchFunctionMode):  # type: ignore[misc]  # torch is untyped here
        """Tags the nodes that each outermost torch call adds."""

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            state = torch._C._get_tracing_state()
            if state is None:
                return func(*args, **(kwargs or {}))
            graph = state.graph()
            before = graph.insertPoint().prev()
            result = func(*args, **(kwargs or {}))
            number = len(calls)
            calls.append(_raw_stack(sys._getframe(1)))
            node = graph.insertPoint().prev()
            while node != before:
                if not node.hasAttribute(_TAG):
                    node.i_(_TAG, number)
                node = node.prev()
            return result

    try:
        with silenced_output(), warnings.catch_warnings(), Watch():
            warnings.simplefilter("ignore")
            traced = plain_trace(module, examples)
        graph = traced.inlined_graph
        torch._C._jit_pass_inline_fork_wait(graph)
        torch._C._jit_pass_dce(graph)
    except Exception:
        # The module traces without being watched, but not so: lines must do.
        return {}
    keys = Keys()
    found = {}
    for node in walk(graph):
        key = keys.of(node)
        if node.hasAttribute(_TAG):
            found[key] = calls[node.i(_TAG)]
    return found


def walk(graph: Any) -> Any:
    """Every node of a TorchScript graph or block, a node before those of its blocks."""
    for node in graph.nodes():
        yield node
        for block in node.blocks():
            yield from walk(block)


def _raw_stack(frame: Any) -> list[tuple[CodeType, int, int]]:
    stack = []
    while frame is not None:
        stack.append((frame.f_code, frame.f_lineno, frame.f_lasti))
        frame = frame.f_back
    return stack[::-1]
