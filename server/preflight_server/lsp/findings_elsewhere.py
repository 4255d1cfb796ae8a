"""What the models of one open file lead to in other files of the project, shown where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from preflight_analyzers.findings import Finding
from preflight_analyzers.source.text import UnreadableSource, read_source

from .checks import Checked
from .diagnostics import to_diagnostic
from .documents import key_of
from .programs import Part, Program

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


class FindingsElsewhere:
    """By the file that they stand in, and by the open program that leads there."""

    def __init__(self, server: PreflightLanguageServer) -> None:
        self._server = server
        self._found: dict[str, dict[str, list[types.Diagnostic]]] = {}
        #: Differs whenever what was found does.
        self.serial = 0

    def update(self, checked: Checked | None, program_uri: str) -> list[str]:
        """Take over what a check found in other files (None: it is closed); where that changes something."""
        user = key_of(program_uri)
        changed = [uri for uri, users in self._found.items() if users.pop(user, None) is not None]
        by_path: dict[str, list[Finding]] = {}
        for finding in checked.report.findings if checked is not None else ():
            if checked is not None and finding.path != checked.program.path:
                by_path.setdefault(finding.path, []).append(finding)
        for path, findings in by_path.items():
            program = self._program(path)
            if program is not None:
                uri = program.uri
                self._found.setdefault(uri, {})[user] = [to_diagnostic(one, program) for one in findings]
                changed.append(uri)
        if changed:
            self.serial += 1
        return list(dict.fromkeys(changed))

    def of(self, uri: str, besides: list[types.Diagnostic]) -> list[types.Diagnostic]:
        """What stands in a file, each once, and nothing that is said ``besides``."""
        said = {_identity(one) for one in besides}
        found: list[types.Diagnostic] = []
        for address, users in self._found.items():
            if key_of(address) == key_of(uri):
                for diagnostics in users.values():
                    for one in diagnostics:
                        if _identity(one) not in said:
                            said.add(_identity(one))
                            found.append(one)
        return found

    def _program(self, path: str) -> Program | None:
        """The file as the editor has it, or as it lies on the disk."""
        uri = Path(path).absolute().as_uri()
        program = self._server.program(uri)
        if program is not None:
            return program
        try:
            text = read_source(Path(path))
        except (OSError, UnreadableSource):
            return None
        lines = tuple(text.splitlines(keepends=True)) or ("",)
        codec = self._server.documents.position_codec
        return Program(uri, path, text, (Part(uri, None, lines, 1),), codec, ())


def _identity(one: types.Diagnostic) -> tuple[object, ...]:
    start, end = one.range.start, one.range.end
    return (one.code, start.line, start.character, end.line, end.character, one.message)
