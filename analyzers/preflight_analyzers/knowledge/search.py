"""Finds by name what can be converted, as the JSON of ``ops`` and of the language server says it."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from typing import Any

from preflight_analyzers.knowledge.composites import composites
from preflight_analyzers.knowledge.describe import condition_lines
from preflight_analyzers.knowledge.reader import Knowledge

SECTIONS = ("torch", "mil", "nn")


def search(knowledge: Knowledge, pattern: str | None, sections: Iterable[str]) -> dict[str, list[Any]]:
    """What matches, as the JSON says it: ``torch_ops``, ``torch_apis``, ``mil_ops``, ``nn_layers``.

    With the torch APIs come ``composites``: converters to register oneself, for operators that have none.
    """
    found: dict[str, list[Any]] = {}
    if "torch" in sections:
        found["torch_ops"] = _matching(knowledge.torch_ops, pattern)
        found["torch_apis"] = [_api(knowledge, name) for name in _matching(knowledge.apis(), pattern)]
        sources = composites(knowledge)
        found["composites"] = [{"op": op, "source": sources[op]} for op in _matching(sources, pattern)]
    if "mil" in sections:
        found["mil_ops"] = [_mil_op(knowledge, name) for name in _matching(knowledge.mil_ops, pattern)]
    if "nn" in sections:
        layers = [name for name, method in knowledge.builder_methods.items() if method.adds_layer]
        found["nn_layers"] = [_layer(knowledge, name) for name in _matching(layers, pattern)]
    return found


def _matching(names: Iterable[str], pattern: str | None) -> list[str]:
    """Names that contain the pattern, or fit it as a whole where it has wildcards; sorted."""
    if pattern is None:
        return sorted(names)
    wanted = pattern.lower()
    if set(wanted) & set("*?["):
        return sorted(name for name in names if fnmatch.fnmatchcase(name.lower(), wanted))
    # mb.topk and builder.add_unary are how these names are written in code.
    wanted = wanted.removeprefix("mb.").removeprefix("builder.").removeprefix("aten::")
    return sorted(name for name in names if wanted in name.lower())


def _api(knowledge: Knowledge, name: str) -> dict[str, Any]:
    status = knowledge.api(name)
    assert status is not None  # the name comes from knowledge
    return {
        "name": name,
        "trace": status.outcome,
        "export": status.export,
        "export_decomposed": status.export_decomposed,
        "kinds": list(status.kinds),
        "missing": list(status.missing),
        "error": status.error,
        "alternative": status.alternative,
        "converts_from": None if status.outcome != "never" else knowledge.converts_from(name),
        "limits": condition_lines(knowledge, name),
    }


def _mil_op(knowledge: Knowledge, name: str) -> dict[str, Any]:
    op = knowledge.mil_ops[name]
    return {
        "name": name,
        "dialect": op.dialect,
        "variants": [
            {
                "opset": variant.opset,
                "parameters": [
                    {
                        "name": parameter.name,
                        "types": list(parameter.types),
                        "optional": parameter.optional,
                        "const": parameter.const,
                    }
                    for parameter in variant.parameters
                ],
            }
            for variant in op.variants
        ],
    }


def _layer(knowledge: Knowledge, name: str) -> dict[str, Any]:
    method = knowledge.builder_methods[name]
    return {"name": name, "parameters": [parameter._asdict() for parameter in method.parameters]}
