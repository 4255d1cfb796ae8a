"""Models whose parts lie in several files, as an editor sees them."""

from __future__ import annotations

from typing import Any

import pytest
from lsprotocol import types

pytestmark = pytest.mark.asyncio(loop_scope="module")

BAD = "import torch\n\n\ndef act(x):\n    return torch.special.bessel_j0(x)\n"
GOOD = BAD.replace("special.bessel_j0", "sin")
NET = (
    "from torch import nn\nfrom helper import act\n\n\nclass Net(nn.Module):\n"
    "    def forward(self, x):\n        return act(x)\n"
)


def one_line(line: int) -> Any:
    def arrived(found: Any) -> bool:
        return [item.range.start.line for item in found if item.code == "CML201"] == [line]

    return arrived


async def test_a_mistake_in_a_file_that_is_not_open_is_shown_there(editor: Any) -> None:
    helper = editor.folder / "helper.py"
    helper.write_text(BAD)
    net = editor.open(NET)
    [found] = await editor.sees(helper.as_uri(), until=one_line(4))
    assert found.range == types.Range(types.Position(4, 11), types.Position(4, 37))
    [way] = found.related_information
    assert way.message == "reached from Net.forward"
    assert way.location.uri == net
    assert list(await editor.sees(net, version=1)) == []

    editor.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(net)))
    await editor.sees(helper.as_uri(), until=lambda found: not found)


async def test_editing_one_file_mends_what_another_leads_to(editor: Any) -> None:
    editor.open(NET)
    helper = editor.open(BAD, "helper.py")
    await editor.sees(helper, until=one_line(4))
    editor.replace(helper, GOOD)
    await editor.sees(helper, version=2, until=lambda found: not found)
    editor.replace(helper, "\n" + BAD, version=3)
    await editor.sees(helper, version=3, until=one_line(5))
