"""Tensors cut into pieces, and lists of tensors put together."""

from __future__ import annotations

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, Plain, Sequence, Source, Tensor, Value, surely_traced
from preflight_analyzers.rules.refused.case import Case

_CHUNK = ("torch.chunk", "torch.Tensor.chunk")
#: What a converter folds where its operands are constants.
_FOLDED = frozenset("neg sin cos exp add sub mul div __getitem__ __neg__ __add__ __sub__ __mul__".split())


def _number(value: Value | None) -> int | None:
    """A number that is known, or that Python has made of the sizes at hand."""
    taken = isinstance(value, Plain) and not value.traced and value.source is Source.SHAPE
    known = value.value if isinstance(value, Known | Plain) and (isinstance(value, Known) or taken) else None
    return known if type(known) is int else None


def _into_one(event: ApiCall) -> bool:
    return _number(event.arguments.get(1, "chunks")) == 1


def _into_fewer(event: ApiCall) -> bool:
    """torch gives fewer pieces than asked for where the size can't be cut so."""
    tensor, chunks = event.arguments.get(0, "input"), _number(event.arguments.get(1, "chunks"))
    given = event.arguments.get(2, "dim")
    dim = 0 if given is None else _number(given)
    if not isinstance(tensor, Tensor) or tensor.shape is None or chunks is None or dim is None or chunks < 2:
        return False
    size = tensor.shape[dim] if -len(tensor.shape) <= dim < len(tensor.shape) else None
    if not size:
        return False
    piece = -(-size // chunks)
    return -(-size // piece) != chunks


def _by_a_size(event: ApiCall) -> bool:
    chunks = event.arguments.get(1, "chunks")
    return chunks is not None and surely_traced(chunks)


def _are_constant_numbers(event: ApiCall) -> bool:
    """Tensors of rank 0 that need no input: the converter makes one constant of the list."""
    given = event.arguments.get(0, "tensors")
    items = given.items if isinstance(given, Sequence) else None
    return bool(items) and all(_is_constant_number(item) for item in items or ())


def _is_constant_number(value: Value) -> bool:
    if not isinstance(value, Tensor) or value.rank != 0 or value.source > Source.STATE:
        return False
    return value.origin is None or value.origin.uses.api.rsplit(".", 1)[1] in _FOLDED


def _by_many(event: ApiCall) -> bool:
    """A number of copies for each: one number for all converts, where it is a constant."""
    repeats = event.arguments.get(1, "repeats")
    if not isinstance(repeats, Tensor):
        return False
    return repeats.source is Source.INPUT or (repeats.rank == 1 and repeats.shape not in ((None,), (1,)))


CASES = (
    Case(
        name="chunk into one piece",
        apis=_CHUNK,
        applies=_into_one,
        use="into one piece",
        why="the converter wants several",
        way_out="leave it out",
        bad="return x.relu().chunk(1, dim=2)[0] + 1",
        good="return x.relu() + 1",
    ),
    Case(
        name="chunk into more pieces than there are",
        apis=_CHUNK,
        applies=_into_fewer,
        use="into more pieces than come out",
        why="torch gives fewer, and there is no converter for aten::chunk then",
        way_out="ask for as many as there are, or use split(size)",
        bad="return x.view(-1, 4, 8).chunk(3, dim=1)[0] + 1",
        good="return x.view(-1, 4, 8).split(2, dim=1)[0] + 1",
    ),
    Case(
        name="chunk by a size",
        apis=_CHUNK,
        applies=_by_a_size,
        use="into as many pieces as a size of the input says",
        why="only a number known while tracing makes it operators that convert",
        way_out="make it a number with int(): tracing fixes it anyway",
        bad="return x.relu().chunk(x.shape[2] // 4, dim=2)[0] + 1",
        good="return x.relu().chunk(int(x.shape[2] // 4), dim=2)[0] + 1",
    ),
    Case(
        name="repeat_interleave by a tensor",
        apis=("torch.repeat_interleave", "torch.Tensor.repeat_interleave"),
        applies=_by_many,
        use="by a tensor",
        why="the converter repeats by a constant number only",
        way_out="gather with indices that are made outside of the model: x[:, indices]",
        bad="return x.repeat_interleave(torch.arange(1, 5), dim=1)",
        good="return x[:, torch.tensor([0, 1, 1, 2, 2, 2, 3, 3, 3, 3])]",
    ),
    Case(
        name="stack of constant numbers",
        apis=("torch.stack",),
        applies=_are_constant_numbers,
        use="of numbers that need no input",
        why="the list becomes one constant, which the converter takes for no list",
        way_out="give each an axis and use cat, or make the tensor in __init__",
        bad="return x * torch.stack([self.weight[0], self.weight[1]]).max()",
        good="return x * torch.cat([self.weight[:1], self.weight[1:]]).max()",
    ),
)
