"""Patterns as in .gitignore. What they mean is up to pathspec, which is asked only where one may match."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

#: A set of characters, as ``[cod]``; there are stranger ones.
_CHARACTERS = re.compile(r"\[\w+\]")
#: What makes a pattern more than a name with wildcards in it.
_TRICKY = re.compile(r"[\\\[\]]|^\s|\s$")
_WILDCARDS = {"*": ".*", "?": "."}


class NoPattern(ValueError):
    """The text is the line that is no pattern."""


class IgnorePatterns:
    """Patterns about what lies in ``root``, an absolute path."""

    def __init__(self, root: str, lines: Iterable[str]) -> None:
        self._prefix = os.path.join(root, "")
        self._lines = tuple(lines)
        self._suspicious: dict[str, bool] = {os.path.join(root, ""): False}

    def verdict(self, folder: str, name: str, is_folder: bool) -> bool | None:
        """Whether to ignore ``name`` in a folder, an absolute path; None where the patterns say nothing."""
        prefix = folder if folder.endswith(os.sep) else folder + os.sep
        if not prefix.startswith(self._prefix) or not (self._is_suspicious(prefix) or self._may_match(name)):
            return None
        relative = (prefix[len(self._prefix) :] + name).replace(os.sep, "/")
        return self._spec.check_file(relative + "/" if is_folder else relative).include

    def _is_suspicious(self, prefix: str) -> bool:
        """Whether a pattern may match a folder on the way from the root."""
        known = self._suspicious.get(prefix)
        if known is None:
            above, name = os.path.split(prefix[:-1])
            known = self._may_match(name) or self._is_suspicious(os.path.join(above, ""))
            self._suspicious[prefix] = known
        return known

    def _may_match(self, name: str) -> bool:
        """Whether a pattern may be about a file or folder of this name, wherever it is."""
        names, pattern = self._hints
        return name in names or (pattern is not None and pattern.fullmatch(name) is not None)

    @cached_property
    def _hints(self) -> tuple[frozenset[str], re.Pattern[str] | None]:
        """Names that patterns end with, and an expression for the ends that aren't plain names."""
        names: set[str] = set()
        others: list[str] = []
        for line in self._lines:
            end = line.removeprefix("!").rstrip("/").rpartition("/")[2]
            plain = _CHARACTERS.sub("?", end)
            if _TRICKY.search(plain) or line[-1:].isspace():
                others.append(".*")
            elif "*" in plain or "?" in plain:
                others.append("".join(_WILDCARDS.get(sign) or re.escape(sign) for sign in plain))
            else:
                names.add(plain)
        return frozenset(names), re.compile("|".join(dict.fromkeys(others)), re.DOTALL) if others else None

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        try:
            return compiled(self._lines)
        except NoPattern:
            # As git does: a line that is no pattern does not spoil the others.
            return compiled([line for line in self._lines if _is_pattern(line)])


def compiled(lines: Sequence[str]) -> GitIgnoreSpec:
    """Raises NoPattern."""
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(lines)
    except (ValueError, re.error):
        wrong = lines[0] if len(lines) == 1 else next(line for line in lines if not _is_pattern(line))
        raise NoPattern(wrong) from None


def _is_pattern(line: str) -> bool:
    try:
        compiled([line])
    except NoPattern:
        return False
    return True
