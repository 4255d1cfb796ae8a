"""einops, which is made of ``reshape``, ``permute``, ``expand`` and reductions of tensors."""

from __future__ import annotations

from preflight_analyzers.meaning import attributes, calls, ir, torch_calls
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.known_calls import ModuleRun, Run, first
from preflight_analyzers.meaning.library_calls.einops_pattern import (
    Groups,
    axes_of_ellipsis,
    letters,
    sides,
    spread,
)
from preflight_analyzers.meaning.shapes.call import size_of
from preflight_analyzers.meaning.shapes.sizes import product
from preflight_analyzers.meaning.uses import Uses, results_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Array,
    Instance,
    Known,
    Plain,
    Sequence,
    Source,
    Tensor,
    Unknown,
    Value,
    strongest,
)

_REDUCTIONS = {"min": "amin", "max": "amax", "sum": "sum", "mean": "mean"}
_ONE_BY_ONE = ("any", "all", "prod")


def _rearrange(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    return _transform(frame, node, arguments, None)


def _reduce(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    reduction = arguments.get(2, "reduction") or UNKNOWN
    return _transform(frame, node, arguments, reduction)


def _transform(frame: Frame, node: ir.Expr, arguments: Arguments, reduction: Value | None) -> Value:
    value, pattern = first(arguments), arguments.get(1, "pattern")
    if isinstance(value, Sequence):
        value = torch_calls.call_library(frame, node, "torch.stack", Arguments([value]))
    if isinstance(value, Unknown) and frame.phase == FORWARD:
        value = Tensor(Source.UNSURE)
    if isinstance(value, Array) or not isinstance(value, Tensor):
        return value if isinstance(value, Array) else UNKNOWN
    both = sides(pattern.value) if isinstance(pattern, Known) and isinstance(pattern.value, str) else None
    axes = axes_of_ellipsis(both[0], value.rank) if both is not None else None
    if both is None or axes is None:
        # Its operations aren't known, but what goes in comes out.
        uses = calls.tell(frame, node, "einops.rearrange", Arguments([value]))
        return results_of(uses, Tensor(value.source, value.dtype, floats=value.floats))
    left, right = spread(both[0], axes), spread(both[1], axes)
    if value.rank is not None and value.rank != len(left):
        return UNKNOWN
    return _Transformation(frame, node, left, right, arguments.keywords).run(value, reduction)


class _Transformation:
    """One call, step by step."""

    def __init__(
        self, frame: Frame, node: ir.Expr, left: Groups, right: Groups, sizes: dict[str, Value]
    ) -> None:
        self.frame = frame
        self.node = node
        self.left = left
        self.right = right
        #: The sizes of elementary axes, as far as they are passed.
        self.given = sizes

    def run(self, tensor: Tensor, reduction: Value | None) -> Value:
        shape = tensor.shape or (None,) * len(self.left)
        sizes: dict[str, Value] = {}
        for group, size in zip(self.left, shape, strict=True):
            sizes.update(self._split(group, size))
        before = [name for group in self.left for name in group]
        after = [name for group in self.right for name in group]
        kept = [name for name in after if name in before]
        gone = [name for name in before if name not in after]
        value: Value = Tensor(tensor.source, tensor.dtype, shape, tensor.memory, tensor.origin, tensor.floats)
        if any(len(group) != 1 for group in self.left):
            value = self._method(value, "reshape", [sizes[name] for name in before])
        order = [before.index(name) for name in (*kept, *gone)]
        if order != list(range(len(order))):
            value = self._method(value, "permute", [Known(place) for place in order])
        if gone and reduction is not None:
            value = self._reduced(value, reduction, list(range(len(kept), len(before))))
        added = [place for place, name in enumerate(after) if name not in before]
        for place in added:
            sizes[after[place]] = self._added(after[place])
            value = self._method(value, "unsqueeze", [Known(place)])
        if added:
            wanted = [sizes[name] if name not in before else Known(-1) for name in after]
            value = self._method(value, "expand", wanted)
        if any(len(group) != 1 for group in self.right):
            value = self._method(value, "reshape", [self._merged(group, sizes) for group in self.right])
        return value

    def _method(self, value: Value, name: str, arguments: list[Value]) -> Value:
        if not isinstance(value, Tensor):
            return UNKNOWN
        return torch_calls.call_tensor_method(self.frame, self.node, value, name, Arguments(arguments))

    def _split(self, group: list[str], size: int | None) -> dict[str, Value]:
        """The sizes of what one axis is made of; one of them follows from the others."""
        found: dict[str, Value] = {}
        missing = [name for name in group if name not in self.given and not name.isdecimal()]
        known = product(size_of(self._added(name)) for name in group if name not in missing)
        for name in group:
            if name in missing:
                rest = size // known if size is not None and known else None
                found[name] = Plain("int", Source.SHAPE, rest if len(missing) == 1 else None)
            else:
                found[name] = self._added(name)
        return found

    def _added(self, name: str) -> Value:
        return Known(int(name)) if name.isdecimal() else self.given.get(name, Plain("int"))

    def _merged(self, group: list[str], sizes: dict[str, Value]) -> Value:
        if len(group) == 1:
            return sizes[group[0]]
        return Plain("int", Source.SHAPE, product(size_of(sizes[name]) for name in group))

    def _reduced(self, value: Value, reduction: Value, places: list[int]) -> Value:
        if not isinstance(reduction, Known):
            axes = Sequence("tuple", [Known(place) for place in places])
            return calls.call(self.frame, self.node, reduction, Arguments([value, axes]))
        if reduction.value in _ONE_BY_ONE:
            for place in reversed(places):
                value = self._method(value, str(reduction.value), [Known(place)])
            return value
        name = _REDUCTIONS.get(str(reduction.value))
        dims = Sequence("tuple", [Known(place) for place in places])
        return self._method(value, name, [dims]) if name is not None else UNKNOWN


def _einsum(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    *tensors, pattern = arguments.positional or (UNKNOWN,)
    pattern = arguments.keywords.get("pattern", pattern)
    if "pattern" in arguments.keywords:
        tensors = list(arguments.positional)
    equation: Value = Plain("str")
    if isinstance(pattern, Known) and isinstance(pattern.value, str):
        equation = Known(letters(pattern.value))
    return torch_calls.call_library(frame, node, "torch.einsum", Arguments([equation, *tensors]))


def _around_star(pattern: Value | None) -> tuple[int, int] | None:
    """How many axes of the pattern of ``pack`` stand before and after those that are packed."""
    if not isinstance(pattern, Known) or not isinstance(pattern.value, str):
        return None
    names = pattern.value.split()
    return (names.index("*"), len(names) - names.index("*") - 1) if "*" in names else None


def _pack(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    tensors, around = first(arguments), _around_star(arguments.get(1, "pattern"))
    size = attributes.size_of(None, surely=frame.follows_sizes)
    shapes: Value = Sequence("list", None, Sequence("size", None, size))
    if not isinstance(tensors, Sequence) or around is None:
        return Sequence("tuple", [Tensor(strongest(arguments.positional)), shapes])
    before, after = around
    flat: list[Value] = []
    packed: list[Value] = []
    for tensor in tensors.items if tensors.items is not None else [tensors.element]:
        if not isinstance(tensor, Tensor):
            flat.append(UNKNOWN)
            packed.append(UNKNOWN)
            continue
        sizes: list[Value] | None = None
        if tensor.shape is not None and len(tensor.shape) >= before + after:
            sizes = [attributes.size_of(one, surely=frame.follows_sizes) for one in tensor.shape]
        last = len(sizes) - after if sizes is not None else 0
        packed.append(Sequence("size", None if sizes is None else sizes[before:last], size))
        unknown = Plain("int", Source.SHAPE)
        start = sizes[:before] if sizes is not None else [unknown] * before
        end = sizes[last:] if sizes is not None else [unknown] * after
        shape = Arguments([*start, Known(-1), *end])
        flat.append(torch_calls.call_tensor_method(frame, node, tensor, "reshape", shape))
    if tensors.items is None:
        together = Sequence("list", None, flat[0])
    else:
        together, shapes = Sequence("list", flat), Sequence("list", packed)
    joined = torch_calls.call_library(frame, node, "torch.cat", Arguments([together], {"dim": Known(before)}))
    return Sequence("tuple", [joined, shapes])


def _unpack(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    if frame.phase == FORWARD:
        calls.tell(frame, node, "einops.unpack", arguments)
    tensor, shapes = first(arguments), arguments.get(1, "packed_shapes")
    around = _around_star(arguments.get(2, "pattern"))
    if not isinstance(tensor, Tensor) or not isinstance(shapes, Sequence) or around is None:
        return Sequence("list", None, Tensor(strongest(arguments.positional)))
    before, after = around
    shape = tensor.shape or (None,) * (before + after + 1)
    start = [Plain("int", Source.SHAPE, size) for size in shape[:before]]
    end = [Plain("int", Source.SHAPE, size) for size in shape[before + 1 :]]

    def one(packed: Value) -> Value:
        inner = packed.items if isinstance(packed, Sequence) else None
        uses = Uses("einops.unpack", [tensor])  # one call gives them all
        part = results_of(uses, Tensor(tensor.source, tensor.dtype, floats=tensor.floats))
        if inner is None or not isinstance(part, Tensor):
            return part
        wanted = Arguments([Sequence("tuple", [*start, *inner, *end])])
        return torch_calls.call_tensor_method(frame, node, part, "reshape", wanted)

    if shapes.items is None:
        return Sequence("list", None, one(shapes.element))
    return Sequence("list", [one(packed) for packed in shapes.items])


def _with_setting(run: Run) -> ModuleRun:
    """A layer, which was made with the pattern and sizes that the function takes."""

    def call(frame: Frame, node: ir.Expr, module: Instance, arguments: Arguments) -> Value:
        made = module.arguments or Arguments()
        return run(frame, node, Arguments([first(arguments), *made.positional], made.keywords))

    return call


def _mixed(frame: Frame, node: ir.Expr, module: Instance, arguments: Arguments) -> Value:
    uses = calls.tell(frame, node, "einops.layers.torch.EinMix", arguments)
    return results_of(uses, Tensor(max(Source.STATE, strongest(arguments.values()))))


FUNCTIONS: dict[str, Run] = {
    "einops.rearrange": _rearrange,
    "einops.repeat": _rearrange,
    "einops.reduce": _reduce,
    "einops.einsum": _einsum,
    "einops.pack": _pack,
    "einops.unpack": _unpack,
    **{f"einops.einops.{name}": run for name, run in (("rearrange", _rearrange), ("repeat", _rearrange))},
}
MODULES: dict[str, ModuleRun] = {
    "einops.layers.torch.Rearrange": _with_setting(_rearrange),
    "einops.layers.torch.Reduce": _with_setting(_reduce),
    "einops.layers.torch.EinMix": _mixed,
}
