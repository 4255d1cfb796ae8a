"""The things in an open file that can be converted, with what the analysis thinks of them."""

from __future__ import annotations

import ast
import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from preflight_analyzers.findings import ModuleVerdict
from preflight_server.conversion.candidates import MODULE_CLASS, find_candidates

from .checks import Checked, reason_to_skip

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


class Convertible(NamedTuple):
    name: str
    #: First and last line, from 1.
    line: int
    end_line: int
    verdict: ModuleVerdict | None = None


class _Found(NamedTuple):
    name: str
    kind: str
    line: int
    end_line: int


async def convertibles(server: PreflightLanguageServer, checked: Checked) -> list[Convertible]:
    """Those of the program's present text, in order.

    While the text is not valid Python, the module classes that the analysis still makes out.
    """
    verdicts = {verdict.class_name: verdict for verdict in checked.report.modules}
    if reason_to_skip(checked.program.text):
        return []
    try:
        found = await asyncio.get_running_loop().run_in_executor(
            server.checks.thread, _find, checked.program.text
        )
    except (SyntaxError, ValueError, RecursionError):
        return [
            Convertible(verdict.class_name, verdict.line, verdict.line, verdict)
            for verdict in verdicts.values()
        ]
    return [
        Convertible(
            item.name,
            item.line,
            item.end_line,
            verdicts.get(item.name) if item.kind == MODULE_CLASS else None,
        )
        for item in found
    ]


@lru_cache(maxsize=16)
def _find(text: str) -> tuple[_Found, ...]:
    if "torch" not in text and "coremltools" not in text:
        return ()
    tree = ast.parse(text)
    ends = {
        node.lineno: node.end_lineno or node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)
    }
    return tuple(
        _Found(item.name, item.kind, item.line, ends.get(item.line, item.line))
        for item in find_candidates(tree)
        # A class without forward() of its own or inherited can't be called.
        if item.kind != MODULE_CLASS or item.parameters is not None
    )
