"""Calls written by hand: the ways the APIs are really called in models, and APIs that no database covers.

One line a call: ``call(api, code, name=shape, ...)``. ``code`` is the body of ``forward``: statements
separated by ``;``, the last one an expression. A shape makes a float32 input with positive and negative
values; ``ints``, ``bools`` and ``positive`` make others. A string makes a module once, outside ``forward``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any, NamedTuple

from ..case import ODD, ORDINARY, Case, case_of
from ..writing import Program, Writer
from . import Sample

TOPICS = ("arithmetic", "shapes", "reductions", "network", "indexing", "creation", "numeric", "modules")
#: Calls that look for the edges of the converters.
EDGES = tuple(
    f"limits_of_{topic}" for topic in ("layers", "tensors", "dtypes", "literals", "rank", "complex", "sizes")
)

#: Begins the names of samples that show an API as it is really called.
EVERYDAY = "hand:"
#: And of those that try what is odd; they say nothing of how an API does usually.
EDGE = "edge:"


class Ints(NamedTuple):
    shape: tuple[int, ...]
    high: int = 3


class Bools(NamedTuple):
    shape: tuple[int, ...]


class Positive(NamedTuple):
    shape: tuple[int, ...]


class Call(NamedTuple):
    api: str
    code: str
    inputs: tuple[tuple[str, Any], ...]


class Calls:
    """Collects one topic's calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, api: str, code: str, **inputs: Any) -> None:
        self.calls.append(Call(api, code, tuple(inputs.items())))

    def both(self, name: str, arguments: str, **inputs: Any) -> None:
        """The function and the method of this name; the tensor ``x`` comes first."""
        self(f"torch.{name}", f"torch.{name}({', '.join(filter(None, ['x', arguments]))})", **inputs)
        self(f"torch.Tensor.{name}", f"x.{name}({arguments})", **inputs)


def handwritten_samples(api: str) -> Iterator[Sample]:
    for prefix, topics in ((EVERYDAY, TOPICS), (EDGE, EDGES)):
        for call in _by_api(topics).get(api, ()):
            yield sample_of(call, prefix)


def sample_of(call: Call, prefix: str) -> Sample:
    given = ", ".join(f"{name}={value!r}" for name, value in call.inputs)
    return Sample(
        f"{prefix}{call.code} | {given}",
        _maker(call, odd=prefix == EDGE),
        trained=call.api.startswith("torch.nn.") and call.api[9].isupper(),
    )


@lru_cache(maxsize=2)
def _by_api(topics: tuple[str, ...]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for topic in topics:
        for call in import_module(f".calls.{topic}", __package__).calls.calls:
            found[call.api].append(call)
    return found


def program_of_code(code: str, inputs: Sequence[tuple[str, Any]]) -> Program:
    """``code`` as a program; raises what Python raises for code that isn't."""
    writer = Writer()
    body: list[str] = []
    made: set[str] = set()
    for name, given in inputs:
        if isinstance(given, str):
            writer.made.append(f"self.{name} = {given}")
            made.add(name)
            continue
        writer.parameters.append(name)
        writer.example.append(_example(given))
        if isinstance(given, Bools):
            writer.harness["aten::gt"] += 1
            body.append(f"{name} = {name} > 0.5")
    *statements, result = [part.strip() for part in code.split(";")]
    body.extend(line for statement in statements for line in _of_self(statement, made).splitlines())
    return writer.program(body, _of_self(result, made))


def _of_self(code: str, made: set[str]) -> str:
    """What was made in ``__init__`` is an attribute."""
    tree = _OfSelf(made).visit(ast.parse(code)) if made else None
    return code if tree is None else ast.unparse(tree)


class _OfSelf(ast.NodeTransformer):
    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._names:
            return node
        return ast.Attribute(ast.Name("self", ast.Load()), node.id, node.ctx)


def _example(given: Any) -> str:
    if isinstance(given, Ints):
        return f"torch.randint(0, {given.high}, {given.shape})"
    if isinstance(given, Bools):
        return f"torch.rand({given.shape})"
    if isinstance(given, Positive):
        return f"torch.rand({given.shape}) + 0.5"
    return f"torch.randn({given})"


def _maker(call: Call, *, odd: bool) -> Callable[[bool, bool], Case]:
    def make(constants: bool, first_output: bool) -> Case:
        program = program_of_code(call.code, call.inputs)
        shapes = [getattr(given, "shape", given) for _, given in call.inputs if not isinstance(given, str)]
        unusual = odd or any(len(shape) in (0, 6) or 0 in shape for shape in shapes)
        return case_of(program, tier=ODD if unusual else ORDINARY, first_output=first_output)

    return make
