"""Self-attention as ``examples/attention.py`` has it, with the mistakes people make in one.

Every line marked ``expect`` is a mistake, and names the code of the finding that belongs there.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class CarelessAttention(nn.Module):
    """Tokens (batch, length, width) to tokens of the same shape."""

    def __init__(self, width: int = 64, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.merge = nn.Linear(width, width)

    def forward(self, tokens):
        tokens = self.tame(tokens)
        batch = len(tokens)  # expect: CML102
        query, key, value = self.project(self.norm(tokens)).chunk(3, dim=-1)

        query = self.split_heads(query, batch)
        key = self.split_heads(key, batch)
        value = self.split_heads(value, batch)
        scores = query @ key.transpose(-2, -1) / np.sqrt(query.shape[-1])
        scores = scores * self.temperature(tokens) + self.distance_bias(tokens)

        if scores.max() > 50:  # expect: CML104
            scores = scores - scores.max()
        mixed = torch.softmax(scores, dim=-1) @ value
        mixed = mixed.transpose(1, 2).flatten(2)
        return tokens + self.merge(mixed)

    def split_heads(self, x, batch):
        return x.view(batch, x.shape[1], self.heads, -1).transpose(1, 2)

    def tame(self, tokens):
        assert tokens.abs().max() < 1e6, "tokens out of range"  # expect: CML104
        while tokens.abs().mean() > 10:  # expect: CML104
            tokens = tokens / 2
        return tokens / np.linalg.norm(tokens)  # expect: CML101

    def temperature(self, tokens):
        spread = tokens.std(dim=-1).mean().item()  # expect: CML103
        return 1.0 + spread

    def distance_bias(self, tokens):
        """A bias that decays like a wave with the distance between two tokens."""
        places = torch.arange(tokens.shape[1], dtype=tokens.dtype)
        distances = (places[:, None] - places[None, :]).abs() * tokens.mean()
        return torch.special.bessel_j0(distances)  # expect: CML201


class CarelessPooling(nn.Module):
    """Tokens (batch, length, width) to one vector (batch, width) that keeps what matters most."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.score = nn.Linear(width, 1)

    def forward(self, tokens):
        weights = torch.sigmoid(self.score(tokens))
        keep = int((weights > 0.5).sum())  # expect: CML103
        sharpness = float(weights.max())  # expect: CML103
        floor = weights.detach().numpy().min()  # expect: CML103
        first = tokens[0, :, 0].tolist()  # expect: CML103
        loud = bool((tokens > 1).any())  # expect: CML103

        pooled = (tokens * weights).sum(dim=1) / (keep + 1) * sharpness * (1 + loud) - float(floor) - first[0]
        return pooled if tokens.sum() > 0 else F.relu(pooled)  # expect: CML104
