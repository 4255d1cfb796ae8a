"""What other libraries decide by sizes; ``tests/proofs/test_tracer_warnings.py`` has what torch does."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.selection import Selection

_HEAD = """\
import torch
from einops import pack, unpack
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
"""


def _warned(body: str, folder: Path) -> bool:
    """Whether the last line of the body is said to make torch warn."""
    text = _HEAD + textwrap.indent(textwrap.dedent(body), " " * 8)
    selection = Selection(select=("CML105",))
    findings = check_source(text, str(folder / "net.py"), selection=selection, project=Project()).findings
    assert {finding.range.start.line for finding in findings} <= {text.count("\n")}
    return bool(findings)


@pytest.mark.parametrize(
    ("shapes", "warned"),
    [
        ("pack([x, x], 'b * d')[1]", True),
        ("[(x.shape[1],), ()]", True),
        ("[(2,), ()]", False),
        ("pack([x[:, 0, 0], x[:, 1, 0]], 'b *')[1]", False),
    ],
)
def test_unpack_looks_for_minus_one_among_the_sizes(shapes: str, warned: bool, tmp_path: Path) -> None:
    body = f"""\
    b, n, d = x.shape
    shapes = {shapes}
    return unpack(x, shapes, 'b * d')
    """
    assert _warned(body, tmp_path) is warned


@pytest.mark.parametrize("operands", ["x, x, x", "[x, x, x]"])
def test_einsum_of_three_is_ordered_by_their_sizes_where_opt_einsum_is_installed(
    operands: str, tmp_path: Path
) -> None:
    body = f"return torch.einsum('ij,jk,kl->il', {operands})\n"
    assert not _warned(body, tmp_path)
    (tmp_path / "opt_einsum.py").touch()
    assert _warned(body, tmp_path)
    assert not _warned("return torch.einsum('ij,jk->ik', x, x)\n", tmp_path)


def test_what_is_a_tensor_on_one_path_only_is_told_here(tmp_path: Path) -> None:
    body = """\
    start = 3 if self.early else x[0, 0]
    return x * 2 if start + 1 > 2 else x
    """
    assert _warned(body, tmp_path)
