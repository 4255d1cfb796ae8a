"""Reductions of everything."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import External
from preflight_analyzers.rules.refused.case import Case


def _casts_everything(event: ApiCall) -> bool:
    given = event.arguments
    dtype = given.keywords.get("dtype")
    return given.complete and given.get(1, "dim") is None and isinstance(dtype, External)


CASES = (
    Case(
        name="sum or mean of everything as a dtype",
        apis=("torch.sum", "torch.Tensor.sum", "torch.mean", "torch.Tensor.mean"),
        applies=_casts_everything,
        use="of everything with a dtype",
        why="the converter takes the dtype for an axis",
        way_out="cast before it",
        bad="return x * x.sum(dtype=torch.float32)",
        good="return x * x.float().sum()",
    ),
)
