"""What a parameter's name tells of the values it takes.

Widths are all alike, so that parts fit each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

WIDTH = 32

#: Numbers and shapes; the first pattern that fits counts.
SIZES: list[tuple[str, list[Callable[[], Any]]]] = [
    (pattern, [(lambda value=value: value) for value in values])
    for pattern, values in [
        (r"(^|_)(image|img|input|fmap|feature)_?(size|resolution|shape|hw)$", [64, (64, 64), WIDTH, (8, 8)]),
        (r"spatial_?dims?$|(^|_)n_?dims?$|^rank$", [2, 3, 1]),
        (r"shape|resolution$", [(8, 8), (16,), (WIDTH, 64, 64)]),
        (r"permut", [(0, 2, 1), (0, 2, 3, 1)]),
        (r"(^|_)(h|w|height|width)$", [8, WIDTH]),
        (r"window|patch|block_size|bucket|segment|chunk", [4, 8, (4, 4)]),
        (r"kernel|filter_(size|length)|conv_size", [3, (3, 3), 16]),
        (r"stride|upsample|downsample|scale|reduction|factor|expansion|mult|ratio", [2, 1, 0.5]),
        (r"pad", [1, 0]),
        (r"dilation|group|repeat", [1, 2]),
        (r"dim_head|head_dim|head_size|d_head|d_k|d_v|dim_key|dim_value", [8]),
        (r"head", [4, 1]),
        (r"depth|layer|block|stack|stage|iter|step|order|level|degree|power|scales", [2, (2, 2), 1]),
        (r"(num|n)_?class|classes|n_out$|output_dim", [10, WIDTH]),
        (r"token|vocab|n_?words|num_?embed|codebook_size", [64]),
        (r"len|seq|frames|n_?points|landmarks|memor|positions", [16, 64]),
        (r"drop|eps|momentum|prob|rate$|alpha|beta|gamma|slope|temperature|sigma|std", [0.1, 1]),
        (r"bias|use_|is_|with_|causal|bidirectional|train|affine|residual|shared|^if_", [False, True]),
        (r"sample_?rate|^sr$|^fs$", [16000]),
        (r"n_fft|win|hop|mel|freq", [64, 16]),
        (r"^in_?c|in_ch|in_?planes|inplanes|n_?channels$|^channels$|chans|^c1?$", [WIDTH, 3, 1]),
        (r"channel|planes|dim|hidden|embed|d_model|feature|width|size|units|ch|in|out|n_|num|^[cdknm]\d?$",
         [WIDTH, 4, (WIDTH, WIDTH)]),
    ]
]  # fmt: skip
#: What modules are made of.
PARTS: list[tuple[str, list[Callable[[], Any]]]] = [
    (r"act|nonlin", [nn.ReLU, lambda: nn.ReLU, lambda: "relu", lambda: torch.relu]),
    (r"norm", [lambda: nn.LayerNorm, lambda: nn.BatchNorm2d, lambda: nn.LayerNorm(WIDTH), lambda: "batch"]),
    (
        r"^fn|func|module|net|layer$|block$|model|encoder|decoder|backbone|transformer|attn$|^attention$|^ff$",
        [nn.Identity, lambda: nn.Linear(WIDTH, WIDTH), lambda: nn.Conv2d(WIDTH, WIDTH, 3, padding=1)],
    ),
    (r"config|cfg|kwargs|params|options", [dict]),
    (r"mode|type|name|method", [lambda: "max", lambda: "bilinear", lambda: "sum"]),
]


def by_name(name: str, table: list[tuple[str, list[Callable[[], Any]]]]) -> list[Callable[[], Any]]:
    """Ways to make a value, the likeliest first."""
    return next((list(made) for pattern, made in table if re.search(pattern, name.lower())), [])
