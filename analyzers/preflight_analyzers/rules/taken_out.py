"""What Python takes out of a trace: values and sizes that stay, from then on, those of the example.

PyTorch warns of each of these while tracing (TracerWarning), whatever the value depends on. The rules
tell apart what matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from preflight_analyzers.meaning.events import ApiCall, Branch, Iteration
from preflight_analyzers.meaning.values import (
    OpenSize,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
    holds_tensor,
    is_followed,
    is_tensor,
    options,
    source_of,
    strongest,
)

Taking: TypeAlias = Branch | ApiCall | Iteration

#: Calls that take a tensor's value out, and how they are shown.
CONVERSIONS = {
    "torch.Tensor.item": ".item()",
    "torch.Tensor.tolist": ".tolist()",
    "torch.Tensor.numpy": ".numpy()",
    "torch.Tensor.__array__": ".__array__()",
    "torch.Tensor.__float__": ".__float__()",
    "torch.Tensor.__int__": ".__int__()",
    "torch.Tensor.__bool__": ".__bool__()",
    "builtins.int": "int()",
    "builtins.float": "float()",
    "builtins.bool": "bool()",
    "builtins.complex": "complex()",
}
#: Calls that make a constant of the graph: a tensor itself is still followed, tensors in a list are not.
COPIES = {
    "torch.tensor": "torch.tensor()",
    "torch.as_tensor": "torch.as_tensor()",
    "torch.from_numpy": "torch.from_numpy()",
    "torch.Tensor": "torch.Tensor()",
}
#: Builtins that ask each element for its truth, or compare them.
DECIDING = {
    "builtins.any": "any()",
    "builtins.all": "all()",
    "builtins.max": "max()",
    "builtins.min": "min()",
    "builtins.sorted": "sorted()",
}
#: Functions of ``math`` that work on whole numbers or leave a size a tensor.
_QUIET_MATH = frozenset("gcd lcm isqrt factorial comb perm prod".split())
#: Functions of numpy that take whole numbers as Python does; all others make arrays of what they are given.
_QUIET_NUMPY = frozenset("empty full identity linspace ones tri tril triu zeros".split())
#: Calls that decide by sizes, or by values of the input, in Python code of torch's own.
INSIDE = {
    "torch.nn": """
        GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d LocalResponseNorm SyncBatchNorm
        Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer
        MultiheadAttention GRU LSTM RNN BCELoss BCEWithLogitsLoss HuberLoss L1Loss MSELoss SmoothL1Loss
        """.split(),
    "torch.nn.functional": """
        affine_grid group_norm instance_norm local_response_norm multi_head_attention_forward
        binary_cross_entropy binary_cross_entropy_with_logits huber_loss l1_loss mse_loss smooth_l1_loss
        """.split(),
}
_INSIDE = frozenset(f"{home}.{name}" for home, names in INSIDE.items() for name in names)
#: Calls that make a number of a size, as ``int()`` does.
_SPLITTING = ("torch.split", "torch.Tensor.split")
#: Calls that only show what they get.
_SHOWING = {
    "builtins.print": "print()",
    "builtins.str": "str()",
    "builtins.repr": "repr()",
    "builtins.format": "formatting a text",
}


class Taken(NamedTuple):
    """How something is taken out, and what it depends on."""

    how: str
    source: Source
    #: Whether only a size matters, and not the values.
    size: bool
    #: Whether nothing that comes of it stays in the model.
    shown: bool = False
    #: Whether it is so on every path.
    surely: bool = True

    @property
    def harmful(self) -> bool:
        """Whether the model loses what its input holds."""
        return self.source is Source.INPUT and not self.size and not self.shown


def taken_out(event: Taking) -> Taken | None:
    """What the event takes out of a trace; None where PyTorch has nothing to warn of."""
    if isinstance(event, Branch):
        return _taken(f"`{event.kind}`", [event.value])
    if isinstance(event, Iteration):
        how = "unpacking a tensor" if event.unpacked else "going over a tensor"
        return Taken(how, _length(event.value), size=True)
    api, values = event.api, event.arguments.positional
    if api in COPIES:
        return _copied(COPIES[api], event.arguments.get(0, "data"))
    if api in DECIDING:
        return _taken(DECIDING[api], _compared(values)) if _several(values) else None
    if api == "builtins.len":
        tensors = [v for v in values if isinstance(v, Tensor)]
        return Taken("len()", _length(tensors[0]), size=True) if tensors else None
    if api in _SPLITTING:
        number = event.arguments.get(1, "split_size") or event.arguments.get(1, "split_size_or_sections")
        return None if number is None else _taken("split()", [number])
    if api == "opt_einsum.contract_path":
        return Taken("decisions by sizes in einsum()", Source.SHAPE, size=True)
    if api == "einops.unpack":
        shapes = event.arguments.get(1, "packed_shapes")
        each = _compared([shapes]) if isinstance(shapes, Sequence) else ()
        return _taken("decisions by sizes in unpack()", _compared(each))
    if api in _INSIDE:
        return Taken(f"decisions by sizes in {api.rpartition('.')[2]}", Source.SHAPE, size=True)
    if api in _SHOWING:
        taken = _taken(_SHOWING[api], values)
        return None if taken is None else taken._replace(shown=True)
    if api.startswith("math.") and api.removeprefix("math.") not in _QUIET_MATH:
        return _taken(f"{api}()", _compared(values))
    if api.startswith("numpy.") and any(isinstance(v, Plain | Sequence) for v in values):
        name = api.removeprefix("numpy.")
        return None if name in _QUIET_NUMPY else _taken(f"np.{name}()", _compared(values))
    return _taken(CONVERSIONS[api], values) if api in CONVERSIONS else None


def is_check(event: Taking) -> bool:
    """Whether Python decides whether to raise, and nothing else."""
    return isinstance(event, Branch) and event.kind in ("assert", "if ... raise")


def _length(tensor: Tensor) -> Source:
    """What the size of the first axis depends on."""
    if tensor.shape and isinstance(tensor.shape[0], OpenSize):
        return Source.OPEN
    return min(tensor.source, Source.SHAPE)


def _copied(how: str, data: Value | None) -> Taken:
    if data is None or not isinstance(data, Sequence):
        # Numbers and arrays that come from an input were taken out before.
        return Taken(how, Source.CONSTANT, size=False)
    return Taken(how, source_of(data), size=not holds_tensor(data))


def _taken(how: str, values: Iterable[Value]) -> Taken | None:
    values = list(values)
    followed = [one for value in values for one in options(value) if is_followed(one)]
    if not followed:
        return None
    sizes = all(isinstance(one, Plain) for one in followed)
    surely = any(is_tensor(value) and source_of(value) is Source.INPUT for value in values)
    return Taken(how, strongest(followed), sizes, surely=surely)


def _several(values: tuple[Value, ...]) -> bool:
    """Whether there is more than one thing to compare: ``max(1, n)``, ``any(...)``."""
    return len(values) != 1 or not isinstance(values[0], Sequence) or values[0].items != []


def _compared(values: Iterable[Value]) -> Iterator[Value]:
    for value in values:
        if isinstance(value, Sequence):
            yield from value.items if value.items is not None else (value.element,)
        else:
            yield value
