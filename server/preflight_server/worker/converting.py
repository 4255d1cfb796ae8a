"""From a graph to a Core ML model, by coremltools."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

from .bars import reported_bars
from .failures import StageFailed, describe
from .inputs import Input
from .obstacles import Blocked, all_obstacles
from .problems import Problems
from .sources import Place, Project
from .tags import Sources, walk

#: What an input of the given torch dtype is in Core ML, which knows float32, float16 and int32.
_CORE_ML = {"float64": "float32", "int64": "int32", "int16": "int32", "int8": "int32", "uint8": "int32"}

_OTHER_OPS = "write it with ops that coremltools has: `coreml-preflight ops` lists them"


def convert_torch(
    graph: Any,
    inputs: tuple[Input, ...],
    sources: Sources | None,
    project: Project,
    fallback: Place | None,
    problems: Problems,
    report: Callable[[float, str], None],
) -> Any:
    """ct.convert of a traced or exported module; raises StageFailed with every obstacle reported.

    ``fallback`` is where an obstacle stands that no line of the project leads to.
    """
    import coremltools as ct
    import numpy as np

    types: list[Any] = []
    for one in inputs:
        dtype = _CORE_ML.get(one.dtype, one.dtype)
        types.append(
            ct.TensorType(name=one.name, shape=one.shape or (1,), dtype=getattr(np, dtype, np.bool_))
        )
    options: dict[str, Any] = {"inputs": types} if types else {}
    if any(one.dtype == "float16" for one in inputs):
        options["minimum_deployment_target"] = ct.target.iOS16
    with all_obstacles(sources) as watcher:
        try:
            return _convert(graph, report, **options)
        except Blocked as blocked:
            for obstacle in blocked.obstacles:
                problems.add(
                    "error",
                    "convert",
                    obstacle.message,
                    op=obstacle.op,
                    place=project.place(obstacle.steps) or fallback,
                    help=_OTHER_OPS if obstacle.unsupported else None,
                )
            raise StageFailed from blocked
        except Exception as error:
            place = project.place(watcher.steps_of_failure(error)) or fallback
            problems.add("error", "convert", f"coremltools raises {describe(error)}", place=place)
            raise StageFailed from error


def convert_program(
    program: Any, place: Place | None, problems: Problems, report: Callable[[float, str], None]
) -> Any:
    """ct.convert of a MIL program, for the oldest system that has its ops."""
    import coremltools as ct

    options: dict[str, Any] = {}
    needed, _ = program._get_max_opset_version_and_op()
    wanted = max([needed, *(function.opset_version for function in program.functions.values())])
    if wanted > ct.target.iOS15:
        options["minimum_deployment_target"] = wanted
    try:
        return _convert(program, report, **options)
    except Exception as error:
        problems.add("error", "convert", f"coremltools raises {describe(error)}", place=place)
        raise StageFailed from error


def _convert(model: Any, report: Callable[[float, str], None], **options: Any) -> Any:
    import coremltools as ct

    # coremltools' warnings are about itself: its versions, and names that it changes.
    with reported_bars(report), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ct.convert(model, skip_model_load=True, **options)


def torch_ops(graph: Any) -> dict[str, int]:
    """How often each torch op occurs in a traced or exported graph."""
    if hasattr(graph, "inlined_graph"):
        kinds = [node.kind() for node in walk(graph.inlined_graph)]
        kinds = [kind for kind in kinds if not kind.startswith("prim::")]
    else:
        kinds = [_exported_op(node) for node in graph.graph.nodes if node.op == "call_function"]
    return dict(Counter(kinds).most_common())


def _exported_op(node: Any) -> str:
    target = node.target
    if hasattr(target, "name") and callable(target.name):
        return str(target.name()).partition(".")[0]
    return str(getattr(target, "__name__", target))


def mil_ops(model: Any) -> dict[str, int]:
    """How often each MIL op occurs in the converted program, constants left out."""
    counts: Counter[str] = Counter()

    def count(block: Any) -> None:
        for op in block.operations:
            if op.op_type != "const":
                counts[op.op_type] += 1
            for inner in op.blocks:
                count(inner)

    for function in model._mil_program.functions.values():
        count(function)
    return dict(counts.most_common())


def layers(spec: Any) -> dict[str, int]:
    """How often each layer occurs in a neural network specification."""
    network = getattr(spec, spec.WhichOneof("Type"))
    return dict(Counter(layer.WhichOneof("layer") for layer in network.layers).most_common())
