"""CPython's trees and libcst's lower to the same facts, at the same places."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Any

import libcst as cst
import pytest

from preflight_analyzers.findings import Range
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.facts import facts_of_block
from preflight_analyzers.meaning.lowering import lower
from preflight_analyzers.meaning.places import range_of
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.source.parse import BrokenBlock, parse_block
from preflight_analyzers.source.positions import locate, to_file

OWN = Path(__file__).parents[2] / "analyzers" / "preflight_analyzers"
NETWORKS = Path(sysconfig.get_paths()["purelib"]) / "torch" / "nn"
FILES = [*sorted(OWN.rglob("*.py")), *sorted(NETWORKS.rglob("*.py"))]


def plain(node: Any) -> Any:
    """A fact without the numbers of its nodes; what a statement deletes as one list."""
    if isinstance(node, ir.Delete):
        (target,) = node.targets if len(node.targets) == 1 else (ir.Display(0, "tuple", node.targets),)
        return ("Delete", plain(target))
    if isinstance(node, tuple) and hasattr(node, "_fields"):
        parts = [plain(part) for field, part in zip(node._fields, node, strict=True) if field != "at"]
        return (type(node).__name__, *parts)
    if isinstance(node, tuple):
        return tuple(map(plain, node))
    # Equal, but not the same: 1, 1.0 and True.
    return (type(node), repr(node))


def named_places(node: Any) -> list[tuple[str, int]]:
    """Names, attributes, calls and arguments in the order of the facts, each with its number."""
    found: list[tuple[str, int]] = []
    if isinstance(node, tuple):
        if isinstance(node, ir.Name | ir.Attribute | ir.Call | ir.Subscript | ir.Binary | ir.If | ir.For):
            found.append((type(node).__name__, node.at))
        for part in node:
            found += named_places(part)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_parsers_say_the_same(path: Path) -> None:
    unit = Unit(path.read_text(encoding="utf-8"), path.name)
    for index, block in unit.blocks.items():
        facts = facts_of_block(block.kind, block.text)
        parsed = parse_block(block)
        assert facts is not None
        assert facts.places is not None
        assert not isinstance(parsed, BrokenBlock)
        lowered = lower(parsed.statements)
        assert plain(facts.body) == plain(lowered.body), block.text
        for (_, ours), (_, theirs) in zip(named_places(facts.body), named_places(lowered.body), strict=True):
            place = to_file(locate(parsed, lowered.nodes[theirs]), block)
            assert range_of(unit, index, ours) == place, block.text


HARD = """
class Net:
    @decorated(1)
    def forward(self, x, *rest, key=None, **more):
        a = f"{x!r:>{width}} {key}" "tail" f"{a}" ''; b = b"1" b"2"
        c = f"\\t{{{x = }}} {a.b=!s}{x:>10}" rf'\\d{x:{y}}'
        é = ((x)) + (x, *rest)[0]; del a, x.b
        return (yield), [i async for i in x if i and key or not a], -1, -(-2.5), not -x, {**more, "a": 1}

async def main(a, /, b=1, *, c: int = 2, d):
    async with a as (b, c), d: pass
    x[1:2, ::3, ...] = y[a,] = lambda q, *w: (q := w)
    f(a=1, *b, **c)
    try: pass
    except* E: raise
    match a:
        case {"k": [v, *w], **rest} if v: pass
        case 1 | None | "b": pass
        case Color.RED as c: pass
        case 1 | [2] | _: pass
        case other: pass
"""


def test_what_is_rare_is_read_alike() -> None:
    unit = Unit(HARD.replace("except*", "except"), "hard.py")
    for block in unit.blocks.values():
        facts, parsed = facts_of_block(block.kind, block.text), parse_block(block)
        assert facts is not None
        assert not isinstance(parsed, BrokenBlock)
        assert plain(facts.body) == plain(lower(parsed.statements).body)


def test_columns_count_characters() -> None:
    unit = Unit("class Net:\n    π = 'é😀'; x = y\n", "net.py")
    facts = facts_of_block(unit.blocks[1].kind, unit.blocks[1].text)
    assert facts is not None
    assign = facts.body[1]
    assert isinstance(assign, ir.Assign)
    assert range_of(unit, 1, assign.value.at) == Range((2, 19), (2, 20))


def test_what_the_running_python_cannot_read_is_read_by_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(source: str) -> None:
        return None

    monkeypatch.setattr("preflight_analyzers.meaning.facts.parse", unread)
    unit = Unit("value = nested(call)  # of a newer Python\n", "new.py")
    facts = facts_of_block(unit.blocks[0].kind, unit.blocks[0].text)
    assert facts is not None
    assert facts.places is None
    (assign,) = facts.body
    assert isinstance(assign, ir.Assign)
    assert range_of(unit, 0, assign.value.at) == Range((1, 9), (1, 21))
    assert isinstance(lower(cst.parse_module(unit.text).body).body[0], ir.Assign)
