"""CML902: a comment that suppresses nothing."""

from __future__ import annotations

import re

from preflight_analyzers.findings import Consequence, Edit, Fix, Position, Range
from preflight_analyzers.rules.base import Rule
from preflight_analyzers.source.suppressions import Suppression

_EXPLANATION = """\
The comment suppresses a finding that isn't there (any more). Left standing it would hide the next one.
A `# noqa` without a code, or with codes of other tools, is not reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x)  # noqa: CML101  # CML902


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x)


def example():
    return (torch.rand(1, 8),)
"""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_CODE = re.compile(r"[A-Za-z]+[0-9]+|[a-z0-9]+(?:-[a-z0-9]+)+")


def message(unused: Suppression) -> str:
    what = ", ".join(unused.codes) if unused.codes else "anything"
    return f"this comment doesn't suppress {what}: there is nothing to suppress"


def remove(unused: Suppression, text: str) -> Fix | None:
    """The edit that takes the comment away, unless it serves something else as well."""
    line = _LINE_BREAK.split(text)[unused.line - 1]
    start, end = unused.range.start.column - 1, unused.range.end.column - 1
    codes = line[start:end].partition(":")[2]
    if len(_CODE.findall(codes.replace("ignore-file", ""))) > len(unused.codes):
        return None
    if not line[end:].strip():
        start, end = len(line[:start].rstrip()), len(line)
    place = Range(Position(unused.line, start + 1), Position(unused.line, end + 1))
    return Fix("Remove the unused suppression", (Edit(place, ""),))


RULE = Rule(
    code="CML902",
    name="unused-suppression",
    consequence=Consequence.REDUNDANT,
    summary="a suppression comment suppresses nothing",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    fixable=True,
)
