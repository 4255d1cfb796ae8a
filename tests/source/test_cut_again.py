"""After any edit, what is cut again is what would be cut anew."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import pytest

from preflight_analyzers.source.blocks import Block, cut
from preflight_analyzers.source.cut_again import cut_again
from preflight_analyzers.source.parse import BrokenBlock, parse_block

NETWORKS = Path(sysconfig.get_paths()["purelib"]) / "torch" / "nn" / "modules"
FILES = [NETWORKS / name for name in ("rnn.py", "loss.py", "module.py", "container.py")]
TYPED = (
    *"()[]{}:\"'#\\\n\t @=,.x1",
    '"""',
    "\n\n",
    "    ",
    "else:\n",
    "class A(B):\n    x = 1\n",
    "def f(\n",
    "@property\n",
    "import torch\n",
    "\r\n",
    "\f",
    "        # deep\n",
    "# at the margin\n",
)


def edited(text: str, chosen: random.Random) -> str:
    place = chosen.randrange(len(text) + 1)
    what = chosen.random()
    if what < 0.6:
        return text[:place] + chosen.choice(TYPED) + text[place:]
    length = chosen.choice((1, 1, 1, 2, 30, 300))
    if what < 0.9:
        return text[:place] + text[place + length :]
    other = chosen.randrange(len(text) + 1)
    return text[:place] + text[other : other + length] + text[place:]


def broken_places(blocks: list[Block]) -> list[int]:
    return [place for place, block in enumerate(blocks) if isinstance(parse_block(block), BrokenBlock)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("seed", range(3))
def test_cutting_again_gives_what_cutting_gives(path: Path, seed: int) -> None:
    chosen = random.Random(f"{path.name} {seed}")
    original = path.read_text(encoding="utf-8")[:30_000]
    text, blocks, broken = original, cut(original), list[int]()
    for _ in range(150):
        new = edited(text, chosen)
        again = cut_again(text, blocks, new, broken)
        assert again == cut(new)
        text, blocks, broken = new, again, broken_places(again)
        if chosen.random() < 0.2:
            text, blocks, broken = original, cut(original), []


def test_only_the_neighbourhood_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "".join(f"class C{n}:\n    def f(self):\n        return {n}\n\n" for n in range(50))
    lengths: list[int] = []

    def measured(part: str) -> list[Block]:
        lengths.append(len(part))
        return cut(part)

    monkeypatch.setattr("preflight_analyzers.source.cut_again.cut", measured)
    new = text.replace("return 25\n", "return 25 + 1\n")
    assert cut_again(text, cut(text), new, ()) == cut(new)
    assert max(lengths) < len(text) / 10
