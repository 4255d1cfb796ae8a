"""Multi-head self-attention that converts.

``mistakes/attention.py`` is the same block with the mistakes people make in one.
"""

import math

import torch
from torch import nn


class SelfAttention(nn.Module):
    """Tokens (batch, length, width) to tokens of the same shape."""

    def __init__(self, width: int = 64, heads: int = 4) -> None:
        super().__init__()
        if width % heads:
            raise ValueError(f"width {width} is no multiple of heads {heads}")
        self.heads = heads
        self.head_width = width // heads
        self.norm = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.merge = nn.Linear(width, width)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        normed = self.norm(tokens)
        query = self.split_heads(self.query(normed))
        key = self.split_heads(self.key(normed))
        value = self.split_heads(self.value(normed))

        # math.sqrt of a plain number is a constant by right, unlike math.sqrt of a tensor.
        scores = query @ key.transpose(-2, -1) / math.sqrt(self.head_width)
        mixed = torch.softmax(scores, dim=-1) @ value

        batch, length, width = tokens.shape
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        return tokens + self.merge(mixed)

    def split_heads(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, length, width) to (batch, heads, length, head width)."""
        return x.view(x.shape[0], x.shape[1], self.heads, self.head_width).transpose(1, 2)


if __name__ == "__main__":
    import coremltools as ct

    shape = (1, 16, 64)
    attention = SelfAttention()
    attention.eval()
    traced = torch.jit.trace(attention, torch.rand(shape))
    ct.convert(traced, inputs=[ct.TensorType(name="tokens", shape=shape)]).save("SelfAttention.mlpackage")
