"""Runs one case through torch and coremltools and says what happened."""

from __future__ import annotations

import logging
import operator
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import coremltools as ct
import numpy as np
import torch
from coremltools.converters.mil.frontend.torch import ops as frontend_ops
from coremltools.converters.mil.frontend.torch.converter import TorchConverter
from coremltools.converters.mil.frontend.torch.internal_graph import InternalTorchIRNode
from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY
from coremltools.converters.mil.frontend.torch.utils import sanitize_op_kind

from .case import Case

_MAX_ERROR = 200
#: Without passes a conversion takes a ninth of the time and says the same, but for what isn't plain.
_QUICK = {"convert_to": "milinternal", "pass_pipeline": ct.PassPipeline.EMPTY}
_WHOLE = {"convert_to": "mlprogram", "skip_model_load": True}


class Outcome(NamedTuple):
    #: None: not even traced or exported.
    kinds: tuple[str, ...] | None
    missing: tuple[str, ...]
    error: str | None
    error_kind: str | None

    @property
    def converts(self) -> bool:
        return self.kinds is not None and self.error is None


def run(case: Case, frontend: str, target: str | None = None, *, gradients: bool = True) -> Outcome:
    """Trace or export the case, convert it, and say which kinds the converter saw and what it raised.

    ``target`` is a minimum deployment target ("iOS18"); None: the converter's own default.
    Without ``gradients`` it is captured under ``torch.no_grad()``, where some modules take another path.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with torch.set_grad_enabled(gradients):
                program = _CAPTURE[frontend](case)
    except Exception as error:
        return Outcome(None, (), _first_line(error), None)
    return convert(
        program, case if frontend == "trace" else None, case.harness_kinds, target, whole=not case.is_plain
    )


def convert(
    program: Any,
    traced: Case | None,
    harness: Counter[str],
    target: str | None = None,
    *,
    whole: bool = False,
) -> Outcome:
    seen = _Seen()
    error: Exception | None = None
    if traced is None:
        seen.kinds.update(_exported_kinds(program))
        seen.missing.update(kind for kind in seen.kinds if not _export_knows(kind))
    with _watch(seen, count=traced is not None), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ct.convert(
                program,
                inputs=None if traced is None else input_types(traced.inputs),
                minimum_deployment_target=None if target is None else ct.target[target],
                **(_WHOLE if whole else _QUICK),
            )
        except Exception as raised:
            error = raised
    kinds = seen.kinds - harness
    return Outcome(
        kinds=tuple(sorted(kind for kind in kinds if not _is_plumbing(kind))),
        missing=tuple(sorted(seen.missing)),
        error=None if error is None else _first_line(error),
        error_kind=seen.failing if error is not None else None,
    )


def _exported_kinds(program: Any) -> Iterator[str]:
    for node in program.graph.nodes:
        if node.op == "call_function" and node.target is not operator.getitem:
            yield node.target.name() if hasattr(node.target, "name") else str(node.target)


def _export_knows(kind: str) -> bool:
    """The export frontend looks the exact name up, without dropping an in-place suffix."""
    return sanitize_op_kind(kind) in _TORCH_OPS_REGISTRY.name_to_func_mapping


def input_types(inputs: tuple[torch.Tensor, ...]) -> list[ct.TensorType]:
    return [
        ct.TensorType(
            name=f"x{index}",
            shape=tuple(tensor.shape),
            dtype=np.float32 if tensor.is_floating_point() else np.int32,
        )
        for index, tensor in enumerate(inputs)
    ]


def _trace(case: Case) -> Any:
    return torch.jit.trace(case.module, _fresh(case), check_trace=False)


def _export(case: Case) -> Any:
    return torch.export.export(case.module, _fresh(case)).run_decompositions({})


def _export_decomposed(case: Case) -> Any:
    return torch.export.export(case.module, _fresh(case)).run_decompositions()


def _fresh(case: Case) -> tuple[torch.Tensor, ...]:
    """The inputs again, for a call may write into them."""
    return tuple(tensor.clone() for tensor in case.inputs)


_CAPTURE: dict[str, Callable[[Case], Any]] = {
    "trace": _trace,
    "export": _export,
    "export_decomposed": _export_decomposed,
}


class _Seen:
    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.missing: set[str] = set()
        self.failing: str | None = None


@contextmanager
def _watch(seen: _Seen, *, count: bool) -> Iterator[None]:
    """Look at the graph as the converter has it after its own passes, and at the node that raises."""
    convert_graph = TorchConverter.convert
    convert_node = frontend_ops.convert_single_node
    node_of = InternalTorchIRNode.from_torchscript_node
    torch_kinds: dict[str, str] = {}

    def watching_node_of(node: Any, parent: Any) -> Any:
        # The internal graph keeps sanitized kinds; messages are better with torch's own.
        torch_kinds[sanitize_op_kind(node.kind())] = node.kind()
        return node_of(node=node, parent=parent)

    def watching_convert(self: Any) -> Any:
        if count:
            for kind in _node_kinds(self.graph):
                torch_kind = torch_kinds.get(kind, kind)
                seen.kinds[torch_kind] += 1
                if _TORCH_OPS_REGISTRY.get_func(kind) is None:
                    seen.missing.add(torch_kind)
        return convert_graph(self)

    def watching_node(context: Any, node: Any) -> Any:
        try:
            return convert_node(context, node)
        except Exception:
            seen.failing = seen.failing or torch_kinds.get(node.kind, node.kind)
            raise

    TorchConverter.convert = watching_convert
    frontend_ops.convert_single_node = watching_node
    InternalTorchIRNode.from_torchscript_node = watching_node_of
    try:
        yield
    finally:
        TorchConverter.convert = convert_graph
        frontend_ops.convert_single_node = convert_node
        InternalTorchIRNode.from_torchscript_node = node_of


def _node_kinds(graph: Any) -> Iterator[str]:
    for node in graph.nodes:
        yield node.kind
        for block in node.blocks:
            yield from _node_kinds(block)


_PLUMBING = {
    "prim::Constant",
    "prim::ListConstruct",
    "prim::TupleConstruct",
    "prim::ListUnpack",
    "prim::TupleUnpack",
    "prim::GetAttr",
    "prim::NumToTensor",
}


def _is_plumbing(kind: str) -> bool:
    return kind in _PLUMBING


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:_MAX_ERROR]


def quiet() -> None:
    """No progress bars and no log lines of the converter."""
    logging.getLogger("coremltools").setLevel(logging.CRITICAL + 1)
    logging.getLogger("torch").setLevel(logging.CRITICAL + 1)
