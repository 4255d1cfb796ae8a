from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

BESSEL = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)
"""
GOOD = BESSEL.replace("special.bessel_j0", "log10")


async def test_a_finding_stands_on_its_line_and_goes_when_it_is_mended(editor: Any) -> None:
    uri = editor.open(BESSEL)
    [found] = await editor.sees(uri, version=1)
    assert found.code == "CML201"
    assert found.source == "coreml-preflight"
    assert found.severity == types.DiagnosticSeverity.Error
    assert found.code_description.href.endswith("/CML201.md")
    assert found.range == types.Range(types.Position(6, 15), types.Position(6, 41))

    editor.replace(uri, GOOD)
    assert list(await editor.sees(uri, version=2)) == []


async def test_what_is_typed_elsewhere_costs_no_finding(editor: Any) -> None:
    uri = editor.open(BESSEL)
    await editor.sees(uri, version=1)
    end = types.Position(7, 0)
    broken = "\n\ndef unfinished(x:\n    return [x\n"
    editor.change(uri, types.TextDocumentContentChangePartial(types.Range(end, end), broken))
    found = await editor.sees(uri, version=2)
    assert [item.range.start.line for item in found if item.code == "CML201"] == [6]


async def test_closing_takes_the_findings_away(editor: Any) -> None:
    uri = editor.open(BESSEL)
    await editor.sees(uri, version=1)
    params = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    editor.client.text_document_did_close(params)
    await editor.sees(uri, until=lambda found: not found)


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 23), ("utf-16", 21), ("utf-32", 20)])
async def test_columns_are_in_the_units_that_the_client_wants(
    start_editor: Any, encoding: str, column: int
) -> None:
    general = types.GeneralClientCapabilities(position_encodings=[types.PositionEncodingKind(encoding)])
    editor = await start_editor(types.ClientCapabilities(general=general))
    uri = editor.open(BESSEL.replace("return ", "'\U0001f600'; return "))
    [found] = await editor.sees(uri, version=1)
    assert found.range.start == types.Position(6, column)
    assert found.range.end == types.Position(6, column + 26)


async def test_a_form_feed_is_no_line(editor: Any) -> None:
    text = BESSEL.replace("\n\n\n", "\n\n\f\n")
    uri = editor.open("# \u2028 \x1c\n" + text)
    [found] = await editor.sees(uri, version=1)
    assert found.range.start.line == 7


async def test_edits_with_wide_characters_arrive_as_meant(editor: Any) -> None:
    uri = editor.open(BESSEL.replace("(x)\n", "(x)  # \U0001f600 end\n"))
    await editor.sees(uri, version=1)
    place = types.Range(types.Position(6, 21), types.Position(6, 38))
    after = types.Range(types.Position(6, 34), types.Position(6, 34))
    editor.change(
        uri,
        types.TextDocumentContentChangePartial(place, "special.bessel_j1"),
        types.TextDocumentContentChangePartial(after, ""),
    )
    [found] = await editor.sees(uri, version=2)
    assert "bessel_j1" in found.message


async def test_pulled_diagnostics_are_the_pushed_ones_and_told_only_once(editor: Any) -> None:
    uri = editor.open(BESSEL)
    document = types.TextDocumentIdentifier(uri)
    full = await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
    assert list(full.items) == list(await editor.sees(uri, version=1))
    again = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(document, previous_result_id=full.result_id)
    )
    assert again.kind == "unchanged"
    editor.replace(uri, GOOD)
    mended = await editor.client.text_document_diagnostic_async(
        types.DocumentDiagnosticParams(document, previous_result_id=full.result_id)
    )
    assert (mended.kind, list(mended.items)) == ("full", [])


async def test_the_workspace_can_be_pulled(editor: Any) -> None:
    bad, good = editor.open(BESSEL), editor.open(GOOD, "good.py")
    report = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([]))
    codes = {item.uri: [found.code for found in item.items] for item in report.items}
    assert (codes[bad], codes[good]) == (["CML201"], [])
    known = [types.PreviousResultId(item.uri, item.result_id) for item in report.items]
    again = await editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams(known))
    assert {item.kind for item in again.items} == {"unchanged"}


async def test_pull_is_not_offered_to_an_editor_that_would_show_both(start_editor: Any) -> None:
    both = await start_editor("neovim@v0.11.0")
    assert both.client.protocol is not None
    uri = both.open(BESSEL)
    assert len(await both.sees(uri, version=1)) == 1


@pytest.mark.parametrize("name", ["neovim@v0.6.1", "neovim@v0.11.0", "emacs", "visual-studio-code"])
async def test_serves_recorded_clients(start_editor: Any, name: str) -> None:
    editor = await start_editor(name)
    uri = editor.open(BESSEL)
    assert [found.code for found in await editor.sees(uri, version=1)] == ["CML201"]


async def test_text_that_is_not_python_is_left_alone(editor: Any) -> None:
    other = editor.open(BESSEL, "notes.txt", language="plaintext")
    uri = editor.open(BESSEL)
    await editor.sees(uri, version=1)
    assert other not in editor.published


@pytest.mark.parametrize("text", ["\0" + BESSEL, BESSEL + "#" * 5_000_001], ids=["binary", "huge"])
async def test_skips_with_a_note_what_is_no_source(editor: Any, text: str) -> None:
    uri = editor.open(text)
    assert list(await editor.sees(uri, version=1)) == []
    assert any("not checked" in message.message for message in editor.client.log_messages)


async def test_settings_of_the_project_and_of_the_editor_count(start_editor: Any, tmp_path: Any) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.coreml-preflight]\nignore = ['CML201']\n")
    editor = await start_editor()
    uri = editor.open(BESSEL)
    assert list(await editor.sees(uri, version=1)) == []

    project.write_text("")
    change = types.FileEvent(project.as_uri(), types.FileChangeType.Changed)
    editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
    await editor.sees(uri, until=lambda found: len(found) == 1)

    settings = {"coremlPreflight": {"severity": {"CML201": "info"}}}
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings))
    await editor.sees(uri, until=lambda found: found[0].severity == types.DiagnosticSeverity.Information)


async def test_a_broken_project_file_is_told_in_the_log(start_editor: Any, tmp_path: Any) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.coreml-preflight]\nselect = 7\n")
    editor = await start_editor()
    uri = editor.open(BESSEL)
    assert len(await editor.sees(uri, version=1)) == 1
    assert any("tool.coreml-preflight.select" in message.message for message in editor.client.log_messages)


async def test_the_last_of_many_quick_edits_counts(editor: Any) -> None:
    uri = editor.open(GOOD)
    for version in range(2, 60):
        editor.replace(uri, BESSEL if version % 2 else GOOD, version)
    editor.replace(uri, BESSEL, 60)
    assert len(await editor.sees(uri, version=60)) == 1
