"""``coremlPreflight.convert``: the only command that runs the user's code."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.uris import to_fs_path

from preflight_server.conversion.candidates import find_candidates, only_candidates
from preflight_server.conversion.errors import NeedsInputs, OutputExists, UsageError
from preflight_server.conversion.inputs import DTYPES
from preflight_server.conversion.report import ConversionReport, Problem
from preflight_server.conversion.request import ConversionRequest

from .conversions import Target
from .convert_arguments import COMMAND, ConvertArguments, read_arguments
from .convert_diagnostics import Place, to_diagnostics
from .convert_progress import ConversionProgress
from .documents import key_of
from .outcomes import describe

if TYPE_CHECKING:
    from .language_server import PreflightLanguageServer


def register(server: PreflightLanguageServer) -> None:
    @server.command(COMMAND)
    async def convert(*arguments: Any) -> dict[str, Any]:
        given = read_arguments(arguments)
        if not server.configuration.trusted:
            raise JsonRpcException(
                "converting runs the code of this workspace, which is not trusted: trust it first",
                code=types.LSPErrorCodes.RequestFailed,
            )
        path = to_fs_path(given.uri)
        if path is None or not given.uri.startswith("file:"):
            raise JsonRpcInvalidParams(f"{COMMAND}: {given.uri} is not a file on disk: save it first")
        return await _Conversion(server, given, Path(path)).answer()


class _Refusal(Exception):
    """The conversion can't begin; ``needs`` says what the client may add to the request."""

    def __init__(self, message: str, needs: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.needs = needs


class _Conversion:
    """One answer to the command."""

    def __init__(self, server: PreflightLanguageServer, given: ConvertArguments, path: Path) -> None:
        self._server = server
        self._given = given
        self._path = path
        self._document = server.documents.find(given.uri)

    async def answer(self) -> dict[str, Any]:
        """The report as JSON, with ``needs`` where the client has to ask the user something."""
        name = self._given.target
        progress: ConversionProgress | None = None
        try:
            name, line = self._choose(self._text())
            progress = ConversionProgress(self._server, f"Converting {name}")
            report = await self._convert(name, line, progress)
        except _Refusal as refusal:
            message, needs = str(refusal), refusal.needs
        except NeedsInputs as error:
            message, needs = str(error), {"inputs": _guessed_inputs(error)}
        except OutputExists as error:
            message, needs = str(error), {"overwrite": str(error.path)}
        except UsageError as error:
            message, needs = str(error), None
        else:
            progress.end(describe(report))
            return report.as_dict()
        if progress:
            progress.end(message)
        problem = Problem(severity="error", stage="start", message=message, path=self._path.name)
        target = f"{self._path.name}::{name}" if name else self._path.name
        refused = ConversionReport(target=target, outcome="load-failed", problems=[problem]).as_dict()
        return {**refused, "needs": needs} if needs else refused

    def _text(self) -> str:
        """What the file holds; raises _Refusal where the editor shows something else."""
        try:
            on_disk = self._path.read_bytes()
        except OSError as error:
            raise _Refusal(f"{self._path}: can't be read ({error.strerror})") from None
        text = on_disk.decode("utf-8-sig", errors="replace")
        if self._document is None:
            return text
        shown = self._document.source.removeprefix("\ufeff")
        if "\ufffd" not in text and shown != text:
            raise _Refusal(
                f"{self._path.name} has changes that are not saved: save it, then convert",
                {"save": str(self._path)},
            )
        return shown

    def _choose(self, text: str) -> tuple[str, int]:
        """What to convert and the line where it is defined.

        Raises _Refusal where the request leaves it open, or the file can't be converted at all.
        """
        try:
            candidates = find_candidates(ast.parse(text))
        except (SyntaxError, ValueError, RecursionError) as error:
            raise _Refusal(f"{self._path.name} is not valid Python: {error}") from None
        name = self._given.target
        if name is None:
            chosen = only_candidates(candidates)
            if not chosen:
                raise _Refusal(
                    f"{self._path.name} holds nothing to convert: no nn.Module, MIL program or builder"
                )
            if len(chosen) > 1:
                names = [candidate.name for candidate in chosen]
                raise _Refusal(
                    f"{self._path.name} holds {len(chosen)} things to convert: say which",
                    {"target": names},
                )
            name = chosen[0].name
        lines = {candidate.name: candidate.line for candidate in candidates}
        return name, lines.get(name.partition("(")[0], 1)

    async def _convert(self, name: str, line: int, progress: ConversionProgress) -> ConversionReport:
        conversions = self._server.conversions
        target = Target(key_of(self._given.uri), name)
        await conversions.cancel(target)
        for uri in conversions.withdraw(target):
            self._server.publisher.publish_conversion(uri)
        request = ConversionRequest(
            target=f"{self._path.name}::{name}",
            inputs=self._given.inputs,
            output=self._given.output,
            frontend=self._given.frontend,
            python=self._server.configuration.interpreter,
            overwrite=self._given.overwrite,
            folder=self._path.parent,
        )
        await progress.begin()
        revision = self._document.revision if self._document else 0
        task = asyncio.ensure_future(conversions.workers.convert(request, progress.report))
        conversions.running[target] = task
        self._server.protocol.on_cancel(task.cancel)
        progress.on_cancel(task.cancel)
        self._server.refresh_code_lenses()
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            # The server is ending: nothing of the conversion may outlive it.
            task.cancel()
            await asyncio.wait({task})
            raise
        finally:
            if conversions.running.get(target) is task:
                del conversions.running[target]
            self._server.refresh_code_lenses()
        if task.cancelled():
            return ConversionReport(target=request.target, outcome="cancelled")
        report = task.result()
        if self._document is None or self._document.revision == revision:
            place = Place(self._path.parent, self._server.documents)
            found = to_diagnostics(report, place, self._path.name, line)
            conversions.record(target, report, found)
            for uri in found:
                self._server.publisher.publish_conversion(uri)
            self._server.refresh_code_lenses()
        return report


def _guessed_inputs(error: NeedsInputs) -> list[dict[str, Any]]:
    guesses = {guess.name: guess for guess in error.guess}
    return [
        {
            "name": name,
            "guess": list(guesses[name].shape) if name in guesses else None,
            "dtype": guesses[name].dtype if name in guesses else DTYPES[0],
        }
        for name in error.parameters
    ]
