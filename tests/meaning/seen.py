"""What the interpretation sees of a program, for tests."""

from __future__ import annotations

import textwrap

from preflight_analyzers.meaning.analysis import Analysis, analyze
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.meaning.values import Tensor

HEAD = """\
import coremltools as ct
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

"""


def analysis_of(program: str) -> Analysis:
    return analyze(Unit(HEAD + textwrap.dedent(program), "net.py"))


def calls_of(program: str, api: str) -> list[ApiCall]:
    """The calls of one API: those in what the program traces, then those in its modules on their own."""
    events = analysis_of(program).events
    return [event for event in events if isinstance(event, ApiCall) and event.api == api]


def operand(program: str, api: str) -> tuple[str | None, tuple[int | None, ...] | None]:
    """The dtype and shape of what the first call of ``api`` is given first."""
    value = calls_of(program, api)[0].arguments.positional[0]
    assert isinstance(value, Tensor)
    return value.dtype, value.shape
