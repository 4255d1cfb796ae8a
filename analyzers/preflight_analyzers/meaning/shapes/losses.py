"""Losses: one number, unless ``reduction="none"``."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Rule, ShapeRule, same_dtype
from preflight_analyzers.meaning.shapes.elementwise import Places, broadcasting, promoting
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, replaced
from preflight_analyzers.meaning.values import Shape

_PAIR: Places = ((0, "input"), (1, "target"))


def reducing(unreduced: ShapeRule, reduction_at: int = -1) -> ShapeRule:
    def rule(call: Call) -> Shape:
        from_module = call.made if call.made is not None else call
        reduction = from_module.text(reduction_at, "reduction", default="mean")
        return unreduced(call) if reduction == "none" else ()

    return rule


def _similarity(call: Call) -> Shape:
    shape = broadcast([call.shape(0, "x1"), call.shape(1, "x2")])
    return replaced(shape, axis_of(call.integer(2, "dim", default=1), len(shape)))


def _similarity_dtype(call: Call) -> str | None:
    return promoting(((0, "x1"), (1, "x2")))(call)


def _distance(call: Call) -> Shape:
    shape = broadcast([call.shape(0, "x1"), call.shape(1, "x2")])
    return replaced(shape, len(shape) - 1, 1) if call.flag(4, "keepdim") else shape[:-1]


_ELEMENTWISE: Rule = (promoting(_PAIR), reducing(broadcasting(_PAIR)))

RULES: dict[str, Rule] = {
    "mse_loss": _ELEMENTWISE,
    "l1_loss": _ELEMENTWISE,
    "smooth_l1_loss": _ELEMENTWISE,
    "huber_loss": _ELEMENTWISE,
    "binary_cross_entropy": (same_dtype, reducing(broadcasting(((0, "input"),)))),
    "cosine_similarity": (_similarity_dtype, _similarity),
    "pairwise_distance": (_similarity_dtype, _distance),
}
