"""Attention."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Result, Rule, Unsure, several
from preflight_analyzers.meaning.shapes.sizes import broadcast
from preflight_analyzers.meaning.values import Known, Sequence, Shape, Tensor


def _attended(call: Call) -> Shape:
    query, value = call.shape(0, "query"), call.shape(2, "value")
    if len(query) < 2:
        raise Unsure
    batch = query[:-2]
    if not call.flag(-1, "enable_gqa"):
        batch = broadcast([batch, value[:-2]])
    return (*batch, query[-2], value[-1])


def _query_dtype(call: Call) -> str:
    return call.dtype(0, "query")


RULES: dict[str, Rule] = {"scaled_dot_product_attention": (_query_dtype, _attended)}


def multihead(call: Call, embed: int | None, batch_first: bool, extended: bool) -> Result:
    """``nn.MultiheadAttention``: what comes out, and the weights or None.

    ``extended`` says that there are more keys than given (``add_bias_kv``, ``add_zero_attn``).
    """
    query, key = call.tensor(0, "query"), call.tensor(1, "key")
    out = None if query.shape is None else (*query.shape[:-1], embed or query.shape[-1])
    result = Tensor(query.source, query.dtype, out)
    if not call.flag(4, "need_weights", default=True):
        return Sequence("tuple", [result, Known(None)])
    weights: Shape | None = None
    if query.shape is not None and key.shape is not None and len(query.shape) == len(key.shape):
        averaged = call.flag(6, "average_attn_weights", default=True)
        weights = _weights(query.shape, key.shape, batch_first, averaged)
        if extended:
            weights = (*weights[:-1], None)
    return several(result, Tensor(query.source, query.dtype, weights))


def _weights(query: Shape, key: Shape, batch_first: bool, averaged: bool) -> Shape:
    if len(query) == 2:
        found: Shape = (query[0], key[0])
        return found if averaged else (None, *found)
    batch, target, source = (query[0], query[1], key[1]) if batch_first else (query[1], query[0], key[0])
    return (batch, target, source) if averaged else (batch, None, target, source)
