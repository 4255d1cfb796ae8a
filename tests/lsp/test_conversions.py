from __future__ import annotations

from lsprotocol import types

from preflight_server.conversion.report import ConversionReport
from preflight_server.lsp.conversions import Conversions, Target

NET, LIB = "file:///net.py", "file:///lib.py"
TARGET = Target(NET, "Net")
REPORT = ConversionReport("net.py::Net", "convert-failed")


def diagnostic(message: str) -> types.Diagnostic:
    nowhere = types.Position(0, 0)
    return types.Diagnostic(types.Range(nowhere, nowhere), message)


def test_a_new_conversion_replaces_what_the_last_one_said() -> None:
    conversions = Conversions()
    conversions.record(TARGET, REPORT, {NET: [diagnostic("old")], LIB: [diagnostic("lib")]})
    conversions.record(Target(NET, "Other"), REPORT, {NET: [diagnostic("other")]})
    before = conversions.serial
    assert sorted(conversions.withdraw(TARGET)) == [LIB, NET]
    conversions.record(TARGET, REPORT, {NET: [diagnostic("new")]})
    assert {item.message for item in conversions.diagnostics(NET)} == {"new", "other"}
    assert conversions.diagnostics(LIB) == []
    assert conversions.serial > before


def test_a_change_makes_void_what_was_said_about_that_file_alone() -> None:
    conversions = Conversions()
    conversions.record(TARGET, REPORT, {NET: [diagnostic("net")], LIB: [diagnostic("lib")]})
    conversions.forget(LIB)
    assert conversions.diagnostics(LIB) == []
    assert [item.message for item in conversions.diagnostics(NET)] == ["net"]
    assert TARGET in conversions.outcomes
    conversions.forget(NET)
    assert conversions.diagnostics(NET) == []
    assert TARGET not in conversions.outcomes


def test_documents_are_the_same_however_their_address_is_escaped() -> None:
    conversions = Conversions()
    conversions.record(
        Target("file:///c:/a b.py", "Net"), REPORT, {"file:///c%3A/a%20b.py": [diagnostic("x")]}
    )
    assert len(conversions.diagnostics("file:///c:/a%20b.py")) == 1


def test_the_serial_stands_still_while_nothing_changes() -> None:
    conversions = Conversions()
    conversions.record(TARGET, REPORT, {NET: [diagnostic("net")]})
    before = conversions.serial
    conversions.forget("file:///unrelated.py")
    assert conversions.serial == before
