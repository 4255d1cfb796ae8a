"""From the number of a node to its place in the file, and to edits there.

Only what is reported comes here: the block is parsed again where its tree is gone.
"""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

from preflight_analyzers.findings import Edit, Position, Range
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.facts import facts_of_block
from preflight_analyzers.meaning.lowering import lower
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.lexer import normalise_newlines
from preflight_analyzers.source.parse import BrokenBlock, ParsedBlock, parse_block
from preflight_analyzers.source.positions import locate, to_file, within_head


@lru_cache(maxsize=64)
def _tree(kind: str, text: str) -> tuple[ParsedBlock, list[cst.CSTNode]]:
    parsed = parse_block(Block(text, 1, kind, "", None, None, 1))
    assert not isinstance(parsed, BrokenBlock), "only blocks that parse have facts"
    return parsed, lower(parsed.statements).nodes


@lru_cache(maxsize=16_384)
def _place(kind: str, text: str, at: int) -> Range:
    """Where a node stands in its block; remembered, so that an unchanged block isn't looked at again."""
    facts = facts_of_block(kind, text)
    if facts is None or facts.places is None:
        parsed, nodes = _tree(kind, text)
        return locate(parsed, nodes[at])
    first, start, last, end = facts.places[4 * at : 4 * at + 4]
    if not text.isascii():
        lines = normalise_newlines(text).split("\n")
        start = len(lines[first - 1].encode()[:start].decode(errors="replace"))
        end = len(lines[last - 1].encode()[:end].decode(errors="replace")) if last <= len(lines) else 0
    place = Range(Position(first, start + 1), Position(last, end + 1))
    return within_head(place, kind, text)


def node_at(unit: Unit, block: int, at: int) -> cst.BaseExpression:
    """libcst's node of an expression, for making an edit of it."""
    one = unit.blocks[block]
    facts = facts_of_block(one.kind, one.text)
    parsed, nodes = _tree(one.kind, one.text)
    if facts is None or facts.places is None:
        found = nodes[at]
        assert isinstance(found, cst.BaseExpression)
        return found
    place = _place(one.kind, one.text, at)
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


def range_of(unit: Unit, block: int, node: int | cst.CSTNode) -> Range:
    """Where a node stands in the file."""
    one = unit.blocks[block]
    if isinstance(node, int):
        return to_file(_place(one.kind, one.text, node), one)
    return to_file(locate(_tree(one.kind, one.text)[0], node), one)


def drop_argument(unit: Unit, block: int, call: ir.Call, argument: ir.Argument) -> Edit:
    """The edit that takes one argument, and one comma, out of a call."""
    node = node_at(unit, block, call.at)
    assert isinstance(node, cst.Call)
    index = call.arguments.index(argument)
    own = range_of(unit, block, node.args[index])
    if index + 1 < len(node.args):
        following = range_of(unit, block, node.args[index + 1])
        return Edit(Range(own.start, following.start), "")
    end = _after_comma(unit, block, node.args[index], own.end)
    if index > 0:
        previous = range_of(unit, block, node.args[index - 1])
        return Edit(Range(previous.end, own.end), "")
    return Edit(Range(own.start, end), "")


def _after_comma(unit: Unit, block: int, argument: cst.Arg, end: Position) -> Position:
    """Past the comma that trails a lone argument."""
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
    start = _place(kind, text, at).start
    line = 1
    for place in _statements(kind, text):
        if place.start <= start <= place.end:
            line = max(line, place.start.line)
    return line


@lru_cache(maxsize=256)
def _statements(kind: str, text: str) -> list[Range]:
    facts = facts_of_block(kind, text)
    if facts is None or facts.statements is None:
        parsed, nodes = _tree(kind, text)
        kinds = (cst.BaseSmallStatement, cst.BaseCompoundStatement)
        return [locate(parsed, node) for node in nodes if isinstance(node, kinds)]
    return [_place(kind, text, at) for at in facts.statements]
