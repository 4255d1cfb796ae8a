"""Which blocks aren't Python."""

from __future__ import annotations

import ast
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping

from preflight_analyzers.source.blocks import Block
from preflight_analyzers.source.parse import TOO_DEEP, BrokenBlock, parse_block, wrap

_whole: OrderedDict[tuple[str, str], None] = OrderedDict()
_MOST_REMEMBERED = 50_000
#: With more unseen blocks than this, reading the whole file with CPython's parser is cheaper.
_FEW = 8


def broken_blocks(
    tree: ast.Module | None, blocks: Mapping[int, Block]
) -> Iterator[tuple[Block, BrokenBlock]]:
    """The blocks that can't be parsed, each with the reason. ``tree`` is the file's, if there is one."""
    unseen = _unseen(blocks.values())
    if tree is not None:
        for block in unseen:
            _remember(block)
        return
    for block in unseen:
        if _is_whole(block):
            _remember(block)
            continue
        parsed = parse_block(block)
        if isinstance(parsed, BrokenBlock):
            if parsed.message != TOO_DEEP:  # more than libcst takes, but Python
                yield block, parsed
        else:
            _remember(block)
    with_body = {block.owner for block in blocks.values() if block.kind != "trivia"}
    for number, block in blocks.items():
        if block.kind == "class" and number not in with_body:
            line = block.statement_line - block.line + 1
            yield block, BrokenBlock("expected an indented block after the class", line, 1)


def _remember(block: Block) -> None:
    _whole[block.kind, block.text] = None
    if len(_whole) > _MOST_REMEMBERED:
        _whole.popitem(last=False)


def tree_if_cheaper(text: str, blocks: Iterable[Block]) -> ast.Module | None:
    """The tree of a whole file of which more than a few blocks were never seen; None if it is no Python."""
    return parse(text) if len(_unseen(blocks)) > _FEW else None


def _is_whole(block: Block) -> bool:
    tree = parse(wrap(block.kind, block.text))
    return tree is not None and (block.kind != "member" or len(tree.body) == 1)


def _unseen(blocks: Iterable[Block]) -> list[Block]:
    return [block for block in blocks if (block.kind, block.text) not in _whole]


def parse(source: str) -> ast.Module | None:
    """CPython's tree, which takes it a tenth of libcst's time; None if the running Python can't read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
            return None
