"""Losses: one number, unless ``reduction="none"``."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, DtypeRule, Rule, ShapeRule, Unsure
from preflight_analyzers.meaning.shapes.elementwise import Places, broadcasting, promoting
from preflight_analyzers.meaning.shapes.promotion import (
    floating,
    is_inexact,
    operands_of,
    real_of,
    result_type,
)
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, replaced
from preflight_analyzers.meaning.values import Known, Shape, Value

_PAIR: Places = ((0, "input"), (1, "target"))
_RANKED: Places = ((0, "input1"), (1, "input2"), (2, "target"))
_TRIPLET: Places = ((0, "anchor"), (1, "positive"), (2, "negative"))


def _reducing(unreduced: ShapeRule, tensors: int, position: int, made_position: int) -> ShapeRule:
    """``position`` is the one of ``reduction`` for the function, ``made_position`` for the module."""

    def rule(call: Call) -> Shape:
        settings, first, at = call, tensors, position
        if call.made is not None:
            settings, first, at = call.made, 0, made_position
        if any(settings.passed(old) for old in ("size_average", "reduce")):
            raise Unsure
        if any(not _says_nothing_old(value) for value in settings.arguments.positional[first:at]):
            raise Unsure
        return unreduced(call) if settings.text(at, "reduction", default="mean") == "none" else ()

    return rule


def _says_nothing_old(value: Value) -> bool:
    """Surely not ``size_average`` or ``reduce``, which are flags that stand before ``reduction``."""
    return isinstance(value, Known) and not isinstance(value.value, bool)


def _inexact(places: Places) -> DtypeRule:
    """The promoted dtype; which one it is for integers differs from loss to loss."""

    def rule(call: Call) -> str:
        dtype = result_type(operands_of(call, places))
        if not is_inexact(dtype):
            raise Unsure
        return real_of(dtype)

    return rule


def _first_inexact(name: str) -> DtypeRule:
    def rule(call: Call) -> str:
        dtype = call.dtype(0, name)
        if not is_inexact(dtype):
            raise Unsure
        return dtype

    return rule


def _without_classes(call: Call) -> Shape:
    shape = call.shape()
    return replaced(shape, 1) if len(shape) > 1 else ()


def _first(call: Call) -> Shape:
    return call.shape()


def _not_said(call: Call) -> Shape:
    raise Unsure


def _similarity(call: Call) -> Shape:
    shape = broadcast([call.shape(0, "x1"), call.shape(1, "x2")])
    return replaced(shape, axis_of(call.integer(2, "dim", default=1), len(shape)))


def _distance(call: Call) -> Shape:
    shape = broadcast([call.shape(0, "x1"), call.shape(1, "x2")])
    return replaced(shape, len(shape) - 1, 1) if call.flag(4, "keepdim") else shape[:-1]


_ANY_PAIR, _PAIRED = _inexact(_PAIR), broadcasting(_PAIR)
_INPUT = _first_inexact("input")
_COMPARED = promoting(((0, "x1"), (1, "x2")), floating)
_APART = promoting(((0, "x1"), (1, "x2")), lambda dtype: real_of(floating(dtype)))

#: Function, module: dtype, shape without reduction, how many tensors go in, and where ``reduction`` stands.
_LOSSES: dict[tuple[str, str], tuple[DtypeRule, ShapeRule, int, int, int]] = {
    ("mse_loss", "MSELoss"): (_ANY_PAIR, _PAIRED, 2, 4, 2),
    ("l1_loss", "L1Loss"): (_ANY_PAIR, _PAIRED, 2, 4, 2),
    ("smooth_l1_loss", "SmoothL1Loss"): (_ANY_PAIR, _PAIRED, 2, 4, 2),
    ("huber_loss", "HuberLoss"): (_ANY_PAIR, _PAIRED, 2, 2, 0),
    ("kl_div", "KLDivLoss"): (_ANY_PAIR, _PAIRED, 2, 4, 2),
    ("soft_margin_loss", "SoftMarginLoss"): (_ANY_PAIR, _PAIRED, 2, 4, 2),
    ("hinge_embedding_loss", "HingeEmbeddingLoss"): (_ANY_PAIR, _PAIRED, 2, 5, 3),
    ("poisson_nll_loss", "PoissonNLLLoss"): (_ANY_PAIR, _PAIRED, 2, 7, 5),
    ("binary_cross_entropy", "BCELoss"): (_INPUT, _first, 2, 5, 3),
    ("binary_cross_entropy_with_logits", "BCEWithLogitsLoss"): (_ANY_PAIR, _PAIRED, 2, 5, 3),
    ("cross_entropy", "CrossEntropyLoss"): (_INPUT, _without_classes, 2, 6, 4),
    ("nll_loss", "NLLLoss"): (_INPUT, _without_classes, 2, 6, 4),
    ("ctc_loss", "CTCLoss"): (_first_inexact("log_probs"), _not_said, 4, 5, 1),
    ("gaussian_nll_loss", "GaussianNLLLoss"): (_ANY_PAIR, _not_said, 3, 5, 2),
    ("multi_margin_loss", "MultiMarginLoss"): (_INPUT, _not_said, 2, 7, 5),
    ("multilabel_margin_loss", "MultiLabelMarginLoss"): (_INPUT, _not_said, 2, 4, 2),
    ("multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss"): (_INPUT, _not_said, 2, 5, 3),
    ("margin_ranking_loss", "MarginRankingLoss"): (_inexact(_RANKED), broadcasting(_RANKED), 3, 6, 3),
    ("cosine_embedding_loss", "CosineEmbeddingLoss"): (_inexact(_RANKED), _not_said, 3, 6, 3),
    ("triplet_margin_loss", "TripletMarginLoss"): (_inexact(_TRIPLET), _not_said, 3, 9, 6),
}

MODULES: dict[str, Rule] = {}
RULES: dict[str, Rule] = {
    "cosine_similarity": (_COMPARED, _similarity),
    "pairwise_distance": (_APART, _distance),
}
for (_function, _module), (_dtype, _unreduced, *_places) in _LOSSES.items():
    RULES[_function] = MODULES[_module] = (_dtype, _reducing(_unreduced, *_places))
