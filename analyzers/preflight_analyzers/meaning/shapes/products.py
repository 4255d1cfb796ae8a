"""Products of vectors and matrices, einsum, linear layers."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import (
    Call,
    DtypeRule,
    Rule,
    Unsure,
    items_of,
    same_dtype,
    same_shape,
    scalar,
)
from preflight_analyzers.meaning.shapes.promotion import is_inexact, result_type
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, product, replaced
from preflight_analyzers.meaning.values import Known, Shape, Tensor, Value


def either_dtype(*places: tuple[int, str]) -> DtypeRule:
    """The dtype that all these must share: that of the first that is known."""

    def rule(call: Call) -> str:
        for position, name in places:
            value = call.get(position, name)
            if isinstance(value, Tensor) and value.dtype is not None:
                return value.dtype
        raise Unsure

    return rule


def multiplied(a: Shape, b: Shape) -> Shape:
    """matmul."""
    if not a or not b:
        raise Unsure
    if len(a) == 1 and len(b) == 1:
        return ()
    if len(a) == 1:
        return (*b[:-2], b[-1])
    if len(b) == 1:
        return a[:-1]
    return (*broadcast([a[:-2], b[:-2]]), a[-2], b[-1])


def _matmul(call: Call) -> Shape:
    return multiplied(call.shape(0, "input"), call.shape(1, "other", "mat2", "vec", "vec2", "tensor"))


def _of_rank(position: int, name: str, call: Call, rank: int) -> Shape:
    """The shape of an argument that must have this rank."""
    value = call.get(position, name)
    shape = value.shape if isinstance(value, Tensor) else None
    return shape if shape is not None and len(shape) == rank else (None,) * rank


def _mm(call: Call) -> Shape:
    return (_of_rank(0, "input", call, 2)[0], _of_rank(1, "mat2", call, 2)[1])


def _bmm(call: Call) -> Shape:
    a, b = _of_rank(0, "input", call, 3), _of_rank(1, "mat2", call, 3)
    return (a[0] if a[0] is not None else b[0], a[1], b[2])


def _mv(call: Call) -> Shape:
    return (_of_rank(0, "input", call, 2)[0],)


def _outer(call: Call) -> Shape:
    return (_of_rank(0, "input", call, 1)[0], _of_rank(1, "vec2", call, 1)[0])


def _inner(call: Call) -> Shape:
    a, b = call.shape(0, "input"), call.shape(1, "other")
    if not a or not b:
        return a or b
    return a[:-1] + b[:-1]


def _linear(call: Call) -> Shape:
    shape, weight = call.shape(), call.get(1, "weight")
    out = weight.shape if isinstance(weight, Tensor) else None
    if out is None:
        # The weight may be a vector, and then the last axis goes.
        raise Unsure
    return (*shape[:-1], *out[:-1])


def linear_rank(shape: Shape, features: int | None) -> Shape:
    return (*shape[:-1], features)


def _addmm(call: Call) -> Shape:
    return (_of_rank(1, "mat1", call, 2)[0], _of_rank(2, "mat2", call, 2)[1])


def _baddbmm(call: Call) -> Shape:
    a, b = _of_rank(1, "batch1", call, 3), _of_rank(2, "batch2", call, 3)
    return (a[0] if a[0] is not None else b[0], a[1], b[2])


def _addbmm(call: Call) -> Shape:
    return (_of_rank(1, "batch1", call, 3)[1], _of_rank(2, "batch2", call, 3)[2])


def _addmv(call: Call) -> Shape:
    return (_of_rank(1, "mat", call, 2)[0],)


def _addr(call: Call) -> Shape:
    return (_of_rank(1, "vec1", call, 1)[0], _of_rank(2, "vec2", call, 1)[0])


def _einsum_operands(call: Call) -> tuple[str, list[Value]]:
    equation, *operands = call.arguments.positional
    if not isinstance(equation, Known) or not isinstance(equation.value, str) or not call.arguments.complete:
        raise Unsure
    if len(operands) == 1:
        listed = items_of(operands[0])
        operands = listed if listed is not None else operands
    return equation.value.replace(" ", ""), operands


def _einsum_dtype(call: Call) -> str:
    for operand in _einsum_operands(call)[1]:
        if isinstance(operand, Tensor) and operand.dtype is not None:
            if not is_inexact(operand.dtype):
                break  # int64 where one operand alone is summed
            return operand.dtype
    raise Unsure


def _einsum(call: Call) -> Shape:
    equation, operands = _einsum_operands(call)
    inputs, arrow, output = equation.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(operands):
        raise Unsure
    sizes: dict[str, int | None] = {}
    rests: list[Shape] = []
    for term, operand in zip(terms, operands, strict=True):
        _read_term(term, operand, sizes, rests)
    if not arrow:
        letters = inputs.replace(",", "").replace(".", "")
        output = "".join(sorted(letter for letter in set(letters) if letters.count(letter) == 1))
        output = ("..." if "..." in inputs else "") + output
    before, dots, after = output.partition("...")
    shape: list[int | None] = [sizes.get(letter) for letter in before]
    if dots:
        if None in [_rank(o) for o, t in zip(operands, terms, strict=True) if "..." in t]:
            raise Unsure
        shape.extend(broadcast(rests))
    return (*shape, *(sizes.get(letter) for letter in after))


def _rank(value: Value) -> int | None:
    return value.rank if isinstance(value, Tensor) else None


def _read_term(term: str, operand: Value, sizes: dict[str, int | None], rests: list[Shape]) -> None:
    """Note the size of each letter; what stands for ``...`` goes to ``rests``."""
    shape = operand.shape if isinstance(operand, Tensor) else None
    if shape is None:
        return
    before, dots, after = term.partition("...")
    rest = len(shape) - len(before) - len(after)
    if rest < 0 or (rest and not dots):
        raise Unsure
    if dots:
        rests.append(shape[len(before) : len(before) + rest])
    named = [*zip(before, shape, strict=False), *zip(after, shape[len(shape) - len(after) :], strict=True)]
    for letter, size in named:
        # A size of 1 goes with any other.
        if sizes.get(letter) in (None, 1) and size is not None:
            sizes[letter] = size if size != 1 or letter not in sizes else sizes[letter]


def _tensordot(call: Call) -> Shape:
    a, b = call.shape(0, "a"), call.shape(1, "b")
    dims = call.sure(2, "dims")
    if dims is None:
        count = 2
        return a[: len(a) - count] + b[count:]
    listed = items_of(dims)
    if listed is None:
        count = call.integer(2, "dims")
        return a[: len(a) - count] + b[count:]
    if len(listed) != 2:
        raise Unsure
    gone: list[list[int]] = []
    for value, shape in zip(listed, (a, b), strict=True):
        one = items_of(value) or [value]
        axes = [v.value for v in one if isinstance(v, Known) and isinstance(v.value, int)]
        if len(axes) != len(one):
            raise Unsure
        gone.append([axis_of(axis, len(shape)) for axis in axes])
    return tuple(s for i, s in enumerate(a) if i not in gone[0]) + tuple(
        s for i, s in enumerate(b) if i not in gone[1]
    )


def _kron(call: Call) -> Shape:
    a, b = call.shape(0, "input"), call.shape(1, "other")
    rank = max(len(a), len(b))
    padded = [(1,) * (rank - len(s)) + s for s in (a, b)]
    return tuple(product(pair) for pair in zip(*padded, strict=True))


def _cdist(call: Call) -> Shape:
    a, b = call.shape(0, "x1"), call.shape(1, "x2")
    return (*broadcast([a[:-2], b[:-2]]), a[-2], b[-2])


def _bilinear(call: Call) -> Shape:
    shape, weight = call.shape(0, "input1"), _of_rank(2, "weight", call, 3)
    return (*shape[:-1], weight[0])


def _cross(call: Call) -> Shape:
    return broadcast([call.shape(0, "input"), call.shape(1, "other")])


def _cross_dtype(call: Call) -> str:
    return result_type([call.tensor(0, "input"), call.tensor(1, "other")])


def _chain(call: Call) -> list[Tensor]:
    return call.tensors(0, "tensors")


def _multi_dot(call: Call) -> Shape:
    shape: Shape | None = None
    for tensor in _chain(call):
        if tensor.shape is None:
            raise Unsure
        shape = tensor.shape if shape is None else multiplied(shape, tensor.shape)
    if shape is None:
        raise Unsure
    return shape


def _multi_dot_dtype(call: Call) -> str:
    return result_type(list(_chain(call)))


def _vecdot(call: Call) -> Shape:
    shape = broadcast([call.shape(0, "x"), call.shape(1, "y")])
    return replaced(shape, axis_of(call.integer(2, "dim", default=-1), len(shape)))


def matrix_power_dtype(call: Call) -> str:
    return call.dtype()


_FIRST = (0, "input")
_MATMUL: Rule = (either_dtype(_FIRST, (1, "other")), _matmul)
_DOT: Rule = (either_dtype(_FIRST, (1, "tensor")), scalar)

RULES: dict[str, Rule] = {
    "matmul": _MATMUL,
    "linalg.matmul": _MATMUL,
    "mm": (either_dtype(_FIRST, (1, "mat2")), _mm),
    "bmm": (either_dtype(_FIRST, (1, "mat2")), _bmm),
    "mv": (either_dtype(_FIRST, (1, "vec")), _mv),
    "dot": _DOT,
    "vdot": _DOT,
    "inner": (either_dtype(_FIRST, (1, "other")), _inner),
    "outer": (lambda call: result_type([call.tensor(0, "input"), call.tensor(1, "vec2")]), _outer),
    "ger": (lambda call: result_type([call.tensor(0, "input"), call.tensor(1, "vec2")]), _outer),
    "linear": (either_dtype(_FIRST, (1, "weight")), _linear),
    "bilinear": (either_dtype((0, "input1"), (1, "input2")), _bilinear),
    "addmm": (either_dtype((1, "mat1"), (2, "mat2")), _addmm),
    "baddbmm": (either_dtype((1, "batch1"), (2, "batch2")), _baddbmm),
    "addbmm": (either_dtype((1, "batch1"), (2, "batch2")), _addbmm),
    "Tensor.addbmm_": (either_dtype((1, "batch1"), (2, "batch2")), _addbmm),
    "addmv": (either_dtype((1, "mat"), (2, "vec")), _addmv),
    "addr": (
        lambda call: result_type([call.tensor(i, n) for i, n in ((0, "input"), (1, "vec1"), (2, "vec2"))]),
        _addr,
    ),
    "einsum": (_einsum_dtype, _einsum),
    "tensordot": (either_dtype((0, "a"), (1, "b")), _tensordot),
    "kron": (lambda call: result_type([call.tensor(0, "input"), call.tensor(1, "other")]), _kron),
    "cdist": (either_dtype((0, "x1"), (1, "x2")), _cdist),
    "cross": (_cross_dtype, _cross),
    "linalg.cross": (_cross_dtype, _cross),
    "linalg.multi_dot": (_multi_dot_dtype, _multi_dot),
    "chain_matmul": (_multi_dot_dtype, _multi_dot),
    "linalg.vecdot": (either_dtype((0, "x"), (1, "y")), _vecdot),
    "matrix_power": (same_dtype, same_shape),
    "linalg.matrix_power": (same_dtype, same_shape),
    "matrix_exp": (same_dtype, same_shape),
    "linalg.matrix_exp": (same_dtype, same_shape),
}
