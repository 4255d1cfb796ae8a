"""Where the interpretation starts: modules' ``forward()`` and conversion scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from preflight_analyzers.meaning import attributes, calls, ir, writes
from preflight_analyzers.meaning.events import Event
from preflight_analyzers.meaning.evidence import tensor_parameters
from preflight_analyzers.meaning.frame import FORWARD, SCRIPT, Frame
from preflight_analyzers.meaning.machine import Gap, Machine, OutOfBudget
from preflight_analyzers.meaning.scope import ModuleScope
from preflight_analyzers.meaning.unit import IDENTIFIER, Unit
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Class,
    Function,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Source,
    Tensor,
    Value,
)
from preflight_analyzers.source.blocks import Block

#: A block without these can't trace, convert or save a model.
_CONVERSION = re.compile(r"\b(?:trace|export|convert|script)\s*\(|\bcoremltools\b|\.save\s*\(")
_MENTIONS = re.compile(r"\b(?:torch|coremltools)\b")


#: The place of a call that nobody wrote: the one that starts an entry point.
NOWHERE = -1


class ModuleResult(NamedTuple):
    """What was seen when one module class was run on its own."""

    name: str
    line: int
    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    complete: bool


class Analysis(NamedTuple):
    unit: Unit
    events: tuple[Event, ...]
    modules: tuple[ModuleResult, ...]


def analyze(unit: Unit, frontend: str = "trace") -> Analysis:
    """Run everything in a file that a conversion would run, abstractly."""
    if not _MENTIONS.search(unit.text):
        return Analysis(unit, (), ())
    machine = Machine(frontend)
    scope = ModuleScope(machine, unit)
    events = _run_scripts(machine, scope)
    modules: list[ModuleResult] = []
    for index, block in enumerate(unit.blocks):
        if _may_be_module(unit, index, block):
            result = _run_module(machine, scope, block)
            if result is not None:
                modules.append(result)
                events.extend(result.events)
    return Analysis(unit, tuple(events), tuple(modules))


def _may_be_module(unit: Unit, index: int, block: Block) -> bool:
    """A class with bases, and a forward() of its own or perhaps of a base in this file."""
    if block.keyword != "class" or block.owner is not None or block.name is None:
        return False
    if block.kind != "class":
        return "def forward" in block.text
    bases = block.text.partition("(")[2]
    if not bases:
        return False
    if "forward" in unit.members.get(index, ()):
        return True
    return any(unit.defines_class(name) for name in IDENTIFIER.findall(bases))


def _run_scripts(machine: Machine, scope: ModuleScope) -> list[Event]:
    """The file's own statements, and each function that converts something."""
    events: list[Event] = []
    unit = scope.unit
    statements = [
        i
        for i, b in enumerate(unit.blocks)
        if b.kind == "statement" and b.keyword not in ("def", "class", "import", "from")
    ]
    # One of them converts, or calls a function that does; then all of them matter, in order.
    converting = [
        b for b in unit.blocks if b.keyword not in ("import", "from") and _CONVERSION.search(b.text)
    ]
    if not converting:
        return events
    events.extend(_run_entry(machine, partial(scope.run_blocks, statements)))
    for block in converting:
        if block.keyword == "def" and block.owner is None and block.name is not None:
            events.extend(_run_entry(machine, partial(_run_alone, machine, scope, block.name)))
    for index, block in enumerate(unit.blocks):
        if block.kind == "class":
            for name, found in unit.members.get(index, {}).items():
                if name != "forward" and any(_CONVERSION.search(unit.blocks[i].text) for i in found):
                    run = partial(_run_method, machine, scope, block.name or "", name)
                    events.extend(_run_entry(machine, run))
    return events


def _run_entry(machine: Machine, run: Callable[[], object]) -> list[Event]:
    """Run one entry point with a budget of its own; what was seen until it ran out counts."""
    machine.start_entry()
    with suppress(OutOfBudget, RecursionError):
        run()
    return machine.events


def _run_alone(machine: Machine, scope: ModuleScope, name: str) -> None:
    function = scope.lookup(name)
    if isinstance(function, Function):
        _run_function(machine, scope, function, SCRIPT)


def _run_method(machine: Machine, scope: ModuleScope, class_name: str, name: str) -> None:
    """A method that converts something, on an object of which nothing is known."""
    cls = scope.lookup(class_name)
    if isinstance(cls, Class):
        receiver = Instance(cls)
        receiver.open = True
        method = attributes.class_member(receiver, name)
        if isinstance(method, Function):
            _run_function(machine, scope, method, SCRIPT)


def _run_function(machine: Machine, scope: ModuleScope, function: Function, phase: str) -> None:
    """Run a function whose arguments aren't known."""
    frame = Frame(machine, scope, function.block, "<module>", phase)
    node = ir.Const(NOWHERE, None)
    calls.run_function(frame, node, function, Arguments((), {}, complete=False))


def _run_module(machine: Machine, scope: ModuleScope, block: Block) -> ModuleResult | None:
    """Build a module with unknown arguments and run its ``forward()`` on tensors."""
    machine.start_entry()
    name = block.name or ""
    complete = True
    try:
        cls = scope.lookup(name)
        if not isinstance(cls, Class) or not attributes.is_module(cls):
            return None
        machine.start_entry()
        frame = Frame(machine, scope, cls.block, "<module>", SCRIPT)
        node = ir.Const(NOWHERE, None)
        module = calls.construct(frame, node, cls, _constructor_arguments(cls))
        assert isinstance(module, Instance)
        method = attributes.class_member(module, "forward")
        if not isinstance(method, Function) or not isinstance(method.definition, ir.FunctionDef):
            return None
        machine.events, machine.gaps = [], []  # building it converts nothing
        frame.phase = FORWARD
        result = calls.run_function(frame, node, method, _inputs(method.definition))
        writes.note_lost(frame, [result])
        complete = not _holds_unknown(result)
    except (OutOfBudget, RecursionError):
        complete = False
    return ModuleResult(name, block.statement_line, tuple(machine.events), tuple(machine.gaps), complete)


def _holds_unknown(value: Value) -> bool:
    if isinstance(value, Sequence | Mapped):
        value = value.element
    return value is UNKNOWN


def _constructor_arguments(cls: Class) -> Arguments:
    """Nobody said how it is built: values of unknown kind, or of the kind of the default."""
    found = attributes.member_of(cls, "__init__")
    if found is None or not isinstance(found[1], Function):
        return Arguments()
    values: list[Value] = []
    keywords: dict[str, Value] = {}
    for parameter in found[1].definition.parameters[1:]:
        value: Value = UNKNOWN
        default = parameter.default
        if isinstance(default, ir.Const) and isinstance(default.value, bool | int | float | str):
            value = Plain(type(default.value).__name__)
        if parameter.kind == "positional":
            values.append(value)
        elif parameter.kind == "keyword":
            keywords[parameter.name] = value
    return Arguments(values, keywords)


def _inputs(definition: ir.FunctionDef) -> Arguments:
    """Tensors for the parameters that surely are; what has a default is left at it, as when converting."""
    tensors = tensor_parameters(definition)
    values: list[Value] = []
    keywords: dict[str, Value] = {}
    for parameter in definition.parameters[1:]:
        value: Value = UNKNOWN
        if isinstance(parameter.default, ir.Const):
            value = Known(parameter.default.value)
        elif parameter.default is None and parameter.name in tensors:
            value = Tensor(Source.INPUT)
        if parameter.kind == "positional":
            values.append(value)
        elif parameter.kind == "keyword":
            keywords[parameter.name] = value
    return Arguments(values, keywords)
