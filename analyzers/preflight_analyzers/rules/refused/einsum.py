"""The notation of einsum: the converter maps each character to an axis."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, Sequence, Tensor, Value
from preflight_analyzers.rules.refused.case import Case

_APIS = ("torch.einsum", "torch.functional.einsum")
_DOTS = "..."


def _equation(event: ApiCall) -> str | None:
    given = event.arguments.get(0, "equation")
    text = given.value if isinstance(given, Known) else None
    return text.replace(" ", "") if isinstance(text, str) else None


def _operands(event: ApiCall) -> list[Value] | None:
    given = list(event.arguments.positional[1:])
    if len(given) == 1 and isinstance(given[0], Sequence):
        return given[0].items
    return given


def _says_no_result(event: ApiCall) -> bool:
    equation = _equation(event)
    return equation is not None and "->" not in equation


def _has_dots(event: ApiCall) -> bool:
    """Dots in an operand; where they stand for three axes in each, the ranks fit by chance."""
    equation = _equation(event)
    if equation is None or "->" not in equation:
        return False
    terms = equation.split("->")[0].split(",")
    operands: list[Value | None] = [*(_operands(event) or [None] * len(terms))]
    dotted = [value for term, value in zip(terms, operands, strict=False) if _DOTS in term]
    lengths = [len(term) for term in terms if _DOTS in term]
    return bool(dotted) and not _fit(dotted, lengths)


def _fit(operands: Iterable[Value | None], lengths: list[int]) -> bool:
    ranks = [value.rank if isinstance(value, Tensor) else None for value in operands]
    return ranks == lengths


def _sums_everything(event: ApiCall) -> bool:
    equation = _equation(event)
    return equation is not None and equation.endswith("->") and "," not in equation and len(equation) > 2


CASES = (
    Case(
        name="einsum with ...",
        apis=_APIS,
        applies=_has_dots,
        use="with ... in an operand",
        why="each dot is taken for an axis",
        way_out="name the axes, or use matmul, which broadcasts",
        bad='return torch.einsum("...ij,...jk->...ik", x, x.transpose(1, 2))',
        good='return torch.einsum("bij,bjk->bik", x, x.transpose(1, 2))',
    ),
    Case(
        name="einsum without ->",
        apis=_APIS,
        applies=_says_no_result,
        use="without ->",
        why="the converter wants the result's axes said",
        way_out="write the result's axes after ->",
        bad='return torch.einsum("bij,bjk", x, x.transpose(1, 2))',
        good='return torch.einsum("bij,bjk->bik", x, x.transpose(1, 2))',
    ),
    Case(
        name="einsum of one operand to a number",
        apis=_APIS,
        applies=_sums_everything,
        use="that sums one operand to a number",
        why="the converter is left with no axes to order",
        way_out="use sum()",
        bad='return torch.einsum("bij->", x)',
        good="return x.sum()",
    ),
)
