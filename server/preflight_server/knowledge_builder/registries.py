"""What the installed coremltools registers: torch ops, MIL ops, NeuralNetworkBuilder methods."""

from __future__ import annotations

import inspect
from typing import Any


def torch_ops() -> list[str]:
    """The names in the torch frontend's registry, sorted."""
    from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY

    return sorted(_TORCH_OPS_REGISTRY.name_to_func_mapping)


def mil_registry() -> dict[str, Any]:
    """``{"opsets", "ops", "dialect_ops"}``; an op is its variants.

    A variant is ``[opset, [[parameter, types, optional, const], ...]]``, oldest first.
    """
    from coremltools.converters.mil.mil.ops.registry import SSAOpRegistry

    return {
        "opsets": [target.name for target in SSAOpRegistry.SUPPORTED_OPSET_VERSIONS],
        "ops": {name: _variants(by_opset) for name, by_opset in SSAOpRegistry.core_ops.items()},
        "dialect_ops": {name: [["iOS13", _parameters(op)]] for name, op in SSAOpRegistry.dialect_ops.items()},
    }


def _variants(by_opset: dict[Any, Any]) -> list[list[Any]]:
    variants: list[list[Any]] = []
    previous = None
    for target in sorted(by_opset, key=lambda target: target.value):
        op = by_opset[target]
        if op is not previous:
            variants.append([target.name, _parameters(op)])
        previous = op
    return variants


def _parameters(op: Any) -> list[list[Any]]:
    return [
        [name, _types(op, given), int(given.optional), int(given.const)]
        for name, given in op.input_spec.input_types.items()
    ]


def _types(op: Any, given: Any) -> list[str]:
    from coremltools.converters.mil.mil import types

    domain = getattr(given, "_type_domain", ())
    named = getattr(given, "_type_domain_id", None)
    if named is not None:
        domain = op.type_domains[named]
    return sorted({types.builtin_to_string(element) for element in domain})


def builder_methods() -> dict[str, Any]:
    """``{"methods": {name: [[parameter, default as text or None]]}}`` of NeuralNetworkBuilder."""
    from coremltools.models.neural_network import NeuralNetworkBuilder

    return {
        "methods": {
            name: [
                [parameter.name, None if parameter.default is parameter.empty else repr(parameter.default)]
                for parameter in list(inspect.signature(method).parameters.values())[1:]
            ]
            for name, method in inspect.getmembers(NeuralNetworkBuilder, inspect.isfunction)
            if not name.startswith("_")
        }
    }
