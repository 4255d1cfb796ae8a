"""The notation of einsum: the converter maps each character to an axis."""

from __future__ import annotations

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import UNKNOWN, Known, Sequence, Tensor, Value
from preflight_analyzers.rules.refused.case import Case

_APIS = ("torch.einsum", "torch.functional.einsum")


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


def _is_refused_for_dots(event: ApiCall) -> bool:
    """The dots count as three axes, and these aren't there."""
    return any(rank not in (None, length) for length, rank in _dotted(event))


def _has_dots(event: ApiCall) -> bool:
    return bool(_dotted(event))


def _dotted(event: ApiCall) -> list[tuple[int, int | None]]:
    """Of the operands with dots: how many characters stand for it, and its rank."""
    equation = _equation(event)
    if equation is None or "->" not in equation:
        return []
    terms = equation.split("->")[0].split(",")
    operands: list[Value] = _operands(event) or [UNKNOWN] * len(terms)
    ranks = [value.rank if isinstance(value, Tensor) else None for value in operands]
    return [(len(term), rank) for term, rank in zip(terms, ranks, strict=False) if "..." in term]


def _sums_everything(event: ApiCall) -> bool:
    equation = _equation(event)
    return equation is not None and equation.endswith("->") and "," not in equation and len(equation) > 2


CASES = (
    Case(
        name="einsum with ...",
        apis=_APIS,
        applies=_is_refused_for_dots,
        use="with ... in an operand",
        why="each dot is taken for an axis",
        way_out="name the axes, or use matmul, which broadcasts",
        bad='x = x.view(-1, 4, 8)\nreturn torch.einsum("...ij,...jk->...ik", x, x.transpose(1, 2))',
        good='x = x.view(-1, 4, 8)\nreturn torch.einsum("bij,bjk->bik", x, x.transpose(1, 2))',
    ),
    Case(
        name="einsum with ... for some axes",
        apis=_APIS,
        applies=_has_dots,
        use="with ... in an operand",
        why="each dot is taken for an axis, and where there are three by chance, for the same one",
        way_out="name the axes, or use matmul, which broadcasts",
        bad='return torch.einsum("...i,...i->...i", x, x)',
        good='return torch.einsum("abci,abci->abci", x, x)',
        inputs="torch.rand(4, 4, 4, 8)",
        consequence=Consequence.WRONG_RESULT,
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
