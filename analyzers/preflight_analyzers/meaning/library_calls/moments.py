"""``random``, ``numpy.random``, ``time`` and ``datetime``: numbers of the moment, which nothing follows."""

from __future__ import annotations

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.known_calls import Run, first
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Array,
    External,
    Instance,
    Known,
    Partial,
    Plain,
    Sequence,
    Source,
    Value,
    kind_of,
)


def _source(frame: Frame) -> Source:
    """What is drawn before the model runs is the same at each of its calls."""
    return Source.VARYING if frame.phase == FORWARD else Source.UNSURE


def _number(kind: str) -> Run:
    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        return Plain(kind, _source(frame))

    return run


def _choice(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """One of some numbers; of other things it isn't known which."""
    over = first(arguments)
    drawn = over.element if isinstance(over, Sequence) else UNKNOWN
    if isinstance(drawn, Known | Plain) and kind_of(drawn) in ("int", "float"):
        return Plain(kind_of(drawn), _source(frame))
    return UNKNOWN


def _sample(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Sequence("list", None, _choice(frame, node, arguments), frame.branch)


def _permutation(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return Array(_source(frame), has_axes=True)


def _now(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    now = Instance(External("datetime.datetime"), arguments)
    now.attributes = {name: Plain("int", _source(frame)) for name in _PARTS}
    now.attributes["timestamp"] = Partial(External("time.time"), Arguments())
    return now


def _drawn(kind: str, size_at: int, keyword: str | None = "size") -> Run:
    """A number, or an array where a size is asked for; ``size_at`` is where it is passed."""

    def run(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
        if keyword is None:
            size: Value | None = first(arguments) if arguments.positional else None
        else:
            size = arguments.get(size_at, keyword)
        if size is None or (isinstance(size, Known) and size.value is None):
            return Plain(kind, _source(frame))
        return Array(_source(frame), has_axes=True)

    return run


_FLOATS = """
    random uniform triangular gauss normalvariate lognormvariate expovariate gammavariate betavariate
    paretovariate weibullvariate vonmisesvariate
    """.split()
_PARTS = "year month day hour minute second microsecond".split()
_SECONDS = "time perf_counter monotonic process_time thread_time".split()

FUNCTIONS: dict[str, Run] = {
    **{f"random.{name}": _number("float") for name in _FLOATS},
    **{f"random.{name}": _number("int") for name in ("randint", "randrange", "getrandbits")},
    "random.choice": _choice,
    "random.sample": _sample,
    **{f"time.{name}": _number("float") for name in _SECONDS},
    **{f"time.{name}_ns": _number("int") for name in _SECONDS},
    **{f"datetime.datetime.{name}": _now for name in ("now", "utcnow", "today")},
    "numpy.random.rand": _drawn("float", 0, None),
    "numpy.random.randn": _drawn("float", 0, None),
    **{
        f"numpy.random.{name}": _drawn("float", 0)
        for name in ("random", "random_sample", "ranf", "sample", "standard_normal")
    },
    **{f"numpy.random.{name}": _drawn("float", 1) for name in ("exponential", "rayleigh")},
    **{
        f"numpy.random.{name}": _drawn("float", 2)
        for name in ("uniform", "normal", "beta", "gamma", "laplace", "gumbel", "logistic", "lognormal")
    },
    "numpy.random.permutation": _permutation,
    "numpy.random.binomial": _drawn("int", 2),
    "numpy.random.poisson": _drawn("int", 1),
    "numpy.random.randint": _drawn("int", 2),
}
