"""Cuts a file again after an edit: only what the edit can have touched."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence

from preflight_analyzers.source.blocks import Block, cut

#: A clause at the beginning of what follows the edit would belong to the statement before it.
_CLAUSE = re.compile(r"[ \t\f]*(?:else|elif|except|finally)\b")


def cut_again(old: str, blocks: Sequence[Block], new: str, broken: Collection[int]) -> list[Block]:
    """The blocks of ``new``, as ``cut`` gives them; ``blocks`` are those of ``old``.

    ``broken`` are the places of blocks that are no Python. Around the edit, whole statements are cut again,
    one more on each side; what comes after them is taken over if the last of them turns out as it was.
    """
    tops = [place for place, block in enumerate(blocks) if block.owner is None]
    offsets = _offsets(blocks)
    prefix = _common_prefix(old, new)
    suffix = _common_suffix(old, new, min(len(old), len(new)) - prefix)
    # The statement before the one in which the edit begins.
    first = max(0, bisect_right(tops, prefix, key=offsets.__getitem__) - 2)
    if not tops or any(place < tops[first] for place in broken):
        return cut(new)
    begin = offsets[tops[first]]
    # The statement after the edit that is to turn out as it was.
    for last in range(first + 1, len(tops) - 1):
        place, after = tops[last], tops[last + 1]
        if offsets[place] < len(old) - suffix:
            continue
        if _CLAUSE.match(old, offsets[place]) or any(one >= place for one in broken):
            break
        end = offsets[after] + len(new) - len(old)
        again = cut(new[begin:end])
        if not _alike(blocks[place:after], again[-(after - place) :], place, len(again)):
            break
        return _joined(blocks, tops[first], again, after)
    return cut(new)


def _joined(blocks: Sequence[Block], first: int, again: list[Block], after: int) -> list[Block]:
    """The blocks before ``first``, those that were cut again, and the old ones from ``after`` on."""
    down = blocks[first].line - 1
    middle = [
        block._replace(
            line=block.line + down,
            statement_line=block.statement_line + down,
            owner=None if block.owner is None else block.owner + first,
        )
        for block in again
    ]
    shift = first + len(again) - after
    lines = middle[-1].line - blocks[after - 1].line
    rest = [
        block._replace(
            line=block.line + lines,
            statement_line=block.statement_line + lines,
            owner=None if block.owner is None else block.owner + shift,
        )
        for block in blocks[after:]
    ]
    return [*blocks[:first], *middle, *rest]


def _alike(old: Sequence[Block], new: Sequence[Block], place: int, count: int) -> bool:
    """Whether the blocks of one statement are what they were."""
    if len(old) != len(new):
        return False
    start = count - len(new)
    return all(
        (a.kind, a.text, a.keyword, a.name) == (b.kind, b.text, b.keyword, b.name)
        and (None if a.owner is None else a.owner - place) == (None if b.owner is None else b.owner - start)
        for a, b in zip(old, new, strict=True)
    )


def _offsets(blocks: Sequence[Block]) -> list[int]:
    """Where each block begins in the text, and where the last one ends."""
    found = [0]
    for block in blocks:
        found.append(found[-1] + len(block.text))
    return found


def _common_prefix(old: str, new: str) -> int:
    """How many characters both begin with."""
    return _longest(min(len(old), len(new)), lambda low, high: old[low:high] == new[low:high])


def _common_suffix(old: str, new: str, most: int) -> int:
    """How many characters both end with, ``most`` at most."""
    return _longest(
        most,
        lambda low, high: old[len(old) - high : len(old) - low] == new[len(new) - high : len(new) - low],
    )


def _longest(most: int, agree: Callable[[int, int], bool]) -> int:
    """Up to where two texts agree, by halving; ``agree`` compares a span of them."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if agree(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
