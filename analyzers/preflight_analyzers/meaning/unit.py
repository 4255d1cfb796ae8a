"""One file of code: its blocks, and which block binds which name.

Nothing is parsed until a name leads to it.
"""

from __future__ import annotations

import re
from functools import cached_property

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

_OTHER_DTYPES = re.compile(r"\b(?:set_default_dtype|set_default_tensor_type|autocast)\b")


class Unit:
    """A file, cut into blocks. ``path`` is only for display; ``file`` is where it lies, if it does."""

    def __init__(
        self, text: str, path: str, blocks: list[Block] | None = None, file: str | None = None
    ) -> None:
        self.text = text
        self.path = path
        self.file = file
        self.blocks = cut(text) if blocks is None else blocks
        #: Of blocks that are parsed already, while the file is analysed.
        self.nodes: dict[int, Nodes] = {}
        self.bindings: dict[str, list[int]] = {}
        self.members: dict[int, dict[str, list[int]]] = {}
        for index, block in enumerate(self.blocks):
            table = self.bindings
            if block.owner is not None:
                table = self.members.setdefault(block.owner, {})
            for name in _names_bound(block):
                table.setdefault(name, []).append(index)

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


def _names_bound(block: Block) -> set[str]:
    """Names the block may bind, read off its text; may name too many, never too few."""
    if block.kind == "trivia":
        return set()
    if block.name is not None and block.keyword in ("def", "class"):
        return {block.name}
    if block.keyword in ("import", "from"):
        found = set(IDENTIFIER.findall(block.text))
        return found | {"*"} if "*" in block.text else found
    pattern = _TARGETS if block.keyword == "" else _BINDINGS
    found = set()
    for match in pattern.finditer(block.text):
        for group in match.groups():
            # With a bracket left open it is a keyword argument: ``convert(net, inputs=...)``.
            if group and group.count("(") <= group.count(")") and group.count("[") <= group.count("]"):
                found.update(IDENTIFIER.findall(group))
    return found
