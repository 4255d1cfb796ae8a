"""libcst's tree of a block: for edits in which a comma or a quote counts, and for what CPython doesn't read.

To import libcst takes as long as to check some files, so nothing imports this before it is needed.
"""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

from preflight_analyzers.findings import Edit, Position, Range
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.facts import facts_of_block
from preflight_analyzers.meaning.lowering import lower
from preflight_analyzers.meaning.places import place_in_block
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import BrokenBlock, ParsedBlock, parse_block
from preflight_analyzers.source.positions import locate, to_file


@lru_cache(maxsize=64)
def _tree(kind: str, text: str) -> tuple[ParsedBlock, list[cst.CSTNode]]:
    parsed = parse_block(Block(text, 1, kind, "", None, None, 1))
    assert not isinstance(parsed, BrokenBlock), "only blocks that parse have facts"
    return parsed, lower(parsed.statements).nodes


def place_of(kind: str, text: str, at: int) -> Range:
    """Where a node stands in its block, of one that libcst alone reads."""
    parsed, nodes = _tree(kind, text)
    return locate(parsed, nodes[at])


def statements_of(kind: str, text: str) -> list[Range]:
    """Where the statements of such a block stand."""
    parsed, nodes = _tree(kind, text)
    kinds = (cst.BaseSmallStatement, cst.BaseCompoundStatement)
    return [locate(parsed, node) for node in nodes if isinstance(node, kinds)]


def node_at(unit: Unit, block: int, at: int) -> cst.BaseExpression:
    """libcst's node of an expression."""
    one = unit.blocks[block]
    facts = facts_of_block(one.kind, one.text)
    parsed, nodes = _tree(one.kind, one.text)
    if facts is None or facts.places is None:
        found = nodes[at]
        assert isinstance(found, cst.BaseExpression)
        return found
    place = place_in_block(one.kind, one.text, at)
    for node in nodes:
        if isinstance(node, cst.BaseExpression) and _strip(parsed, node) == place:
            return node
    raise KeyError(at)


def _strip(parsed: ParsedBlock, node: cst.BaseExpression) -> Range:
    """The place of an expression as CPython gives it: the parentheses of a tuple are its own."""
    place = locate(parsed, node)
    if isinstance(node, cst.Tuple | cst.GeneratorExp) and node.lpar:
        start, end = place
        return Range(Position(start.line, start.column - 1), Position(end.line, end.column + 1))
    return place


def range_of_node(unit: Unit, block: int, node: cst.CSTNode) -> Range:
    """Where a node stands in the file."""
    one = unit.blocks[block]
    return to_file(locate(_tree(one.kind, one.text)[0], node), one)


def code_of_node(unit: Unit, block: int, node: cst.CSTNode) -> str:
    """The source text of a node, with parentheses around it."""
    one = unit.blocks[block]
    return _tree(one.kind, one.text)[0].module.code_for_node(node)


def drop_argument(unit: Unit, block: int, call: ir.Call, argument: ir.Argument) -> Edit:
    """The edit that takes one argument, and one comma, out of a call."""
    node = node_at(unit, block, call.at)
    assert isinstance(node, cst.Call)
    index = call.arguments.index(argument)
    own = range_of_node(unit, block, node.args[index])
    if index + 1 < len(node.args):
        following = range_of_node(unit, block, node.args[index + 1])
        return Edit(Range(own.start, following.start), "")
    end = _after_comma(unit, block, node.args[index], own.end)
    if index > 0:
        previous = range_of_node(unit, block, node.args[index - 1])
        return Edit(Range(previous.end, own.end), "")
    return Edit(Range(own.start, end), "")


def _after_comma(unit: Unit, block: int, argument: cst.Arg, end: Position) -> Position:
    """Past the comma that trails a lone argument."""
    if isinstance(argument.comma, cst.Comma):
        return range_of_node(unit, block, argument.comma).end
    return end
