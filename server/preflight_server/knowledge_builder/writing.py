"""Writes a call as a small program: the module that makes it, and its example inputs.

The tensor arguments become inputs of ``forward``. Core ML has only float and int32 inputs, so other dtypes
are made inside: bool by a comparison, complex from two reals, narrow types by a cast, a scalar from a vector.
The same text is run by the builder and read by the linter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import torch

from .literals import Unwritable, index, literal, tensor_text
from .public_apis import PROPERTIES, changes_its_input
from .spelling import INFIX

_PLAIN = {torch.float32, torch.int32, torch.int64}
_PREFIX = {"neg": "-", "pos": "+", "invert": "~"}


class Program(NamedTuple):
    """A program's text, in parts: what it returns is decided when the result has been seen."""

    #: Statements of ``__init__``.
    made: tuple[str, ...]
    parameters: tuple[str, ...]
    #: Statements of ``forward`` before the last one.
    body: tuple[str, ...]
    #: The last expression.
    result: str
    #: Expressions that make the example inputs.
    example: tuple[str, ...]
    #: Kinds that making inputs of other dtypes adds to the graph.
    harness_kinds: Counter[str]

    def text(self, returned: str | None = None) -> str:
        """The whole file; ``returned`` is what is returned of ``result``, all by default."""
        if returned is None:
            last = [f"return {self.result}"]
        else:
            last = [f"result = {self.result}", f"return {returned}"]
        forward = "\n".join(f"        {line}" for line in (*self.body, *last))
        made = "".join(f"        {line}\n" for line in self.made)
        init = f"    def __init__(self):\n        super().__init__()\n{made}\n" if self.made else ""
        code = (
            f"class Net(nn.Module):\n{init}"
            f"    def forward({', '.join(('self', *self.parameters))}):\n{forward}\n\n\n"
            f"example = ({''.join(f'{text}, ' for text in self.example).strip()})\n"
        )
        return f"{_imports(code)}\n\n\n{code}"


def _imports(code: str) -> str:
    lines = ["import torch"]
    if re.search(r"\bmath\.", code):
        lines.insert(0, "import math")
    if re.search(r"(?<![\w.'\"])inf\b", code):
        lines.insert(0, "from math import inf")
    if re.search(r"\bF\.", code):
        lines.append("import torch.nn.functional as F")
    return "\n".join([*lines, "from torch import nn"])


class Writer:
    """Collects the inputs and constants of one program."""

    def __init__(self, *, constants: bool = False) -> None:
        self.constants = constants  # only the first tensor is an input
        self.parameters: list[str] = []
        self.example: list[str] = []
        self.made: list[str] = []
        self.harness: Counter[str] = Counter()

    def argument(self, tensor: torch.Tensor) -> str:
        """The expression that stands for a tensor in ``forward``."""
        if self.constants and self.parameters:
            name = f"c{len(self.made)}"
            self.made.append(f'self.register_buffer("{name}", {tensor_text(tensor)})')
            return f"self.{name}"
        if tensor.dtype in _PLAIN:
            return self._input(tensor)
        if tensor.dtype is torch.bool:
            self.harness["aten::gt"] += 1
            return f"({self._input(tensor.float())} > 0.5)"
        if tensor.is_complex():
            self.harness["aten::complex"] += 1
            parts = torch.view_as_real(tensor.detach().resolve_conj().to(torch.complex64))
            return f"torch.complex({self._input(parts[..., 0])}, {self._input(parts[..., 1])})"
        self.harness["aten::to"] += 1
        plain = torch.float32 if tensor.is_floating_point() else torch.int32
        return f"{self._input(tensor.to(plain))}.to({tensor.dtype})"

    def _input(self, tensor: torch.Tensor) -> str:
        if tensor.dim() == 0:  # which Core ML has no inputs of
            self.harness["aten::squeeze"] += 1
            return f"{self._input(tensor.reshape(1))}.squeeze(0)"
        name = f"x{len(self.parameters)}"
        self.parameters.append(name)
        self.example.append(tensor_text(tensor))
        return name

    def program(self, body: Iterable[str], result: str) -> Program:
        return Program(
            tuple(self.made), tuple(self.parameters), tuple(body), result, tuple(self.example), self.harness
        )


def program_of_call(
    api: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, constants: bool = False
) -> Program:
    """``api(*args, **kwargs)``; with ``constants`` only the first tensor is an input. Raises Unwritable."""
    writer = Writer(constants=constants)
    body: list[str] = []
    name = api.rsplit(".", 1)[1]
    if changes_its_input(api) and args and isinstance(args[0], torch.Tensor):
        # A model's input isn't written to.
        first = writer.argument(args[0])
        if name == "__setitem__":
            body.append(f"y = {first}.clone()")
            key, value = index(args[1], writer.argument), literal(args[2], writer.argument)
            body.append(f"y[{key}] = {value}")
            writer.harness["aten::clone"] += 1
            return writer.program(body, "y")
        body.append(f"y = {first}.clone()")
        writer.harness["aten::clone"] += 1
        given = ["y", *(literal(value, writer.argument) for value in args[1:])]
        if name.startswith("__"):
            body.append(f"y {INFIX[name[3:-2]]}= {given[1]}")
            return writer.program(body, "y")
    elif name == "__getitem__":
        return writer.program(body, f"{literal(args[0], writer.argument)}[{index(args[1], writer.argument)}]")
    else:
        given = [literal(value, writer.argument) for value in args]
    named = {key: literal(value, writer.argument) for key, value in kwargs.items()}
    return writer.program(body, call_text(api, given, named))


def call_text(api: str, given: Sequence[str], named: Mapping[str, str]) -> str:
    """The call as people write it: ``x + 2``, ``x.abs()``, ``F.relu(x)``."""
    name = api.rsplit(".", 1)[1]
    rest = ", ".join((*given[1:], *(f"{key}={value}" for key, value in named.items())))
    if api.startswith("torch.Tensor."):
        if not given:
            raise Unwritable("a method needs a tensor")
        if name.startswith("__"):
            return _operator(name[2:-2], given)
        return f"{given[0]}.{name}" if name in PROPERTIES else f"{given[0]}.{name}({rest})"
    everything = ", ".join((*given[:1], *([rest] if rest else [])))
    return f"{api.replace('torch.nn.functional.', 'F.')}({everything})"


def _operator(name: str, given: Sequence[str]) -> str:
    if name in _PREFIX and len(given) == 1:
        return f"{_PREFIX[name]}{given[0]}"
    if name == "abs":
        return f"abs({given[0]})"
    if name == "reversed":
        return f"reversed({given[0]})"
    if len(given) != 2:
        raise Unwritable(f"cannot write __{name}__ of {len(given)} operands")
    if name == "contains":
        return f"{given[1]} in {given[0]}"
    if name in INFIX:
        return f"{given[0]} {INFIX[name]} {given[1]}"
    if name.startswith("r") and name[1:] in INFIX:
        return f"{given[1]} {INFIX[name[1:]]} {given[0]}"
    raise Unwritable(f"cannot write __{name}__")


def program_of_module(
    api: str,
    built: tuple[Sequence[Any], Mapping[str, Any]],
    called: tuple[Sequence[Any], Mapping[str, Any]],
    *,
    constants: bool = False,
) -> Program:
    """A module of torch.nn, made with ``built`` and called with ``called``. Raises Unwritable."""
    writer = Writer(constants=constants)
    made = [literal(value, tensor_text) for value in built[0]]
    made += [f"{key}={literal(value, tensor_text)}" for key, value in built[1].items()]
    given = [literal(value, writer.argument) for value in called[0]]
    given += [f"{key}={literal(value, writer.argument)}" for key, value in called[1].items()]
    layer = f"self.layer = {api.replace('torch.nn.', 'nn.')}({', '.join(made)})"
    program = writer.program((), f"self.layer({', '.join(given)})")
    return program._replace(made=(layer, *program.made))
