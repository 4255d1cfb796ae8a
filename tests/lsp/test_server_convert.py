"""The command that converts, with torch and coremltools for real."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

pytestmark = [pytest.mark.convert, pytest.mark.asyncio(loop_scope="module")]

#: Only guards against a test that would hang for ever.
PATIENCE = 120

CONVERT = "coremlPreflight.convert"
HEAD = "import torch\nfrom torch import nn\n\n\n"
LOG10 = (
    HEAD
    + """\
class Log10(nn.Module):
    def forward(self, x):
        return torch.log10(x)
"""
)
BESSEL = (
    HEAD
    + """\
class Net(nn.Module):
    def forward(self, x):
        y = torch.special.bessel_j0(x)
        return y + torch.special.bessel_y0(x)
"""
)
SLEEPS = (
    "import os, subprocess, sys, time\n"
    + HEAD
    + """\
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open("pids.part", "w") as file:
    file.write(f"{os.getpid()} {child.pid}")
os.rename("pids.part", "pids")
time.sleep(600)


class Net(nn.Module):
    def forward(self, x):
        return x
"""
)


async def test_converts_with_progress_and_tells_it_in_the_lens(editor: Any) -> None:
    uri = editor.open(LOG10)
    before = set(editor.client.progress_reports)
    result = await editor.run(CONVERT, {"uri": uri, "target": "Log10", "inputs": ["x=1,8"]})
    assert (result["outcome"], result["output"], result["target"]) == (
        "converted",
        "Log10.mlpackage",
        "net.py::Log10",
    )
    assert (editor.folder / "Log10.mlpackage" / "Manifest.json").is_file()
    [token] = set(editor.client.progress_reports) - before
    begin, *reports, end = editor.client.progress_reports[token]
    assert (begin.kind, begin.cancellable, end.kind) == ("begin", True, "end")
    percentages = [report.percentage for report in reports]
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert any("tracing" in report.message for report in reports)

    [lens] = await editor.lenses(uri)
    assert lens.command.title.startswith("Converted in ")
    assert lens.command.title.endswith("Log10.mlpackage")
    assert editor.refreshed_lenses
    editor.replace(uri, LOG10.replace("log10", "log2"))
    [lens] = await editor.lenses(uri)
    assert lens.command.title.startswith("Convert to Core ML")


async def test_every_unsupported_op_stands_on_its_line_until_the_file_changes(editor: Any) -> None:
    uri = editor.open(BESSEL)
    result = await editor.run(CONVERT, {"uri": uri, "target": "Net", "inputs": ["x=1,8"]})
    assert result["outcome"] == "convert-failed"

    def from_converting(found: Any) -> list[tuple[int, str]]:
        mine = [item for item in found if item.source == "coreml-preflight (convert)"]
        return [(item.range.start.line, item.code) for item in mine]

    found = await editor.sees(uri, until=lambda found: len(from_converting(found)) == 2)
    assert from_converting(found) == [(6, "aten::special_bessel_j0"), (7, "aten::special_bessel_y0")]
    assert {item.source for item in found} == {"coreml-preflight", "coreml-preflight (convert)"}
    document = types.TextDocumentIdentifier(uri)
    pulled = await editor.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
    assert list(pulled.items) == list(found)

    editor.replace(uri, BESSEL + "\n")
    assert from_converting(await editor.sees(uri, version=2)) == []


async def test_asks_for_the_inputs_it_does_not_know(editor: Any) -> None:
    text = HEAD + (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 8, 3)\n\n    def forward(self, image, scale):\n"
        "        return self.conv(image) * scale\n"
    )
    uri = editor.open(text)
    result = await editor.run(CONVERT, {"uri": uri, "target": "Net"})
    inputs = result["needs"]["inputs"]
    assert [item["name"] for item in inputs] == ["image", "scale"]
    assert inputs[0] == {"name": "image", "guess": [1, 3, 224, 224], "dtype": "float32"}
    assert "image" in result["problems"][0]["message"]


async def test_asks_before_it_overwrites(editor: Any) -> None:
    uri = editor.open(LOG10)
    taken = editor.folder / "Log10.mlpackage"
    taken.mkdir()
    request = {"uri": uri, "target": "Log10", "inputs": ["1,8"]}
    result = await editor.run(CONVERT, request)
    assert result["needs"] == {"overwrite": str(taken)}
    assert list(taken.iterdir()) == []
    result = await editor.run(CONVERT, {**request, "overwrite": True})
    assert result["outcome"] == "converted"
    assert (taken / "Manifest.json").is_file()


async def test_takes_a_token_of_the_client(editor: Any) -> None:
    uri = editor.open(LOG10)
    editor.client.progress_reports["mine"] = []
    await editor.run(CONVERT, {"uri": uri, "inputs": ["1,8"]}, token="mine")
    kinds = [report.kind for report in editor.client.progress_reports["mine"]]
    assert (kinds[0], kinds[-1]) == ("begin", "end")


@pytest.mark.parametrize("way", ["progress", "request", "restart"])
async def test_cancelling_leaves_nothing_behind(editor: Any, way: str) -> None:
    uri = editor.open(SLEEPS)
    before = set(editor.client.progress_reports)
    params = types.ExecuteCommandParams(CONVERT, [{"uri": uri, "target": "Net", "inputs": ["1,8"]}])
    request = asyncio.ensure_future(
        editor.client.protocol.send_request_async(types.WORKSPACE_EXECUTE_COMMAND, params, f"cancel-{way}")
    )
    pids = await _pids(editor.folder)
    if way == "progress":
        [token] = set(editor.client.progress_reports) - before
        editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        assert (await request)["outcome"] == "cancelled"
    elif way == "request":
        editor.client.cancel_request(types.CancelParams(f"cancel-{way}"))
        with pytest.raises(JsonRpcException, match="cancel"):
            await request
    else:
        assert await editor.run("coremlPreflight.restartWorker") == {"cancelled": 1}
        assert (await request)["outcome"] == "cancelled"
    await _gone(pids)
    assert sorted(path.name for path in editor.folder.iterdir()) == ["net.py", "pids"]
    again = editor.open(LOG10, "log10.py")
    result = await editor.run(CONVERT, {"uri": again, "inputs": ["1,8"]})
    assert result["outcome"] == "converted"


async def test_a_conversion_does_not_outlive_the_server(start_editor: Any) -> None:
    editor = await start_editor()
    uri = editor.open(SLEEPS)
    request = asyncio.ensure_future(editor.run(CONVERT, {"uri": uri, "target": "Net", "inputs": ["1,8"]}))
    pids = await _pids(editor.folder)
    await editor.stop()
    with pytest.raises(JsonRpcException, match="cancel"):
        await request
    await _gone(pids)
    assert sorted(path.name for path in editor.folder.iterdir()) == ["net.py", "pids"]


async def test_a_second_request_for_a_target_ends_the_first(editor: Any) -> None:
    uri = editor.open(SLEEPS)
    request = {"uri": uri, "target": "Net", "inputs": ["1,8"]}
    first = asyncio.ensure_future(editor.run(CONVERT, request))
    pids = await _pids(editor.folder)
    editor.replace(uri, LOG10.replace("Log10", "Net"))
    (editor.folder / "net.py").write_text(LOG10.replace("Log10", "Net"))
    second = await editor.run(CONVERT, request)
    assert ((await first)["outcome"], second["outcome"]) == ("cancelled", "converted")
    await _gone(pids)


async def test_typing_is_answered_while_a_conversion_runs(editor: Any) -> None:
    uri = editor.open(SLEEPS)
    request = asyncio.ensure_future(editor.run(CONVERT, {"uri": uri, "target": "Net", "inputs": ["1,8"]}))
    await _pids(editor.folder)
    other = editor.open(BESSEL, "other.py")
    assert len(await editor.sees(other, version=1)) == 2
    assert not request.done()
    await editor.run("coremlPreflight.restartWorker")
    await request


async def _pids(folder: Path) -> list[int]:
    """The processes of the conversion, once they run."""

    async def written() -> list[int]:
        while not (folder / "pids").exists():
            await asyncio.sleep(0.05)
        return [int(pid) for pid in (folder / "pids").read_text().split()]

    return await asyncio.wait_for(written(), PATIENCE)


async def _gone(pids: list[int]) -> None:
    async def gone() -> None:
        while any(map(_alive, pids)):
            await asyncio.sleep(0.05)

    await asyncio.wait_for(gone(), PATIENCE)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What nobody has waited for yet is dead all the same.
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"
