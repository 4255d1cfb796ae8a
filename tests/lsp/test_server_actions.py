from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMPY = """\
import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        y = '\U0001f600'; return np.sqrt(x) + np.exp(x)


other = 1
"""
Apply = Callable[[str, types.WorkspaceEdit, str], str]


async def test_a_quick_fix_mends_its_finding(editor: Any, apply_edit: Apply) -> None:
    uri = editor.open(NUMPY)
    first, _ = await editor.sees(uri, version=1)
    actions = await editor.actions(uri, first.range, [first], only=["quickfix"])
    [fix] = [action for action in actions if action.is_preferred]
    assert fix.kind == types.CodeActionKind.QuickFix
    assert list(fix.diagnostics) == [first]
    [change] = fix.edit.document_changes
    assert (change.text_document.uri, change.text_document.version) == (uri, 1)
    mended = apply_edit(NUMPY, fix.edit, uri)
    assert mended == NUMPY.replace("np.sqrt(x)", "torch.sqrt(x)")
    editor.replace(uri, mended)
    assert len(await editor.sees(uri, version=2)) == 1


async def test_fix_all_mends_everything(editor: Any, apply_edit: Apply) -> None:
    uri = editor.open(NUMPY)
    kind = "source.fixAll.coremlPreflight"
    [action] = await editor.actions(uri, _at(0), only=[kind])
    assert action.kind == kind
    mended = apply_edit(NUMPY, action.edit, uri)
    assert "torch.sqrt(x) + torch.exp(x)" in mended
    editor.replace(uri, mended)
    assert list(await editor.sees(uri, version=2)) == []


async def test_plain_edits_where_the_client_knows_no_versioned_ones(start_editor: Any) -> None:
    editor = await start_editor(types.ClientCapabilities())
    uri = editor.open(NUMPY)
    [action] = await editor.actions(uri, _at(0), only=["source.fixAll"])
    assert action.edit.document_changes is None
    assert list(action.edit.changes) == [uri]


async def test_a_finding_can_be_ignored_on_its_line(editor: Any, apply_edit: Apply) -> None:
    uri = editor.open(NUMPY)
    first, second = await editor.sees(uri, version=1)
    actions = await editor.actions(uri, first.range, [first, second], only=["quickfix"])
    [ignore] = [action for action in actions if action.title.startswith("Ignore")]
    assert not ignore.is_preferred
    quiet = apply_edit(NUMPY, ignore.edit, uri)
    assert f"np.exp(x)  # noqa: {first.code}\n" in quiet
    editor.replace(uri, quiet)
    assert list(await editor.sees(uri, version=2)) == []


@pytest.mark.parametrize(("line", "names"), [(5, ["Net"]), (7, ["Net"]), (10, [])])
async def test_what_stands_under_the_cursor_can_be_converted(
    editor: Any, line: int, names: list[str]
) -> None:
    uri = editor.open(NUMPY)
    actions = await editor.actions(uri, _at(line), only=["source.convert"])
    commands = [action.command for action in actions]
    assert [command.arguments for command in commands] == [({"uri": uri, "target": name},) for name in names]
    assert {command.command for command in commands} <= {"coremlPreflight.convert"}


async def test_only_the_kinds_asked_for(editor: Any) -> None:
    uri = editor.open(NUMPY)
    [first, _] = await editor.sees(uri, version=1)
    kinds = {
        action.kind.split(".")[0] for action in await editor.actions(uri, first.range, only=["refactor"])
    }
    assert kinds == set()


async def test_a_lens_stands_over_everything_that_can_be_converted(editor: Any) -> None:
    text = (
        "import coremltools as ct\nimport torch\nfrom coremltools.converters.mil import Builder as mb\n\n\n"
        "class Net(torch.nn.Module):\n    def forward(self, x):\n        return torch.log10(x)\n\n\n"
        "@mb.program(input_specs=[mb.TensorSpec(shape=(1,))])\ndef prog(x):\n    return mb.sqrt(x=x)\n\n\n"
        "class Plain:\n    def forward(self, x):\n        return x\n"
    )
    uri = editor.open(text)
    lenses = await editor.lenses(uri)
    assert [(lens.range.start.line, lens.command.arguments[0]["target"]) for lens in lenses] == [
        (5, "Net"),
        (11, "prog"),
    ]
    assert all(lens.command.command == "coremlPreflight.convert" for lens in lenses)
    assert all(lens.command.title.startswith("Convert to Core ML") for lens in lenses)


async def test_lenses_stay_while_the_file_is_broken(editor: Any) -> None:
    uri = editor.open(NUMPY)
    before = [(lens.range, lens.command.arguments) for lens in await editor.lenses(uri)]
    editor.replace(uri, NUMPY + "\n\ndef unfinished(:\n")
    after = [(lens.range, lens.command.arguments) for lens in await editor.lenses(uri)]
    assert after == before


async def test_hovering_a_finding_explains_it(editor: Any) -> None:
    uri = editor.open(NUMPY)
    [first, _] = await editor.sees(uri, version=1)
    text = await editor.hover(uri, first.range.start.line, first.range.start.character + 1)
    assert text is not None
    assert str(first.code) in text
    assert first.message.splitlines()[0] in text


async def test_hovering_a_suppression_explains_its_rule(editor: Any) -> None:
    uri = editor.open("x = 1  # noqa: CML201\n")
    text = await editor.hover(uri, 0, 17)
    assert text is not None
    assert "unsupported-torch-op" in text
    assert await editor.hover(uri, 0, 1) is None


def _at(line: int) -> types.Range:
    return types.Range(types.Position(line, 0), types.Position(line, 0))
