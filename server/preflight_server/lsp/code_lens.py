"""A lens over each thing that can be converted: its verdict, and a click converts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from preflight_analyzers.findings import Position, Range

from .conversions import Target
from .convert_arguments import COMMAND
from .convertibles import Convertible, convertibles
from .documents import key_of
from .outcomes import describe
from .programs import Program

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


def register(server: PreflightLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        checked = await server.checks.latest(uri)
        # The cells of a notebook are no file that could be converted.
        if checked is None or checked.program.part_of(uri) is None or checked.program.is_notebook:
            return []
        return [
            _lens(server, checked.program, convertible) for convertible in await convertibles(server, checked)
        ]


def _lens(server: PreflightLanguageServer, program: Program, convertible: Convertible) -> types.CodeLens:
    target = Target(key_of(program.uri), convertible.name)
    start = Position(convertible.line, 1)
    return types.CodeLens(
        range=program.to_client(Range(start, start)),
        command=types.Command(
            title=_title(server, target, convertible),
            command=COMMAND,
            arguments=[{"uri": program.uri, "target": convertible.name}],
        ),
    )


def _title(server: PreflightLanguageServer, target: Target, convertible: Convertible) -> str:
    if target in server.conversions.running:
        return "Converting…"
    report = server.conversions.outcomes.get(target)
    if report is not None:
        return describe(report)
    verdict = convertible.verdict
    if verdict is None or verdict.verdict == "unsure":
        return "Convert to Core ML"
    if verdict.verdict == "ready":
        return "Convert to Core ML · nothing in the way"
    count = len(verdict.blockers)
    return f"Convert to Core ML · blocked by {count} problem{'s' if count != 1 else ''}"
