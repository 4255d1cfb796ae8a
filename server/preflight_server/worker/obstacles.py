"""Every torch op that stops a conversion, not only the first.

coremltools converts node by node and stops at the first failure. Here each node's conversion is
watched: a node that fails is noted and replaced by a placeholder of the shape that the trace
knows, so that the ones behind it are reached; at the end all of them are raised together.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from .failures import describe
from .sources import Step, steps_of_stack_trace
from .tags import Key, Keys, Sources


class Obstacle(NamedTuple):
    #: The node's kind as torch names it.
    op: str
    message: str
    steps: list[Step]
    #: The converter has no function for the op (rather than failing in it).
    unsupported: bool


class Blocked(Exception):
    """The graph can't be converted; ``obstacles`` in the order of the graph."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        super().__init__(f"{len(obstacles)} obstacles")
        self.obstacles = obstacles


class _Type(NamedTuple):
    """What the trace knows of a tensor."""

    shape: tuple[int, ...]
    dtype: str


class _Watcher:
    """Follows one conversion through coremltools' frontend."""

    def __init__(self, sources: Sources | None) -> None:
        self._sources = sources
        self._keys = Keys()
        self._kinds: dict[int, Key] = {}
        self._types: dict[str, _Type] = {}
        self._nodes: list[Any] = []  # keeps the ids in _kinds alive
        self._order: dict[int, int] = {}
        self._placeholders: set[str] = set()
        self._unread: dict[int, str] = {}
        self.found: dict[int, Obstacle] = {}

    def key(self, raw: Any) -> Key:
        return self._keys.of(raw)

    def remember(self, node: Any, raw: Any, key: Key) -> None:
        """Note where an internal node comes from, and the types of its outputs."""
        self._nodes.append(node)
        self._kinds[id(node)] = key
        for output in raw.outputs():
            known = output.type()
            if known.kind() != "TensorType" or known.sizes() is None or known.dtype() is None:
                continue
            self._types[output.debugName()] = _Type(
                tuple(known.sizes()), str(known.dtype()).replace("torch.", "")
            )

    def remember_unread(self, node: Any, error: Exception) -> None:
        """Note a node of an exported graph that coremltools could not even read."""
        self._nodes.append(node)
        self._unread[id(node)] = describe(error)

    def survey(self, graph: Any) -> None:
        """Note every op of the graph that the converter has no function for."""
        from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY

        for number, node in enumerate(_walk(graph.nodes)):
            self._order[id(node)] = number
            if _TORCH_OPS_REGISTRY.get_func(node.kind) is None:
                name = self._torch_name(node)
                self.note(node, f"coremltools can't convert {name}", unsupported=True)
            elif id(node) in self._unread:
                self.note(node, f"coremltools can't read {node.kind}: {self._unread[id(node)]}")

    def note(self, node: Any, message: str, unsupported: bool = False) -> None:
        self.found.setdefault(
            self._order.get(id(node), len(self._order)),
            Obstacle(self._torch_name(node), message, self.steps(node), unsupported),
        )

    def knows(self, node: Any) -> bool:
        return self._order.get(id(node), -1) in self.found

    def steps(self, node: Any) -> list[Step]:
        if node.meta is not None:
            return steps_of_stack_trace(node.meta.get("stack_trace"))
        return self._steps_of_key(self._kinds.get(id(node))) or self._steps_of_key(self._neighbour(node))

    def _steps_of_key(self, key: Key | None) -> list[Step]:
        return self._sources.steps(key) if key is not None and self._sources is not None else []

    def steps_of_failure(self, error: BaseException) -> list[Step]:
        """Where the MIL op comes from that a pass or the backend failed on; its name is the torch node's."""
        trace, names = error.__traceback__, []
        while trace is not None:
            op = trace.tb_frame.f_locals.get("op")
            names.append(getattr(op, "name", None))
            trace = trace.tb_next
        for name in reversed([name for name in names if name]):
            for node in self._nodes:
                if str(name) in node.outputs:
                    return self.steps(node)
        return []

    def _neighbour(self, node: Any) -> Key | None:
        """coremltools' passes make nodes of their own: take the node it was made of or stands beside."""
        for other in (node.attr or {}).get("nodes_to_fuse", ()):
            if id(other) in self._kinds:
                return self._kinds[id(other)]
        near = [*node.inputs, *node.outputs]
        for other in reversed(self._nodes):
            if any(name in near for name in other.outputs) and self._kinds[id(other)][1]:
                return self._kinds[id(other)]
        return None

    def _torch_name(self, node: Any) -> str:
        key = self._kinds.get(id(node))
        if key is not None:
            return key[0]
        return node.kind if "::" in node.kind else f"aten::{node.kind}"

    def failed(self, context: Any, node: Any, error: Exception) -> bool:
        """Note a node that failed to convert; True if the conversion can go on behind it."""
        if not self.knows(node) and not self._misled(node):
            name = self._torch_name(node)
            self.note(node, f"coremltools fails on {name}: {describe(error)}")
        try:
            return self._replace(context, node)
        except Exception:
            return False

    def _misled(self, node: Any) -> bool:
        """A placeholder's value is unknown: who needs a constant fails because of us."""
        return any(isinstance(name, str) and name in self._placeholders for name in node.inputs)

    def _replace(self, context: Any, node: Any) -> bool:
        if not node.outputs or any(self._type(node, name) is None for name in node.outputs):
            return False
        for name in node.outputs:
            known = self._type(node, name)
            assert known is not None
            context.add(_placeholder(known), torch_name=name, override=True)
            if not known.shape or not known.dtype.startswith("float"):
                self._placeholders.add(name)
        return True

    def _type(self, node: Any, name: str) -> _Type | None:
        value = (node.meta or {}).get("val")
        if value is not None and hasattr(value, "shape") and hasattr(value, "dtype"):
            return _Type(tuple(int(size) for size in value.shape), str(value.dtype).replace("torch.", ""))
        return self._types.get(name)


def _placeholder(known: _Type) -> Any:
    """A MIL value of the given type that no pass can fold into a constant."""
    import numpy as np
    from coremltools.converters.mil.mil import Builder as mb

    shape = np.array(known.shape or (1,), dtype=np.int32)
    value = mb.random_uniform(shape=shape, low=0.0, high=1.0)
    if not known.shape:
        value = mb.squeeze(x=value, axes=[0])
    if known.dtype.startswith("float"):
        return value
    return mb.cast(x=value, dtype="bool" if known.dtype == "bool" else "int32")


def _walk(nodes: list[Any]) -> Iterator[Any]:
    for node in nodes:
        yield node
        for block in node.blocks:
            yield from _walk(block.nodes)


@contextlib.contextmanager
def all_obstacles(sources: Sources | None) -> Iterator[_Watcher]:
    """While this is entered, a ct.convert of a torch graph raises Blocked with all its obstacles."""
    from coremltools.converters.mil.frontend.torch import converter, internal_graph, ops

    watcher = _Watcher(sources)
    node_class = internal_graph.InternalTorchIRNode
    from_trace = node_class.__dict__["from_torchscript_node"]
    from_export = node_class.__dict__["from_exir_node"]
    convert_node = ops.convert_single_node
    convert_graph = converter.TorchConverter.convert

    def from_torchscript_node(cls: Any, node: Any, parent: Any) -> Any:
        key = watcher.key(node)
        made = from_trace.__func__(cls, node, parent)
        watcher.remember(made, node, key)
        return made

    def from_exir_node(cls: Any, node: Any) -> Any:
        try:
            return from_export.__func__(cls, node)
        except Exception as error:
            made = cls(kind=_exported_kind(node), inputs=[], outputs=[node.name], meta=node.meta)
            watcher.remember_unread(made, error)
            return made

    def convert_single_node(context: Any, node: Any) -> None:
        try:
            convert_node(context, node)
        except Exception as error:
            if not watcher.failed(context, node, error):
                raise

    def convert(self: Any) -> Any:
        watcher.survey(self.graph)
        try:
            program = convert_graph(self)
        except Exception as error:
            if watcher.found:
                raise Blocked([watcher.found[number] for number in sorted(watcher.found)]) from error
            raise
        if watcher.found:
            raise Blocked([watcher.found[number] for number in sorted(watcher.found)])
        return program

    node_class.from_torchscript_node = classmethod(from_torchscript_node)
    node_class.from_exir_node = classmethod(from_exir_node)
    ops.convert_single_node = convert_single_node
    converter.TorchConverter.convert = convert
    try:
        yield watcher
    finally:
        node_class.from_torchscript_node = from_trace
        node_class.from_exir_node = from_export
        ops.convert_single_node = convert_node
        converter.TorchConverter.convert = convert_graph


def _exported_kind(node: Any) -> str:
    """The op of an exported node, named as coremltools names it."""
    from coremltools.converters.mil.frontend.torch.utils import sanitize_op_kind

    target = node.target
    if hasattr(target, "name") and callable(target.name):
        return str(sanitize_op_kind(target.name()))
    return str(sanitize_op_kind(getattr(target, "__name__", str(target))))
