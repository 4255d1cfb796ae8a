# ruff: noqa: E501
"""Special functions, by formulas, series and polynomials that are exact to single precision."""

from __future__ import annotations

from ..handwritten import Ints, Positive
from ..ways_out import Ways

way = Ways()


way("special.ndtr", "torch.special.ndtr(x)", "0.5 * (1 + torch.erf(x / math.sqrt(2)))", x=(2, 3))
way(
    "special.log_ndtr",
    "torch.special.log_ndtr(x)",
    "torch.log(0.5 * (1 + torch.erf(x / math.sqrt(2))))",
    x=(2, 3),
)
way("special.erfcx", "torch.special.erfcx(x)", "torch.exp(x * x) * (1 - torch.erf(x))", x=(2, 3))
way("special.entr", "torch.special.entr(x)", "-x * torch.log(x)", x=Positive((2, 3)))
way("special.xlog1py", "torch.special.xlog1py(x, y)", "x * torch.log1p(y)", x=(2, 3), y=Positive((2, 3)))
way(
    "special.sinc sinc Tensor.sinc",
    "torch.sinc(x)",
    "y = math.pi * torch.where(x == 0, torch.ones_like(x), x); torch.where(x == 0, torch.ones_like(x), torch.sin(y) / y)",
    x=Ints((2, 3)),
)
way("special.spherical_bessel_j0", "torch.special.spherical_bessel_j0(x)", "torch.sin(x) / x", x=(2, 3))
STIRLING = "z = x + 7; (z - 0.5) * torch.log(z) - z + 0.5 * math.log(2 * math.pi) + 1 / (12 * z) - 1 / (360 * z**3) - torch.log(x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6))"
way("lgamma Tensor.lgamma special.gammaln", "torch.lgamma(x)", STIRLING, x=Positive((2, 3)))
way(
    "digamma Tensor.digamma special.digamma special.psi",
    "torch.digamma(x)",
    "z = x + 6; torch.log(z) - 1 / (2 * z) - 1 / (12 * z**2) + 1 / (120 * z**4) - sum(1 / (x + k) for k in range(6))",
    x=Positive((2, 3)),
)
way(
    "polygamma special.polygamma",
    "torch.polygamma(1, x)",
    "z = x + 6; 1 / z + 1 / (2 * z**2) + 1 / (6 * z**3) - 1 / (30 * z**5) + sum(1 / (x + k) ** 2 for k in range(6))",
    x=Positive((2, 3)),
)
way(
    "Tensor.polygamma",
    "x.polygamma(1)",
    "z = x + 6; 1 / z + 1 / (2 * z**2) + 1 / (6 * z**3) - 1 / (30 * z**5) + sum(1 / (x + k) ** 2 for k in range(6))",
    x=Positive((2, 3)),
)
# Winitzki's approximation, and Newton's steps from there.
WINITZKI = "t = torch.log(1 - x * x); u = 4.3308 + t / 2; y = x.sign() * torch.sqrt(torch.sqrt(u * u - t / 0.147) - u)"
NEWTON = "for _ in range(3): y = y - (torch.erf(y) - x) * torch.exp(y * y) * (math.sqrt(math.pi) / 2)"
way(
    "erfinv Tensor.erfinv special.erfinv",
    "torch.erfinv(x / 4)",
    f"x = x / 4; {WINITZKI}; {NEWTON}; y",
    said=f"{WINITZKI}; {NEWTON}; y",
    x=(2, 3),
)
way(
    "Tensor.erfinv_",
    "torch.erfinv(x / 4)",
    f"x = x / 4; {WINITZKI}; {NEWTON}; y",
    said=f"{WINITZKI}; {NEWTON}; x = y",
    x=(2, 3),
)
way(
    "special.ndtri",
    "torch.special.ndtri(x / 2)",
    f"x = x - 1; {WINITZKI}; {NEWTON}; y * math.sqrt(2)",
    said=f"x = 2 * x - 1; {WINITZKI}; {NEWTON}; y * math.sqrt(2)",
    x=Positive((2, 3)),
)
# The series of Bessel functions, for |x| below 6.
for name, sign, order in (
    ("bessel_j0", "-", 0),
    ("bessel_j1", "-", 1),
    ("modified_bessel_i0", "", 0),
    ("modified_bessel_i1", "", 1),
    ("i0", "", 0),
    ("i1", "", 1),
):
    factorials = "math.gamma(k + 1) * math.gamma(k + 2)" if order else "math.gamma(k + 1) ** 2"
    terms = f"sum(({sign}x * x / 4) ** k / ({factorials}) for k in range(16))"
    series = f"x / 2 * {terms}" if order else terms
    way(f"special.{name}", f"torch.special.{name}(x)", series, x=(2, 3))
    if name in ("i0", "i1"):
        way(f"special.{name}e", f"torch.special.{name}e(x)", f"torch.exp(-x.abs()) * {series}", x=(2, 3))
    if name == "i0":
        way("i0 Tensor.i0", "torch.i0(x)", series, x=(2, 3))
# Polynomials of a degree that is known are written out; here the third.
for name, polynomial in (
    ("chebyshev_polynomial_t", "4 * x**3 - 3 * x"),
    ("chebyshev_polynomial_u", "8 * x**3 - 4 * x"),
    ("chebyshev_polynomial_v", "8 * x**3 - 4 * x**2 - 4 * x + 1"),
    ("chebyshev_polynomial_w", "8 * x**3 + 4 * x**2 - 4 * x - 1"),
    ("hermite_polynomial_h", "8 * x**3 - 12 * x"),
    ("hermite_polynomial_he", "x**3 - 3 * x"),
    ("laguerre_polynomial_l", "(-x**3 + 9 * x**2 - 18 * x + 6) / 6"),
    ("legendre_polynomial_p", "(5 * x**3 - 3 * x) / 2"),
):
    way(
        f"special.{name}",
        f"torch.special.{name}(x, 3)",
        polynomial,
        said=f"the polynomial of your degree written out; of the third: {polynomial}",
        x=(2, 3),
    )
    if name.startswith("chebyshev"):
        shifted = f"y = 2 * x - 1; {polynomial.replace('x', 'y')}"
        way(
            f"special.shifted_{name}",
            f"torch.special.shifted_{name}(x, 3)",
            shifted,
            said=f"the polynomial of your degree written out; of the third: {shifted}",
            x=(2, 3),
        )
