"""``torch.autograd.Function``: operators of one's own."""

from __future__ import annotations

from preflight_analyzers.meaning import attributes, calls, ir
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.known_calls import Run
from preflight_analyzers.meaning.uses import results_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Class,
    External,
    Function,
    Partial,
    StaticMethod,
    Tensor,
    Value,
    is_tensor,
    strongest,
)

APPLY = "torch.autograd.Function.apply"
_BASES = ("torch.autograd.Function", "torch.autograd.function.Function")


def apply_of(cls: Class) -> Value | None:
    """``Swish.apply``; None for a class that is no ``Function``."""
    bases = (base.name for base in attributes.ancestry(cls) if isinstance(base, External))
    return Partial(External(APPLY), Arguments([cls])) if any(base in _BASES for base in bases) else None


def _apply(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """Run ``forward``, of which nothing is converted by itself."""
    cls, *rest = arguments.positional
    given = Arguments(rest, arguments.keywords, arguments.complete)
    uses = calls.tell(frame, node, APPLY, given) if frame.phase == FORWARD else None
    events, gaps = len(frame.machine.events), len(frame.machine.gaps)
    result = _forward(frame, node, cls, given)
    del frame.machine.events[events:], frame.machine.gaps[gaps:]
    if result is UNKNOWN and any(is_tensor(value) for value in rest):
        result = Tensor(strongest(rest))
    return result if uses is None else results_of(uses, result)


def _forward(frame: Frame, node: ir.Expr, cls: Value, given: Arguments) -> Value:
    found = attributes.member_of(cls, "forward")
    forward = found[1].function if found is not None and isinstance(found[1], StaticMethod) else None
    if not isinstance(forward, Function):
        return UNKNOWN
    context = [] if attributes.member_of(cls, "setup_context") else [UNKNOWN]
    with_context = Arguments([*context, *given.positional], given.keywords, given.complete)
    return calls.call(frame, node, forward, with_context)


FUNCTIONS: dict[str, Run] = {APPLY: _apply}
