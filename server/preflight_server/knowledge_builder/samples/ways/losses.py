"""Losses by arithmetic."""

from __future__ import annotations

from typing import Any

from ..handwritten import Ints, Positive
from ..ways_out import Ways

way = Ways()

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}
positive: dict[str, Any] = {"x": Positive((2, 3)), "y": Positive((2, 3))}
signs: dict[str, Any] = {"t": "torch.tensor([1.0, -1.0])"}

way("nn.functional.l1_loss nn.L1Loss", "F.l1_loss(x, y)", "(x - y).abs().mean()", **pair)
way(
    "nn.functional.smooth_l1_loss nn.SmoothL1Loss nn.functional.huber_loss nn.HuberLoss",
    "F.smooth_l1_loss(x, y)",
    "d = (x - y).abs(); torch.where(d < 1, 0.5 * d * d, d - 0.5).mean()",
    **pair,
)
way(
    "nn.functional.cross_entropy nn.CrossEntropyLoss",
    "F.cross_entropy(x, t)",
    "F.nll_loss(F.log_softmax(x, dim=1), t)",
    x=(2, 3),
    t=Ints((2,)),
)
way(
    "nn.functional.binary_cross_entropy_with_logits binary_cross_entropy_with_logits nn.BCEWithLogitsLoss",
    "F.binary_cross_entropy_with_logits(x, y)",
    "(F.softplus(x) - x * y).mean()",
    **pair,
)
way(
    "nn.functional.kl_div kl_div nn.KLDivLoss",
    "F.kl_div(x, y, reduction='sum')",
    "(y * (torch.log(y) - x)).sum()",
    **positive,
)
way(
    "nn.functional.binary_cross_entropy nn.BCELoss",
    "F.binary_cross_entropy(torch.sigmoid(x), y)",
    "p = torch.sigmoid(x); -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()",
    said="-(y * torch.log(x) + (1 - y) * torch.log(1 - x)).mean()",
    x=(2, 3),
    y="torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 0.3]])",
)
way(
    "nn.functional.cosine_embedding_loss cosine_embedding_loss nn.CosineEmbeddingLoss",
    "F.cosine_embedding_loss(x, y, t)",
    "c = F.cosine_similarity(x, y, dim=-1); torch.where(t > 0, 1 - c, F.relu(c)).mean()",
    **pair,
    **signs,
)
way(
    "nn.functional.hinge_embedding_loss hinge_embedding_loss nn.HingeEmbeddingLoss",
    "F.hinge_embedding_loss(x, t)",
    "torch.where(t > 0, x, F.relu(1 - x)).mean()",
    x=(2, 3),
    t="torch.tensor([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])",
)
way(
    "nn.functional.margin_ranking_loss margin_ranking_loss nn.MarginRankingLoss",
    "F.margin_ranking_loss(x, y, t, margin=0.5)",
    "F.relu(0.5 - t * (x - y)).mean()",
    x=(2,),
    y=(2,),
    **signs,
)
way(
    "nn.functional.soft_margin_loss nn.SoftMarginLoss",
    "F.soft_margin_loss(x, t)",
    "F.softplus(-t * x).mean()",
    x=(2,),
    **signs,
)
way(
    "nn.functional.multilabel_soft_margin_loss nn.MultiLabelSoftMarginLoss",
    "F.multilabel_soft_margin_loss(x, y)",
    "(F.softplus(x) - x * y).mean()",
    x=(2, 3),
    y="torch.tensor([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])",
)
way(
    "nn.functional.poisson_nll_loss poisson_nll_loss nn.PoissonNLLLoss",
    "F.poisson_nll_loss(x, y)",
    "(torch.exp(x) - y * x).mean()",
    **pair,
)
for names, code in (
    (
        "nn.functional.triplet_margin_loss triplet_margin_loss nn.TripletMarginLoss",
        "F.triplet_margin_loss(x, y, z)",
    ),
    (
        "nn.functional.triplet_margin_with_distance_loss nn.TripletMarginWithDistanceLoss",
        "F.triplet_margin_with_distance_loss(x, y, z)",
    ),
):
    way(
        names,
        code,
        "F.relu(torch.norm(x - y + 1e-6, dim=-1) - torch.norm(x - z + 1e-6, dim=-1) + 1.0).mean()",
        **pair,
        z=(2, 3),
    )
way(
    "nn.functional.multi_margin_loss nn.MultiMarginLoss",
    "F.multi_margin_loss(x, t)",
    "m = F.relu(1 - x.gather(1, t.unsqueeze(1)) + x); ((m.sum(dim=1) - 1) / 3).mean()",
    x=(2, 3),
    t=Ints((2,)),
)
way(
    "nn.NLLLoss2d",
    "F.nll_loss(x, t)",
    "-x.gather(1, t.unsqueeze(1)).mean()",
    x=(1, 3, 4, 4),
    t=Ints((1, 4, 4)),
)
way(
    "nn.functional.linear_cross_entropy",
    "F.linear_cross_entropy(x, w, t)",
    "F.nll_loss(F.log_softmax(F.linear(x, w), dim=1), t)",
    x=(2, 3),
    w="torch.rand(5, 3)",
    t=Ints((2,), 5),
)
way(
    "nn.LinearCrossEntropyLoss",
    "F.cross_entropy(l(x), t)",
    "F.nll_loss(F.log_softmax(l(x), dim=1), t)",
    x=(2, 3),
    l="nn.Linear(3, 5)",
    t=Ints((2,), 5),
)
