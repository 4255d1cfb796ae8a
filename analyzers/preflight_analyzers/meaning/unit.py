"""One file of code: its blocks, and which block binds which name.

Nothing is parsed until a name leads to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.facts import Nodes, facts_of_block
from preflight_analyzers.meaning.registered_ops import registered_ops
from preflight_analyzers.source.blocks import Block, cut

IDENTIFIER = re.compile(r"[^\W\d]\w*")
_TARGETS = re.compile(r"^[ \t]*([^\W\d][\w \t,.*()\[\]]*?)[ \t]*(?::[^=\n]+)?=(?!=)", re.M)
_BINDINGS = re.compile(
    r"^[ \t]*([^\W\d][\w \t,]*?)[ \t]*(?::[^=\n]+)?=(?!=)"
    r"|\b(?:import|as|def|class|for)\b([^\n:]*)",
    re.M,
)

#: Under this name a class has the blocks in which names may be annotated.
ANNOTATED = "*annotated"
_IMPORTS_TORCH = re.compile(r"^import torch[ \t]*(?:#.*|,.*)?\r?$", re.M)
_OTHER_DTYPES = re.compile(r"\b(?:set_default_dtype|set_default_tensor_type|autocast)\b")


class Changes(NamedTuple):
    """What an update did to a file: blocks that are gone, and names that other blocks bind now."""

    gone: frozenset[int]
    names: frozenset[str]
    #: Of classes: the class's block and the name.
    members: frozenset[tuple[int, str]]


class Unit:
    """A file, cut into blocks. ``path`` is only for display; ``file`` is where it lies, if it does.

    A block keeps its number as long as its text stays what it is, wherever it moves in the file.
    """

    def __init__(
        self, text: str, path: str, blocks: list[Block] | None = None, file: str | None = None
    ) -> None:
        self.path = path
        self.file = file
        self.text = ""
        #: Counts the updates.
        self.version = 0
        self.blocks: dict[int, Block] = {}
        #: Of blocks that are parsed already, while the file is analysed.
        self.nodes: dict[int, Nodes] = {}
        self.bindings: dict[str, list[int]] = {}
        self.members: dict[int, dict[str, list[int]]] = {}
        self._names: dict[int, frozenset[str]] = {}
        self._next = 0
        self.update(text, blocks)

    def update(self, text: str, blocks: list[Block] | None = None) -> Changes:
        """Take another text; what it shares with the one before, at the beginning and the end, stays."""
        new = cut(text) if blocks is None else blocks
        old, was = list(self.blocks.items()), (self.bindings, self.members)
        numbers = self._numbers(old, new)
        self.text = text
        self.version += 1
        self.blocks = {
            number: block if block.owner is None else block._replace(owner=numbers[block.owner])
            for number, block in zip(numbers, new, strict=True)
        }
        gone = frozenset(number for number, _ in old if number not in self.blocks)
        for number in gone:
            self._names.pop(number, None)
        self._bind()
        for name in ("registered_ops", "changes_dtypes", "traits"):
            self.__dict__.pop(name, None)
        return Changes(
            gone,
            frozenset(_differing(was[0], self.bindings)),
            frozenset(
                (owner, name)
                for owner in was[1].keys() | self.members.keys()
                for name in _differing(was[1].get(owner, {}), self.members.get(owner, {}))
            ),
        )

    def _numbers(self, old: list[tuple[int, Block]], new: list[Block]) -> list[int]:
        """A number for each new block: that of the old one which it is, or one of its own."""
        first = 0
        most = min(len(old), len(new))
        while first < most and _same(old[first][1], new[first]):
            first += 1
        last = 0
        while last < most - first and _same(old[-1 - last][1], new[-1 - last]):
            last += 1
        numbers = [number for number, _ in old[:first]]
        edited, instead = old[first : len(old) - last], new[first : len(new) - last]
        # A comment more, or a line break: it says the same.
        alike = len(edited) == len(instead)
        for place, block in enumerate(instead):
            if alike and _says_the_same(edited[place][1], block):
                numbers.append(edited[place][0])
                self._names.pop(edited[place][0], None)
            else:
                numbers.append(self._next)
                self._next += 1
        return [*numbers, *(number for number, _ in old[len(old) - last :])]

    def _bind(self) -> None:
        self.bindings, self.members = {}, {}
        for number, block in self.blocks.items():
            names = self._names.get(number)
            if names is None:
                names = self._names[number] = _names_bound(block)
            table = self.bindings if block.owner is None else self.members.setdefault(block.owner, {})
            for name in names:
                table.setdefault(name, []).append(number)
            if block.owner is not None and block.keyword == "" and ":" in block.text:
                table.setdefault(ANNOTATED, []).append(number)

    @cached_property
    def traits(self) -> tuple[object, ...]:
        """What rules and the interpretation ask of the text as a whole."""
        return (self.registered_ops, self.changes_dtypes, self.imports_torch, self.chooses_target)

    @cached_property
    def imports_torch(self) -> bool:
        """Whether the file can say ``torch.something``."""
        return _IMPORTS_TORCH.search(self.text) is not None

    @cached_property
    def chooses_target(self) -> bool:
        """Whether something in the file says for which systems models are converted."""
        return "minimum_deployment_target" in self.text

    @cached_property
    def registered_ops(self) -> frozenset[str]:
        return registered_ops(self.text)

    @cached_property
    def changes_dtypes(self) -> bool:
        """Whether something in the file makes torch compute in other dtypes than its own rules say."""
        hinted = "set_default" in self.text or "autocast" in self.text  # ten times faster than the pattern
        return hinted and _OTHER_DTYPES.search(self.text) is not None

    def lowered(self, index: int) -> ir.Body | None:
        """What a block means; None where it is no Python."""
        block = self.blocks[index]
        facts = facts_of_block(block.kind, block.text, self.nodes.get(index))
        return None if facts is None else facts.body


def _same(old: Block, new: Block) -> bool:
    return old.kind == new.kind and old.text == new.text


def _says_the_same(old: Block, new: Block) -> bool:
    if (old.kind, old.keyword, old.name) != (new.kind, new.keyword, new.name):
        return False
    was, now = facts_of_block(old.kind, old.text), facts_of_block(new.kind, new.text)
    if was is None or now is None or was.body != now.body:
        return False
    # As tuples, x and "x" are equal, and so are 1 and True.
    return repr(was.body) == repr(now.body)


def _differing(old: Mapping[str, list[int]], new: Mapping[str, list[int]]) -> Iterator[str]:
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            yield name


def _names_bound(block: Block) -> frozenset[str]:
    """Names the block may bind, read off its text; may name too many, never too few."""
    if block.kind == "trivia":
        return frozenset()
    if block.name is not None and block.keyword in ("def", "class"):
        return frozenset((block.name,))
    if block.keyword in ("import", "from"):
        imported = frozenset(IDENTIFIER.findall(block.text))
        return imported | {"*"} if "*" in block.text else imported
    pattern = _TARGETS if block.keyword == "" else _BINDINGS
    found: set[str] = set()
    for match in pattern.finditer(block.text):
        for group in match.groups():
            # With a bracket left open it is a keyword argument: ``convert(net, inputs=...)``.
            if group and group.count("(") <= group.count(")") and group.count("[") <= group.count("]"):
                found.update(IDENTIFIER.findall(group))
    return frozenset(found)
