"""The facts of a block, remembered by its text, which is a small fraction of what the tree takes."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from preflight_analyzers.meaning.lowering_ast import Facts, lower_tree
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import BrokenBlock, parse_block, wrap
from preflight_analyzers.source.syntax import parse

_known: OrderedDict[tuple[str, str], Facts | None] = OrderedDict()
_MOST_BLOCKS = 8192


def facts_of_block(kind: str, text: str, nodes: Nodes | None = None) -> Facts | None:
    """What a block means; None where it is no Python. ``nodes`` are those of the block, if it is parsed."""
    key = (kind, text)
    try:
        facts = _known[key]
    except KeyError:
        facts = _known[key] = _read(kind, text) if nodes is None else _lower(kind, nodes)
        if len(_known) > _MOST_BLOCKS:
            _known.popitem(last=False)
    else:
        _known.move_to_end(key)
    return facts


class Nodes(NamedTuple):
    """The statements of one block in CPython's tree of a program."""

    statements: list[ast.stmt]
    #: How many lines of the program stand before the block.
    before: int


def nodes_of_blocks(tree: ast.Module, blocks: Mapping[int, Block]) -> dict[int, Nodes]:
    """The nodes of the blocks of a file, as far as they agree."""
    found: dict[int, Nodes] = {}
    inside: dict[int, list[ast.stmt]] = {}  # the bodies of the classes
    statements = list(reversed(tree.body))
    for index, block in blocks.items():
        last = block.last_line
        own = inside.get(block.owner, []) if block.owner is not None else statements
        taken: list[ast.stmt] = []
        while own and own[-1].lineno <= last:
            taken.append(own.pop())
        if block.kind == "class":
            if len(taken) == 1 and isinstance(taken[0], ast.ClassDef):
                inside[index] = list(reversed(taken[0].body))
                found[index] = Nodes(taken, block.line - 1)
        elif taken and all(node.lineno >= block.line and (node.end_lineno or last) <= last for node in taken):
            found[index] = Nodes(taken, block.line - 1)
    return found


def _lower(kind: str, nodes: Nodes) -> Facts:
    return lower_tree(nodes.statements, nodes.before, head_only=kind == "class")


def _read(kind: str, text: str) -> Facts | None:
    tree = parse(wrap(kind, text))
    if tree is None:
        parsed = parse_block(Block(text, 1, kind, "", None, None, 1))
        if isinstance(parsed, BrokenBlock):
            return None
        from preflight_analyzers.meaning.lowering import lower  # brings libcst, which few files need

        return Facts(lower(parsed.statements).body, None, None)
    if kind != "member":
        return _lower(kind, Nodes(tree.body, 0))
    if len(tree.body) != 1:  # it stands to the left of the class body
        return None
    return _lower(kind, Nodes(tree.body[0].body, 1))  # type: ignore[attr-defined]
