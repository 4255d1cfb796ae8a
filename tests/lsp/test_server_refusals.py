"""What the server does with requests that it can't or mustn't carry out; nothing here needs torch."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

pytestmark = pytest.mark.asyncio(loop_scope="module")

CONVERT = "coremlPreflight.convert"
#: Writes a marker whenever it is run or imported.
CANARY = """\
import pathlib
pathlib.Path(__file__).with_name("marker").touch()
import torch


class Net(torch.nn.Module):
    def forward(self, x):
        return torch.special.bessel_j0(x)
"""
TWO = CANARY + "\n\nclass Other(torch.nn.Module):\n    def forward(self, x):\n        return x\n"


async def test_nothing_runs_in_an_untrusted_workspace(start_editor: Any, tmp_path: Any) -> None:
    editor = await start_editor(options={"trusted": False, "interpreter": "/nowhere/python"})
    uri = editor.open(CANARY)
    await editor.sees(uri, version=1)
    with pytest.raises(JsonRpcException, match="not trusted") as caught:
        await editor.run(CONVERT, {"uri": uri, "target": "Net", "inputs": ["1,8"]})
    assert caught.value.code == types.LSPErrorCodes.RequestFailed
    assert not (tmp_path / "marker").exists()

    # Trust that is given later counts, and what then stands in the way is another thing.
    editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams({"trusted": True}))
    result = await editor.run(CONVERT, {"uri": uri, "target": "Net", "inputs": ["1,8"]})
    assert "/nowhere/python" in result["problems"][0]["message"]
    assert not (tmp_path / "marker").exists()


async def test_reading_never_runs_the_file(editor: Any, tmp_path: Any) -> None:
    uri = editor.open(CANARY)
    found = await editor.sees(uri, version=1)
    await editor.hover(uri, 7, 20)
    await editor.actions(uri, found[0].range, found)
    await editor.lenses(uri)
    assert not (tmp_path / "marker").exists()


async def test_asks_which_of_several_targets(editor: Any) -> None:
    uri = editor.open(TWO)
    result = await editor.run(CONVERT, {"uri": uri})
    assert result["needs"] == {"target": ["Net", "Other"]}
    assert result["outcome"] != "converted"


async def test_asks_to_save_what_differs_from_the_file(editor: Any) -> None:
    uri = editor.open(CANARY)
    editor.replace(uri, CANARY + "# more\n")
    result = await editor.run(CONVERT, {"uri": uri, "target": "Net", "inputs": ["1,8"]})
    assert result["needs"] == {"save": str(editor.folder / "net.py")}
    assert "save" in result["problems"][0]["message"]


@pytest.mark.parametrize(
    ("text", "words"), [("x = 1\n", "nothing to convert"), ("def f(:\n", "not valid Python")]
)
async def test_says_why_a_file_offers_nothing(editor: Any, text: str, words: str) -> None:
    uri = editor.open(text)
    result = await editor.run(CONVERT, {"uri": uri})
    assert words in result["problems"][0]["message"]
    assert "needs" not in result


async def test_an_unknown_target_is_told(editor: Any) -> None:
    uri = editor.open(CANARY)
    result = await editor.run(CONVERT, {"uri": uri, "target": "Nett", "inputs": ["1,8"]})
    assert "Nett" in result["problems"][0]["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [3],
        [{"target": "Net"}],
        [{"uri": "untitled:Untitled-1"}],
        [{"uri": "file:///a.py", "inputs": ["x=a"]}],
    ],
)
async def test_wrong_arguments_get_an_error_reply(editor: Any, arguments: list[Any]) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.run(CONVERT, *arguments)


async def test_a_file_that_is_gone_is_told(editor: Any) -> None:
    uri = (editor.folder / "gone.py").as_uri()
    result = await editor.run(CONVERT, {"uri": uri, "target": "Net"})
    assert "gone.py" in result["problems"][0]["message"]


async def test_requests_for_unknown_documents_and_places_are_answered(editor: Any) -> None:
    unknown = (editor.folder / "unknown.py").as_uri()
    assert await editor.hover(unknown, 0, 0) is None
    assert await editor.lenses(unknown) == []
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(unknown))
    with pytest.raises(JsonRpcException, match="not open"):
        await editor.client.text_document_diagnostic_async(params)
    uri = editor.open(CANARY)
    assert await editor.hover(uri, 10_000, 10_000) is None
    far = types.Range(types.Position(10_000, 0), types.Position(20_000, 5))
    assert await editor.actions(uri, far) is not None


async def test_shows_what_can_be_converted(editor: Any) -> None:
    found = await editor.run("coremlPreflight.showOps", {"pattern": "bessel_j0", "section": "torch"})
    assert found["torch_ops"] == []
    [api] = [api for api in found["torch_apis"] if api["name"] == "torch.special.bessel_j0"]
    assert api["trace"] == "never"


@pytest.mark.parametrize(
    "arguments",
    [[7], [{}, {}], [{"pattern": 7}], [{"section": "jax"}], [{"coremltools": "1.0"}], [{"x": ""}]],
)
async def test_wrong_questions_about_ops_get_an_error_reply(editor: Any, arguments: list[Any]) -> None:
    with pytest.raises(JsonRpcInvalidParams):
        await editor.run("coremlPreflight.showOps", *arguments)
