"""The facts of a block, remembered by its text, which is a small fraction of what the tree takes."""

from __future__ import annotations

from collections import OrderedDict

from preflight_analyzers.meaning.lowering import lower
from preflight_analyzers.meaning.lowering_ast import Facts, lower_tree, parse
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import BrokenBlock, parse_block, wrap

_known: OrderedDict[tuple[str, str], Facts | None] = OrderedDict()
_MOST_BLOCKS = 8192


def facts_of_block(kind: str, text: str) -> Facts | None:
    """What a block means; None where it is no Python."""
    key = (kind, text)
    try:
        facts = _known[key]
    except KeyError:
        facts = _known[key] = _read(kind, text)
        if len(_known) > _MOST_BLOCKS:
            _known.popitem(last=False)
    else:
        _known.move_to_end(key)
    return facts


def _read(kind: str, text: str) -> Facts | None:
    tree = parse(wrap(kind, text))
    if tree is None:
        parsed = parse_block(Block(text, 1, kind, "", None, None, 1))
        if isinstance(parsed, BrokenBlock):
            return None
        return Facts(lower(parsed.statements).body, None, None)
    if kind != "member":
        return lower_tree(tree.body)
    if len(tree.body) != 1:  # it stands to the left of the class body
        return None
    return lower_tree(tree.body[0].body)  # type: ignore[attr-defined]
