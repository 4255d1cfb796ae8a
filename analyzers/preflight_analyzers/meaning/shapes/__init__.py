"""The dtype and shape of what a call of torch gives back, as far as its arguments tell.

``result_of`` is the door. Each family of calls has a file with a table from names to rules; a rule says
nothing (raises ``Unsure``) where an argument that matters isn't known.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from preflight_analyzers.meaning.shapes.call import Call, Result, Rule, both
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Sequence,
    Tensor,
    Value,
    source_of,
    strongest,
)
from preflight_analyzers.meaning.whole_numbers import kept_as_floats

if TYPE_CHECKING:
    from preflight_analyzers.meaning.frame import Frame

#: Operators by what they are called as functions; ``__iadd__`` and ``__radd__`` are found from these.
_OPERATORS = {
    **{name: name for name in "abs add sub mul div pow matmul neg eq ne lt le gt ge".split()},
    "truediv": "div",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "invert": "bitwise_not",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
    "pos": "positive",
    "getitem": "Tensor.getitem",
}
#: In-place methods that change the shape of their tensor.
RESHAPING = frozenset(
    "resize_ resize_as_ set_ squeeze_ unsqueeze_ t_ transpose_ swapaxes_ swapdims_ as_strided_".split()
)


@cache
def _functions() -> dict[str, Rule]:
    from preflight_analyzers.meaning.shapes import (
        attention,
        casts,
        convolution,
        creation,
        elementwise,
        embedding,
        indexing,
        joining,
        linalg,
        losses,
        normalisation,
        pooling,
        products,
        rearranging,
        reductions,
        sampling,
        selection,
        spectral,
    )

    rules: dict[str, Rule] = {}
    for family in (
        attention,
        casts,
        convolution,
        creation,
        elementwise,
        embedding,
        indexing,
        joining,
        linalg,
        losses,
        normalisation,
        pooling,
        products,
        rearranging,
        reductions,
        sampling,
        selection,
        spectral,
    ):
        rules.update(family.RULES)
    return rules


@cache
def _modules() -> dict[str, Rule]:
    from preflight_analyzers.meaning.shapes import modules

    return modules.RULES


def result_of(api: str, arguments: Arguments, made_with: Arguments | None = None) -> Result | None:
    """What ``api`` gives: a Tensor or a Sequence of them; None where nothing is known.

    ``api`` is a qualified name ("torch.add", "torch.Tensor.add", "torch.Tensor.__add__", "torch.nn.Conv2d").
    A method's receiver comes first in ``arguments``. ``made_with`` is what a module of ``torch.nn`` was
    constructed with.
    """
    namespace, _, last = api.rpartition(".")
    made = Call(made_with) if made_with is not None else None
    call = Call(arguments, made)
    if namespace == "torch.nn":
        return call.apply(_modules().get(last))
    if namespace == "torch.Tensor":
        return _of_method(_functions(), last, call)
    if namespace in ("torch.linalg", "torch.fft"):
        result = call.apply(_functions().get(api[6:]))
    elif namespace in ("torch", "torch.nn.functional", "torch.special"):
        rule = _functions().get(last)
        result = call.receiver() if rule is None and last.endswith("_") else call.apply(rule)
    else:
        return None
    if result is not None and call.passed("out"):
        return _without_dtype(result)
    return result


def _of_method(functions: dict[str, Rule], name: str, call: Call) -> Result | None:
    if name.startswith("__"):
        return _of_operator(functions, name.strip("_"), call)
    rule = functions.get(f"Tensor.{name}")
    if rule is None and name.endswith("_"):
        if name in RESHAPING:
            return call.apply(functions.get(name[:-1]))
        return call.receiver()
    return call.apply(rule if rule is not None else functions.get(name))


def _of_operator(functions: dict[str, Rule], name: str, call: Call) -> Result | None:
    if name in _OPERATORS:
        return call.apply(functions[_OPERATORS[name]])
    function = _OPERATORS.get(name[1:])
    if function is None:
        return None
    if name[0] == "i":
        return call.receiver()
    if name[0] == "r" and len(call.arguments.positional) == 2:
        return Call(Arguments(call.arguments.positional[::-1])).apply(functions[function])
    return None


def _without_dtype(result: Result) -> Result:
    """As after ``out=``, which keeps its own dtype."""
    return both(lambda tensor: Tensor(tensor.source, None, tensor.shape), result)


def with_shape(
    frame: Frame, value: Value, api: str, arguments: Arguments, made_with: Arguments | None = None
) -> Value:
    """``value``, which is what ``api`` gives, with the dtypes and shapes that its arguments tell."""
    known = result_of(api, arguments, made_with)
    if known is None or not (value is UNKNOWN or isinstance(value, (Tensor, Sequence))):
        return value
    source = strongest(arguments.values()) if value is UNKNOWN else source_of(value)
    if frame.scope.unit.changes_dtypes:
        known = _without_dtype(known)

    def seen(tensor: Tensor) -> Tensor:
        floats = kept_as_floats(api, arguments, tensor.dtype)
        return Tensor(source, tensor.dtype, tensor.shape, floats=floats)

    return both(seen, known)


__all__ = ["RESHAPING", "result_of", "with_shape"]
