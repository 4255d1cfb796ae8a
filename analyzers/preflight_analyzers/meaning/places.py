"""From the number of a node to its place in the file, and to edits there.

Only what is reported comes here: the block is parsed again where its tree is gone.
"""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

from preflight_analyzers.findings import Edit, Position, Range
from preflight_analyzers.meaning.lowering import lower
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import BrokenBlock, ParsedBlock, parse_block
from preflight_analyzers.source.positions import locate, to_file


@lru_cache(maxsize=64)
def _tree(kind: str, text: str) -> tuple[ParsedBlock, list[cst.CSTNode]]:
    parsed = parse_block(Block(text, 1, kind, "", None, None, 1))
    assert not isinstance(parsed, BrokenBlock), "only blocks that parse have facts"
    return parsed, lower(parsed.statements).nodes


@lru_cache(maxsize=16_384)
def _place(kind: str, text: str, at: int) -> Range:
    """Where a node stands in its block; remembered, so that an unchanged block isn't parsed again."""
    parsed, nodes = _tree(kind, text)
    return locate(parsed, nodes[at])


def node_at(unit: Unit, block: int, at: int) -> cst.CSTNode:
    one = unit.blocks[block]
    return _tree(one.kind, one.text)[1][at]


def range_of(unit: Unit, block: int, node: int | cst.CSTNode) -> Range:
    """Where a node stands in the file."""
    one = unit.blocks[block]
    if isinstance(node, int):
        return to_file(_place(one.kind, one.text, node), one)
    return to_file(locate(_tree(one.kind, one.text)[0], node), one)


def drop_argument(unit: Unit, block: int, call_at: int, argument_at: int) -> Edit:
    """The edit that takes one argument, and one comma, out of a call."""
    call = node_at(unit, block, call_at)
    argument = node_at(unit, block, argument_at)
    assert isinstance(call, cst.Call)
    index = next(i for i, one in enumerate(call.args) if one is argument)
    own = range_of(unit, block, argument)
    if index + 1 < len(call.args):
        following = range_of(unit, block, call.args[index + 1])
        return Edit(Range(own.start, following.start), "")
    end = _after_comma(unit, block, argument, own.end)
    if index > 0:
        previous = range_of(unit, block, call.args[index - 1])
        return Edit(Range(previous.end, own.end), "")
    return Edit(Range(own.start, end), "")


def _after_comma(unit: Unit, block: int, argument: cst.CSTNode, end: Position) -> Position:
    """Past the comma that trails a lone argument."""
    assert isinstance(argument, cst.Arg)
    if isinstance(argument.comma, cst.Comma):
        return range_of(unit, block, argument.comma).end
    return end


def text_of(unit: Unit, block: int, node: cst.CSTNode) -> str:
    """The source text of a node, without parentheses around it."""
    one = unit.blocks[block]
    return _tree(one.kind, one.text)[0].module.code_for_node(node)


def statement_line(unit: Unit, block: int, at: int) -> int:
    """The first line of the innermost statement that a node belongs to."""
    one = unit.blocks[block]
    return _statement_line(one.kind, one.text, at) + one.line - 1


@lru_cache(maxsize=16_384)
def _statement_line(kind: str, text: str, at: int) -> int:
    parsed, nodes = _tree(kind, text)
    start = locate(parsed, nodes[at]).start
    line = 1
    for node in nodes:
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            place = locate(parsed, node)
            if place.start <= start <= place.end:
                line = max(line, place.start.line)
    return line
