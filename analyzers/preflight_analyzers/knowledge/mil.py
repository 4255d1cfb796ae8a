"""MIL ops and their parameters, per opset."""

from __future__ import annotations

from typing import Any, NamedTuple


class MilParameter(NamedTuple):
    name: str
    #: Element types it takes, such as ("fp16", "fp32"); empty where it takes something else than a tensor.
    types: tuple[str, ...]
    optional: bool
    #: Whether it must be known at conversion time.
    const: bool


class MilVariant(NamedTuple):
    """The op as one opset defines it, valid until the next variant."""

    opset: str
    parameters: tuple[MilParameter, ...]


class MilOp(NamedTuple):
    name: str
    #: Oldest first.
    variants: tuple[MilVariant, ...]
    #: An op of a frontend's own, that passes replace before a model is saved; `mb` has it under a namespace.
    dialect: bool = False

    def in_opset(self, opset: str) -> MilVariant | None:
        """The variant that holds in ``"iOS16"``; None where the op does not exist yet."""
        wanted = _opset_number(opset)
        fitting = [variant for variant in self.variants if _opset_number(variant.opset) <= wanted]
        return fitting[-1] if fitting else None


def mil_ops(data: dict[str, Any]) -> dict[str, MilOp]:
    """The parsed ``coremltools-X.Y.mil.json`` as ops by name."""
    found = {}
    for section, dialect in (("ops", False), ("dialect_ops", True)):
        for name, variants in data[section].items():
            found[name] = MilOp(name, tuple(_variant(variant) for variant in variants), dialect)
    return found


def _variant(row: list[Any]) -> MilVariant:
    opset, parameters = row
    return MilVariant(
        opset,
        tuple(
            MilParameter(name, tuple(types), bool(optional), bool(const))
            for name, types, optional, const in parameters
        ),
    )


def _opset_number(opset: str) -> int:
    return int(opset.removeprefix("iOS"))
