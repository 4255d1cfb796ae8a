"""What einops gives, held against einops' own words: the shapes of its documentation."""

from __future__ import annotations

import pytest

from tests.meaning.seen import calls_of, operand

HEAD = """
from einops import rearrange, reduce, repeat, einsum, pack, unpack
from einops.layers.torch import Rearrange, Reduce
"""


def given(expression: str, shape: str = "2, 6, 4") -> tuple[object, object]:
    """The dtype and shape of an expression of ``x``."""
    program = f"""
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.split = Rearrange("b (h c) w -> b h (c w)", h=3)
        self.pooled = Reduce("b (h 2) w -> b h w", "max")
    def forward(self, x):
        return torch.sigmoid({expression})
torch.jit.trace(Net().eval(), torch.rand({shape}))
"""
    return operand(HEAD + program, "torch.sigmoid")


@pytest.mark.parametrize(
    ("expression", "shape"),
    [
        ("rearrange(x, 'b h w -> b w h')", (2, 4, 6)),
        ("rearrange(x, 'b (h d) w -> b h (w d)', d=3)", (2, 2, 12)),
        ("rearrange(x, 'b ... -> b (...)')", (2, 24)),
        ("rearrange(x, 'b h w -> b () h 1 w')", (2, 1, 6, 1, 4)),
        ("rearrange([x, x, x], 'n b h w -> b (n h) w')", (2, 18, 4)),
        ("repeat(x, 'b h w -> (b n) h w', n=5)", (10, 6, 4)),
        ("repeat(x, 'b h w -> b h w 3')", (2, 6, 4, 3)),
        ("reduce(x, 'b (h 2) w -> b h', 'mean')", (2, 3)),
        ("reduce(x, '... w -> ...', 'sum')", (2, 6)),
        ("einsum(x, x, 'batch q dim, batch k dim -> batch q k')", (2, 6, 6)),
        ("pack([x, x[:, 0]], 'b * d')[0]", (2, 7, 4)),
        ("unpack(x, [[2], [2, 2]], 'b * d')[1]", (2, 2, 2, 4)),
        ("self.split(x)", (2, 3, 8)),
        ("self.pooled(x)", (2, 3, 4)),
    ],
)
def test_shapes(expression: str, shape: tuple[int, ...]) -> None:
    assert given(expression) == ("float32", shape)


def test_the_rank_is_known_from_the_pattern_alone() -> None:
    program = """
    from einops import rearrange
    class Net(nn.Module):
        def forward(self, x):
            return torch.sigmoid(rearrange(x, 'b c (h p) (w q) -> b (h w) (p q c)', p=2, q=2))
    """
    assert operand(program, "torch.sigmoid") == (None, (None, None, None))


def test_a_transformation_is_told_as_the_operations_it_is_made_of() -> None:
    program = (
        HEAD
        + """
class Net(nn.Module):
    def forward(self, x):
        return rearrange(x, 'b c (h p) -> b h p c', p=2)
"""
    )
    for api, rank in (("torch.Tensor.reshape", 3), ("torch.Tensor.permute", 4)):
        (event,) = calls_of(program, api)
        assert event.arguments.positional[0].rank == rank
