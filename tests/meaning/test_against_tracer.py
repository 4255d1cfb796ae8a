"""PyTorch's own tracer as the yardstick: it warns on the same lines."""

from __future__ import annotations

import inspect
import re
import warnings
from pathlib import Path

import pytest

from preflight_analyzers.check import check_source
from tests.meaning.test_interpreter import FOLLOWED, SILENT, program

pytestmark = pytest.mark.convert

_TAKEN_OUT = re.compile(r"Converting a tensor to a (Python|NumPy)|Using len to get tensor shape")
_BUILDABLE = [name for name in FOLLOWED if name != "an early return and a join"]


def lines_warned_of(source: str, path: Path) -> set[int]:
    """The lines of ``Net.forward`` that torch warns of while tracing it."""
    import torch

    path.write_text(source, encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(source, str(path), "exec"), names)
    net = names["Net"]().eval()  # type: ignore[operator]
    required = [
        p for p in inspect.signature(net.forward).parameters.values() if p.default is inspect.Parameter.empty
    ]
    inputs = tuple(torch.rand(4, 8) + 0.5 for _ in required)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.jit.trace(net, inputs, check_trace=False)
    lines: set[int] = set()
    for warning in caught:
        if issubclass(warning.category, torch.jit.TracerWarning) and _TAKEN_OUT.search(str(warning.message)):
            lines.add(warning.lineno if warning.filename == str(path) else -1)
    return lines


@pytest.mark.parametrize("what", _BUILDABLE)
def test_torch_warns_where_findings_stand(what: str, tmp_path: Path) -> None:
    source = program(FOLLOWED[what])
    found = {f.range.start.line for f in check_source(source).findings}
    warned = lines_warned_of(source, tmp_path / "net.py")
    assert warned - {-1} <= found, "torch warns of a line on which nothing is found"
    # A path not taken by the example, and conversions inside numpy (line -1), give no warning there.
    assert found <= warned or -1 in warned or "condition" in what


@pytest.mark.parametrize("what", ["flags and None"])
def test_torch_is_silent_where_nothing_is_found(what: str, tmp_path: Path) -> None:
    assert lines_warned_of(program(SILENT[what]), tmp_path / "net.py") == set()


@pytest.mark.parametrize(
    "what",
    ["results that only Python looks at", "what is left at its default", "what an exception would run"],
)
def test_what_leaves_nothing_in_the_graph_converts(what: str) -> None:
    import coremltools as ct
    import torch

    names: dict[str, object] = {}
    exec(program(SILENT[what]), names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = names["Net"]().eval()  # type: ignore[operator]
        traced = torch.jit.trace(net, torch.rand(4, 4) + 0.5, check_trace=False)
        ct.convert(traced, inputs=[ct.TensorType(shape=(4, 4))], convert_to="milinternal")
