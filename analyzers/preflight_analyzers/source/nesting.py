"""How deep the tree of a text would be, before anything recursive looks at it."""

from __future__ import annotations

import re
from typing import NamedTuple

from preflight_analyzers.source.lexer import mask

# What can put one node below another: brackets, operators, strings side by side. Commas and line breaks
# begin anew.
_TOKEN = re.compile(r'[(),\n]|"+|\b(?:not|lambda|if|and|or|await|in|is|for)\b|\*\*|//|<<|>>|[-+*/%@|&^~.<>=]')


class Nesting(NamedTuple):
    #: Brackets open at once.
    brackets: int
    #: An upper bound of how deep expressions and ``elif`` clauses nest.
    tree: int


def nesting(text: str) -> Nesting:
    """The deepest nesting anywhere in ``text``."""
    masked = mask(text)
    levels = [0]
    total = deepest = brackets = 0
    for token in _TOKEN.findall(masked):
        if token == ")":
            if len(levels) > 1:
                total -= levels.pop()
        elif token == "," or token == "\n":
            if token == "," or len(levels) == 1:
                total -= levels[-1]
                levels[-1] = 0
        else:
            levels[-1] += 1
            total += 1
            if total > deepest:
                deepest = total
            if token == "(":
                levels.append(0)
                if len(levels) > brackets:
                    brackets = len(levels)
    return Nesting(max(0, brackets - 1), max(deepest, len(re.findall(r"\belif\b", masked))))
