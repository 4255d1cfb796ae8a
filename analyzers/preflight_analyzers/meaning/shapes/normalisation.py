"""Normalisation: the input's own dtype and shape."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Rule, Unsure, same_dtype, same_shape
from preflight_analyzers.meaning.shapes.promotion import is_inexact, result_type
from preflight_analyzers.meaning.values import Tensor, Value

_SAME: Rule = (same_dtype, same_shape)


def _scaled(call: Call) -> str:
    """rms_norm multiplies by the weight, which may be of another dtype."""
    operands: list[Value] = [call.tensor(0, "input")]
    weight = call.sure(2, "weight")
    if isinstance(weight, Tensor):
        operands.append(weight)
    return result_type(operands)


def _averaged(call: Call) -> str:
    """local_response_norm divides, but not where there is nothing to divide."""
    dtype = call.dtype()
    if not is_inexact(dtype):
        raise Unsure
    return dtype


RULES: dict[str, Rule] = {
    **dict.fromkeys(("batch_norm", "instance_norm", "layer_norm", "group_norm"), _SAME),
    "rms_norm": (_scaled, same_shape),
    "normalize": _SAME,
    "local_response_norm": (_averaged, same_shape),
}
