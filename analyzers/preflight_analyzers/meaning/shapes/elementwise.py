"""Elementwise functions and operators: broadcasting, promotion, and what integers become."""

from __future__ import annotations

from collections.abc import Callable

from preflight_analyzers.meaning.shapes.call import (
    Call,
    DtypeRule,
    Result,
    Rule,
    ShapeRule,
    Unsure,
    always,
    same_dtype,
    same_shape,
    several,
)
from preflight_analyzers.meaning.shapes.promotion import (
    complex_made,
    floating,
    operands_of,
    real_of,
    result_type,
)
from preflight_analyzers.meaning.shapes.sizes import axis_of, broadcast, operand_shape, replaced
from preflight_analyzers.meaning.values import Shape, Value

Places = tuple[tuple[int, str], ...]
_POLYNOMIAL: Places = ((0, "input"), (1, "n"))
_TWO: Places = ((0, "input"), (1, "other"))
_THREE: Places = ((0, "input"), (1, "tensor1"), (2, "tensor2"))


def broadcasting(places: Places = _TWO) -> ShapeRule:
    def rule(call: Call) -> Shape:
        return broadcast(operand_shape(value) for value in operands_of(call, places))

    return rule


def promoting(places: Places = _TWO, change: Callable[[str], str] = str) -> DtypeRule:
    def rule(call: Call) -> str:
        return change(result_type(operands_of(call, places)))

    return rule


def floating_dtype(call: Call) -> str:
    return floating(call.dtype())


def _real(call: Call) -> str:
    return real_of(call.dtype())


def _real_floating(call: Call) -> str:
    return real_of(floating(call.dtype()))


def _divided(call: Call) -> str:
    dtype = result_type(operands_of(call, _TWO))
    mode = call.get(2, "rounding_mode")
    if mode is None:
        return floating(dtype)
    call.text(2, "rounding_mode", default="")
    return dtype


def _power_places(call: Call) -> Places:
    return (
        ((0, "self"), (1, "exponent"))
        if "self" in call.arguments.keywords
        else ((0, "input"), (1, "exponent"))
    )


def _power_shape(call: Call) -> Shape:
    return broadcasting(_power_places(call))(call)


def _power_dtype(call: Call) -> str | None:
    return promoting(_power_places(call))(call)


def _float_power(call: Call) -> str:
    dtype = result_type(operands_of(call, _power_places(call)))
    return "complex128" if dtype.startswith("complex") else "float64"


def _where_dtype(call: Call) -> str:
    return result_type(operands_of(call, ((1, "input"), (2, "other"))))


def _where_shape(call: Call) -> Shape:
    return broadcasting(((0, "condition"), (1, "input"), (2, "other")))(call)


#: ``where`` with both alternatives; ``selection.py`` has the one without.
CHOSEN: tuple[DtypeRule, ShapeRule] = (_where_dtype, _where_shape)


def _softmax_dtype(call: Call) -> str:
    # F.softmax(input, dim, _stacklevel, dtype); torch.softmax(input, dim, dtype)
    for position in (2, 3):
        try:
            named = call.named_dtype(position, "dtype")
        except Unsure:
            if position == 3 or "dtype" in call.arguments.keywords:
                raise
            continue
        if named is not None:
            return named
    return call.dtype()


def _clamp_operands(call: Call) -> list[Value]:
    bounds = (call.get(1, "min"), call.get(2, "max"))
    return [call.tensor(0, "input"), *(bound for bound in bounds if bound is not None)]


def _clamp_dtype(call: Call) -> str:
    return result_type(_clamp_operands(call))


def _clamp_shape(call: Call) -> Shape:
    return broadcast(operand_shape(value) for value in _clamp_operands(call))


def _polar(call: Call) -> str:
    return complex_made(call, 0, "abs")


def _complex(call: Call) -> str:
    return complex_made(call, 0, "real")


def _frexp(call: Call) -> Result:
    return several(call.attempt(same_dtype, same_shape), call.attempt(always("int32"), same_shape))


def _glu(call: Call) -> Shape:
    shape = call.shape()
    axis = axis_of(call.integer(1, "dim", default=-1), len(shape))
    size = shape[axis]
    return replaced(shape, axis, None if size is None else size // 2)


def _named(names: str, rule: Rule) -> dict[str, Rule]:
    return dict.fromkeys(names.split(), rule)


_SAME: Rule = (same_dtype, same_shape)
_TO_FLOAT: Rule = (floating_dtype, same_shape)
_TO_BOOL: Rule = (always("bool"), same_shape)
_BINARY: Rule = (promoting(), broadcasting())
_BINARY_FLOAT: Rule = (promoting(change=floating), broadcasting())
_COMPARISON: Rule = (always("bool"), broadcasting())

RULES: dict[str, Rule] = {
    **_named(
        """
        neg negative positive sign sgn ceil floor trunc fix round frac clone contiguous detach selu
        conj conj_physical resolve_conj resolve_neg bitwise_not relu relu6 hardtanh hardswish hardsigmoid elu
        celu leaky_relu rrelu gelu silu mish softplus softshrink hardshrink threshold
        logsigmoid dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout feature_dropout
        nan_to_num fill index_fill cpu cuda pin_memory renorm alias_copy prelu bernoulli triu tril
        """,
        _SAME,
    ),
    **_named(
        """
        exp exp2 expm1 log log2 log10 log1p sqrt rsqrt sin cos tan sinh cosh tanh asin acos atan asinh acosh
        atanh arcsin arccos arctan arcsinh arccosh arctanh sigmoid expit erf erfc erfinv erfcx reciprocal
        logit digamma psi lgamma gammaln sinc i0 i0e i1 i1e rad2deg deg2rad ndtr ndtri log_ndtr entr
        multigammaln mvlgamma tanhshrink softsign bessel_j0 bessel_j1 bessel_y0 bessel_y1 airy_ai
        modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1
        scaled_modified_bessel_k0 scaled_modified_bessel_k1 spherical_bessel_j0
        """,
        _TO_FLOAT,
    ),
    **_named("isnan isinf isfinite isneginf isposinf isreal signbit logical_not", _TO_BOOL),
    **_named(
        """
        add sub subtract rsub mul multiply maximum minimum fmax fmin fmod remainder floor_divide gcd lcm
        bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift hypot nextafter
        logaddexp logaddexp2 igamma igammac gammainc gammaincc
        """,
        _BINARY,
    ),
    **_named("atan2 arctan2 true_divide copysign xlogy xlog1py zeta", _BINARY_FLOAT),
    **_named(
        """
        eq ne lt le gt ge greater greater_equal less less_equal not_equal logical_and logical_or
        logical_xor isclose
        """,
        _COMPARISON,
    ),
    "square": (lambda call: "int64" if call.dtype() == "bool" else call.dtype(), same_shape),
    "masked_fill": (same_dtype, broadcasting(((0, "input"), (1, "mask")))),
    "masked_scatter": (same_dtype, broadcasting(((0, "input"), (1, "mask")))),
    "polygamma": (lambda call: floating(call.dtype(1)), lambda call: call.shape(1)),
    "Tensor.polygamma": _TO_FLOAT,
    "abs": (_real, same_shape),
    "absolute": (_real, same_shape),
    "angle": (_real_floating, same_shape),
    "div": (_divided, broadcasting()),
    "divide": (_divided, broadcasting()),
    "pow": (_power_dtype, _power_shape),
    "float_power": (_float_power, _power_shape),
    "Tensor.where": (
        promoting(((0, "input"), (2, "other"))),
        broadcasting(((0, "input"), (1, "condition"), (2, "other"))),
    ),
    "clamp": (_clamp_dtype, _clamp_shape),
    "clip": (_clamp_dtype, _clamp_shape),
    "clamp_min": (promoting(((0, "input"), (1, "min"))), broadcasting(((0, "input"), (1, "min")))),
    "clamp_max": (promoting(((0, "input"), (1, "max"))), broadcasting(((0, "input"), (1, "max")))),
    "addcmul": (promoting(_THREE), broadcasting(_THREE)),
    "addcdiv": (promoting(_THREE), broadcasting(_THREE)),
    "lerp": (same_dtype, broadcasting(((0, "input"), (1, "end"), (2, "weight")))),
    "heaviside": (promoting(((0, "input"), (1, "values"))), broadcasting(((0, "input"), (1, "values")))),
    "ldexp": (promoting(change=floating), broadcasting()),
    **_named(
        """
        chebyshev_polynomial_t chebyshev_polynomial_u chebyshev_polynomial_v chebyshev_polynomial_w
        hermite_polynomial_h hermite_polynomial_he laguerre_polynomial_l legendre_polynomial_p
        """,
        (promoting(_POLYNOMIAL, floating), broadcasting(_POLYNOMIAL)),
    ),
    "frexp": _frexp,
    "polar": (_polar, broadcasting(((0, "abs"), (1, "angle")))),
    "complex": (_complex, broadcasting(((0, "real"), (1, "imag")))),
    "softmax": (_softmax_dtype, same_shape),
    "log_softmax": (_softmax_dtype, same_shape),
    "softmin": (_softmax_dtype, same_shape),
    "gumbel_softmax": (same_dtype, lambda call: call.shape(0, "logits")),
    "glu": (same_dtype, _glu),
}
