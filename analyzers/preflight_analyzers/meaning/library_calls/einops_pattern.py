"""Patterns of einops: ``b c (h p) w -> b (p c) h w``."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\(|\)|\.\.\.|…|\w+")
#: Some axes, and some axes within parentheses.
ELLIPSIS, MERGED = "...", "(...)"
#: The axes of a tensor, each made of none (a unit axis), one or several elementary ones.
Groups = list[list[str]]


def sides(pattern: str) -> tuple[Groups, Groups] | None:
    """Both sides of a pattern; None where it is none."""
    left, arrow, right = pattern.partition("->")
    parts = (_groups(left), _groups(right))
    return None if not arrow or parts[0] is None or parts[1] is None else (parts[0], parts[1])


def _groups(text: str) -> Groups | None:
    groups: Groups = []
    inside: list[str] | None = None
    for token in _TOKEN.findall(text):
        if token == "(":
            inside = []
        elif token == ")":
            if inside is None:
                return None
            groups.append(inside)
            inside = None
        else:
            if token in ("...", "…"):
                token = ELLIPSIS if inside is None else MERGED
            names = [] if token == "1" else [token]
            if inside is not None:
                inside += names
            else:
                groups.append(names)
    return groups if inside is None else None


def spread(groups: Groups, axes: list[str]) -> Groups:
    """The groups with ``axes`` for the ellipsis."""
    found: Groups = []
    for group in groups:
        if group == [ELLIPSIS]:
            found.extend([axis] for axis in axes)
        else:
            found.append([one for name in group for one in (axes if name == MERGED else [name])])
    return found


def axes_of_ellipsis(left: Groups, rank: int | None) -> list[str] | None:
    """Names for the axes that the ellipsis stands for; None where their number isn't known."""
    if [ELLIPSIS] not in left:
        return []
    if rank is None or rank < len(left) - 1:
        return None
    return [f"...{number}" for number in range(rank - len(left) + 1)]


def letters(pattern: str) -> str | None:
    """The pattern of ``einops.einsum`` as ``torch.einsum`` takes it."""
    known: dict[str, str] = {}
    alphabet = iter("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")

    def letter(found: re.Match[str]) -> str:
        name = found[0]
        if name not in known:
            known[name] = next(alphabet, "")
        return known[name]

    if "(" in pattern or "->" not in pattern:
        return None
    return re.sub(r"\w+", letter, pattern).replace(" ", "")
