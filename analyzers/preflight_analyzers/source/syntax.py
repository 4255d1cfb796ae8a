"""Which blocks aren't Python."""

from __future__ import annotations

import ast
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Sequence

from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import TOO_DEEP, BrokenBlock, parse_block

_whole: OrderedDict[tuple[str, str], None] = OrderedDict()
_MOST_REMEMBERED = 50_000
#: With more unseen blocks than this, reading the whole file with CPython's parser is cheaper.
_FEW = 8


def broken_blocks(text: str, blocks: Sequence[Block]) -> Iterator[tuple[Block, BrokenBlock]]:
    """The blocks that can't be parsed, each with the reason."""
    unseen = [block for block in blocks if (block.kind, block.text) not in _whole]
    if len(unseen) > _FEW and is_python(text):
        for block in unseen:
            _remember(block)
        return
    for block in unseen:
        parsed = parse_block(block)
        if isinstance(parsed, BrokenBlock):
            if parsed.message != TOO_DEEP:  # more than libcst takes, but Python
                yield block, parsed
        else:
            _remember(block)
    with_body = {block.owner for block in blocks if block.kind != "trivia"}
    for index, block in enumerate(blocks):
        if block.kind == "class" and index not in with_body:
            line = block.statement_line - block.line + 1
            yield block, BrokenBlock("expected an indented block after the class", line, 1)


def _remember(block: Block) -> None:
    _whole[block.kind, block.text] = None
    if len(_whole) > _MOST_REMEMBERED:
        _whole.popitem(last=False)


def is_python(text: str) -> bool:
    """Whether CPython's own parser, ten times faster than libcst, takes the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            return False
    return True
