from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from lsprotocol import types

from preflight_analyzers.check import CheckOptions
from preflight_analyzers.findings import FileReport
from preflight_analyzers.selection import Selection
from preflight_server.lsp import checks as module
from preflight_server.lsp.checks import MAX_LENGTH, Checked, Checks, reason_to_skip
from preflight_server.lsp.documents import Documents
from preflight_server.lsp.programs import Program, program_of

URI = "file:///net.py"


class Desk:
    """Open documents and what became of their checks."""

    def __init__(self) -> None:
        self.documents = Documents(None)
        self.generation = 0
        self.checked: list[Checked] = []
        self.skipped: list[str] = []
        self.errors: list[Exception] = []
        self.checks = Checks(
            find=self.find,
            configure=lambda path: (CheckOptions(), Selection()),
            generation=lambda: self.generation,
            on_checked=self.checked.append,
            on_skipped=lambda program, reason: self.skipped.append(reason),
            on_error=lambda program, error: self.errors.append(error),
        )

    def find(self, uri: str) -> Program | None:
        return program_of(self.documents, uri)

    def write(self, text: str, version: int) -> None:
        if self.documents.find(URI) is None:
            self.documents.put_text_document(types.TextDocumentItem(URI, "python", version, text))
        else:
            identifier = types.VersionedTextDocumentIdentifier(version, URI)
            change = types.TextDocumentContentChangeWholeDocument(text)
            self.documents.update_text_document(identifier, change)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def versions(desk: Desk) -> list[int | None]:
    return [checked.program.parts[0].version for checked in desk.checked]


async def test_only_the_latest_text_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    texts: list[str] = []

    def slow(self: object, text: str, path: str, *_: Any) -> FileReport:
        texts.append(text)
        begun.set()
        assert go_on.wait(60)
        return FileReport(path, ())

    monkeypatch.setattr(module.Checker, "check", slow)
    desk.write("a", 1)
    task = desk.checks.schedule(URI)
    while not begun.is_set():
        await asyncio.sleep(0.01)
    for version, text in enumerate("bcd", 2):
        desk.write(text, version)
        assert desk.checks.schedule(URI) is task
    go_on.set()
    await task
    assert texts == ["a", "d"]
    assert versions(desk) == [4]


async def test_what_is_known_is_not_checked_again(desk: Desk) -> None:
    desk.write("x = 1\n", 1)
    first = await desk.checks.latest(URI)
    assert first is not None
    assert await desk.checks.latest(URI) is first
    desk.generation += 1
    desk.checks.recheck_all()
    second = await desk.checks.latest(URI)
    assert second is not None
    assert second.serial > first.serial


async def test_a_document_closed_meanwhile_is_not_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(self: object, text: str, path: str, *_: Any) -> FileReport:
        begun.set()
        assert go_on.wait(60)
        return FileReport(path, ())

    monkeypatch.setattr(module.Checker, "check", slow)
    desk.write("a", 1)
    task = desk.checks.schedule(URI)
    while not begun.is_set():
        await asyncio.sleep(0.01)
    desk.documents.remove_text_document(URI)
    desk.checks.forget(URI)
    go_on.set()
    await task
    assert desk.checked == []
    assert await desk.checks.latest(URI) is None


async def test_an_error_costs_the_findings_of_one_text_only(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: object, text: str, path: str, *_: Any) -> FileReport:
        if "bad" in text:
            raise RecursionError("too deep")
        return FileReport(path, ())

    monkeypatch.setattr(module.Checker, "check", fails)
    desk.write("bad", 1)
    await desk.checks.latest(URI)
    desk.write("good", 2)
    await desk.checks.latest(URI)
    assert versions(desk) == [1, 2]
    assert [type(error) for error in desk.errors] == [RecursionError]


async def test_a_huge_text_is_skipped_with_a_reason(desk: Desk) -> None:
    desk.write("#" * (MAX_LENGTH + 1), 1)
    checked = await desk.checks.latest(URI)
    assert checked is not None
    assert checked.report.findings == ()
    assert len(desk.skipped) == 1


@pytest.mark.parametrize(("text", "skipped"), [("x = 1", False), ("\0", True), ("#" * MAX_LENGTH, False)])
def test_what_is_skipped(text: str, skipped: bool) -> None:
    assert bool(reason_to_skip(text)) == skipped
