"""Code as models have it: an error is found where the real converter fails, and nowhere else.

``everyday.txt`` holds bodies of ``forward()``, each after a line ``### name | inputs``. What isn't found has
``(missed)`` in its name, so that finding it shows.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.findings import Consequence

_PROGRAM = """\
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("table", torch.rand(4, 8))
        self.conv = nn.Conv2d(3, 6, 3, padding=1)
        self.lin = nn.Linear(8, 8)

    def forward(self, x):
{body}


example = ({inputs},)
"""
#: What makes a script of it, which a converter isn't needed for.
_TRACED = "traced = torch.jit.trace(Net().eval(), example)\n"
_INPUTS = "torch.rand(2, 4, 8)"


class Snippet(NamedTuple):
    name: str
    inputs: str
    body: str

    @property
    def missed(self) -> bool:
        return self.name.endswith("(missed)")

    @property
    def program(self) -> str:
        return _PROGRAM.format(body=textwrap.indent(self.body, " " * 8), inputs=self.inputs)


def _snippets() -> list[Snippet]:
    found = []
    for part in f"\n{Path(__file__).with_name('everyday.txt').read_text()}".split("\n### ")[1:]:
        head, _, body = part.partition("\n")
        name, _, inputs = head.partition(" | ")
        found.append(Snippet(name.strip(), inputs.strip() or _INPUTS, body.strip("\n")))
    return found


def _claims_failure(snippet: Snippet) -> bool:
    findings = check_source(snippet.program + _TRACED, "net.py").findings
    return any(one.consequence in (Consequence.CONVERT_FAILS, Consequence.TRACE_FAILS) for one in findings)


def test_no_two_snippets_have_one_name() -> None:
    names = [snippet.name for snippet in _snippets()]
    assert len(set(names)) == len(names)


@pytest.mark.convert
@pytest.mark.parametrize("snippet", _snippets(), ids=lambda snippet: snippet.name)
def test_an_error_is_found_where_the_converter_fails(snippet: Snippet) -> None:
    fails = not _converts(snippet)
    assert _claims_failure(snippet) is (fails and not snippet.missed)
    assert fails or not snippet.missed


def _converts(snippet: Snippet) -> bool:
    import coremltools as ct
    import numpy as np
    import torch

    torch.manual_seed(0)
    scope: dict[str, object] = {"__name__": "net"}
    exec(compile(snippet.program, "net.py", "exec"), scope)
    model, inputs = scope["Net"]().eval(), scope["example"]  # type: ignore[operator]
    model(*(value.clone() for value in inputs))  # torch itself has nothing against it
    # The passes are where complex numbers are refused; the rest shows without them, in a ninth of the time.
    how = {"convert_to": "milinternal", "pass_pipeline": ct.PassPipeline.EMPTY}
    if any(word in snippet.body for word in ("complex", "fft", "cfloat")):
        how = {"convert_to": "mlprogram", "skip_model_load": True}
    described = [ct.TensorType(shape=tuple(value.shape), dtype=np.float32) for value in inputs]
    try:
        traced = torch.jit.trace(model, tuple(value.clone() for value in inputs), check_trace=False)
        ct.convert(traced, inputs=described, **how)
    except Exception:
        return False
    return True
