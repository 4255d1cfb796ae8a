"""Decompositions, inverses, determinants and norms of matrices."""

from __future__ import annotations

from typing import TypeAlias

from preflight_analyzers.meaning.shapes.call import (
    Call,
    DtypeRule,
    Result,
    Rule,
    ShapeRule,
    Unsure,
    always,
    several,
)
from preflight_analyzers.meaning.shapes.promotion import complex_of, real_of
from preflight_analyzers.meaning.shapes.reductions import without
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast
from preflight_analyzers.meaning.values import Shape

_Pair: TypeAlias = tuple[DtypeRule, ShapeRule]
_NAMES = ("A", "input", "x")


def _dtype(call: Call) -> str:
    return call.dtype(0, *_NAMES)


def _shape(call: Call) -> Shape:
    return call.shape(0, *_NAMES)


def _real(call: Call) -> str:
    return real_of(_dtype(call))


def _complex(call: Call) -> str:
    return complex_of(_dtype(call))


def _batch(call: Call) -> Shape:
    return _shape(call)[:-2]


def _values(call: Call) -> Shape:
    return _shape(call)[:-1]


def _short(call: Call) -> int | None:
    rows, columns = _shape(call)[-2:]
    return None if rows is None or columns is None else min(rows, columns)


def _singular(call: Call) -> Shape:
    return (*_batch(call), _short(call))


def _flipped(call: Call) -> Shape:
    shape = _shape(call)
    return (*shape[:-2], shape[-1], shape[-2])


def _left(full: bool) -> _Pair:
    def shape(call: Call) -> Shape:
        found = _shape(call)
        return (*found[:-1], found[-2] if full else _short(call))

    return (_dtype, shape)


def _right(full: bool) -> _Pair:
    def shape(call: Call) -> Shape:
        found = _shape(call)
        return (*found[:-2], found[-1] if full else _short(call), found[-1])

    return (_dtype, shape)


def _svd(call: Call) -> Result:
    full = call.flag(1, "full_matrices", default=True)
    left, right = _left(full), _right(full)
    return several(call.attempt(*left), call.attempt(_real, _singular), call.attempt(*right))


def _qr(call: Call) -> Result:
    mode = call.text(1, "mode", default="reduced")
    left, right = _left(mode == "complete"), _right(mode == "complete")
    if mode == "complete":
        r = call.attempt(_dtype, _shape)
    else:
        r = call.attempt(*right)
    q = call.attempt(_dtype, lambda c: (0,)) if mode == "r" else call.attempt(*left)
    return several(q, r)


def _eigh(call: Call) -> Result:
    return several(call.attempt(_real, _values), call.attempt(_dtype, _shape))


def _eig(call: Call) -> Result:
    return several(call.attempt(_complex, _values), call.attempt(_complex, _shape))


def _slogdet(call: Call) -> Result:
    return several(call.attempt(_dtype, _batch), call.attempt(_real, _batch))


def _solved(call: Call) -> Shape:
    a, b = call.shape(0, "A"), call.shape(1, "B")
    if not call.flag(-1, "left", default=True):
        raise Unsure
    if len(b) == 1:
        return (*a[:-2], a[-1])
    if len(b) == len(a) - 1:
        if None in a + b:
            raise Unsure
        if b == a[:-1]:
            return b  # vectors, one for each matrix
    return (*broadcast([a[:-2], b[:-2]]), a[-1], b[-1])


def _triangular(call: Call) -> Shape:
    a, b = call.shape(0, "A"), call.shape(1, "B")
    return (*broadcast([a[:-2], b[:-2]]), *b[-2:])


def _first_dtype(call: Call) -> str:
    return call.dtype(0, "A", "input")


def _vector_norm(call: Call) -> Shape:
    shape = _shape(call)
    keepdim = call.flag(3, "keepdim")
    if call.sure(2, "dim") is None:
        return (1,) * len(shape) if keepdim else ()
    gone = [axis_of(d, len(shape)) for d in call.integers(2, "dim")] or list(range(len(shape)))
    return without(shape, gone, keepdim)


def _matrix_norm(call: Call) -> Shape:
    shape = _shape(call)
    dims = call.integers(2, "dim") if call.sure(2, "dim") is not None else [-2, -1]
    return without(shape, [axis_of(d, len(shape)) for d in dims], call.flag(3, "keepdim"))


def _norm_dtype(call: Call) -> str:
    named = call.named_dtype(-1, "dtype")
    return real_of(named if named is not None else _dtype(call))


def _cholesky_ex(call: Call) -> Result:
    info = call.attempt(always("int32"), _batch)
    return several(call.attempt(_dtype, _shape), info)


def _lu(call: Call) -> Result:
    left, right = _left(False), _right(False)
    rows = call.attempt(_dtype, lambda c: (*_shape(c)[:-1], _shape(c)[-2]))
    if not call.flag(-1, "pivot", default=True):
        rows = call.attempt(_dtype, lambda c: (0,))
    return several(rows, call.attempt(*left), call.attempt(*right))


def _lu_factor(call: Call) -> Result:
    return several(call.attempt(_dtype, _shape), call.attempt(always("int32"), _singular))


def _lu_factor_ex(call: Call) -> Result:
    info = call.attempt(always("int32"), _batch)
    return several(call.attempt(_dtype, _shape), call.attempt(always("int32"), _singular), info)


def _old_svd(call: Call) -> Result:
    """torch.svd: V itself, not its adjoint."""
    if not call.flag(2, "compute_uv", default=True):
        raise Unsure
    some = call.flag(1, "some", default=True)
    left = _left(not some)

    def right(c: Call) -> Shape:
        shape = _shape(c)
        return (*shape[:-2], shape[-1], _short(c) if some else shape[-1])

    return several(call.attempt(*left), call.attempt(_real, _singular), call.attempt(_dtype, right))


def _old_qr(call: Call) -> Result:
    some = call.flag(1, "some", default=True)
    left, right = _left(not some), _right(False)
    return several(call.attempt(*left), call.attempt(*right) if some else call.attempt(_dtype, _shape))


_SAME: Rule = (_dtype, _shape)

RULES: dict[str, Rule] = {
    **dict.fromkeys(("linalg.inv", "linalg.cholesky", "inverse", "cholesky", "cholesky_inverse"), _SAME),
    **dict.fromkeys(("linalg.pinv", "pinverse"), (_dtype, _flipped)),
    **dict.fromkeys(("linalg.det", "det", "logdet"), (_dtype, _batch)),
    **dict.fromkeys(("linalg.slogdet", "slogdet"), _slogdet),
    "svd": _old_svd,
    "qr": _old_qr,
    "linalg.cholesky_ex": _cholesky_ex,
    "linalg.inv_ex": _cholesky_ex,
    "linalg.lu": _lu,
    "linalg.lu_factor": _lu_factor,
    "linalg.lu_factor_ex": _lu_factor_ex,
    "linalg.householder_product": _SAME,
    "linalg.svd": _svd,
    "linalg.svdvals": (_real, _singular),
    "linalg.qr": _qr,
    "linalg.eigh": _eigh,
    "linalg.eigvalsh": (_real, _values),
    "linalg.eig": _eig,
    "linalg.eigvals": (_complex, _values),
    "linalg.matrix_rank": (always("int64"), _batch),
    "linalg.solve": (_first_dtype, _solved),
    "linalg.solve_triangular": (_first_dtype, _triangular),
    "linalg.norm": (_norm_dtype, _vector_norm),
    "linalg.vector_norm": (_norm_dtype, _vector_norm),
    "linalg.matrix_norm": (_norm_dtype, _matrix_norm),
}
