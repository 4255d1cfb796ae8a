"""Where the interpretation starts: modules' ``forward()`` and conversion scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from preflight_analyzers.meaning import attributes, calls, ir, writes
from preflight_analyzers.meaning.events import Event
from preflight_analyzers.meaning.evidence import tensor_inputs
from preflight_analyzers.meaning.frame import FORWARD, SCRIPT, Frame
from preflight_analyzers.meaning.machine import Gap, Machine, OutOfBudget
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.meaning.scope import ModuleScope
from preflight_analyzers.meaning.traced_runs import runs_of
from preflight_analyzers.meaning.unit import IDENTIFIER, Unit
from preflight_analyzers.meaning.uses import mark_used
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Class,
    Function,
    Instance,
    Mapped,
    Plain,
    Sequence,
    Value,
)
from preflight_analyzers.source.blocks import Block

#: A block without these can't trace, convert or save a model.
_CONVERSION = re.compile(r"\b(?:trace|export|convert|script)\s*\(|\bcoremltools\b|\.save\s*\(")
_MENTIONS = re.compile(r"\b(?:torch|coremltools)\b")


#: The place of a call that nobody wrote: the one that starts an entry point.
NOWHERE = -1


class Run(NamedTuple):
    """What was seen when a model was run."""

    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    #: Whether it is known what comes out.
    complete: bool


class ModuleResult(NamedTuple):
    """What was seen when one module class was run: as the file traces it, or else on its own."""

    name: str
    line: int
    runs: tuple[Run, ...]


class Analysis(NamedTuple):
    unit: Unit
    events: tuple[Event, ...] = ()
    modules: tuple[ModuleResult, ...] = ()
    #: Blocks of functions that nothing ran.
    not_run: frozenset[int] = frozenset()
    #: Operators that the files read register converters for.
    registered_ops: frozenset[str] = frozenset()


def analyze(unit: Unit, frontend: str = "trace", project: Project | None = None) -> Analysis:
    """Run everything in a file that a conversion would run, abstractly; ``project`` finds what it imports."""
    if not _MENTIONS.search(unit.text):
        return Analysis(unit)
    machine = Machine(frontend, project)
    scope = ModuleScope(machine, unit)
    machine.add_scope(scope)
    events = _run_scripts(machine, scope)
    traced = _run_traced(machine, scope)
    for _, run in traced:
        events.extend(run.events)
    modules: list[ModuleResult] = []
    for index, block in enumerate(unit.blocks):
        if _may_be_module(unit, index, block):
            alone = _run_module(machine, scope, block)
            if alone is not None:
                events.extend(alone.events)
                cls = scope.lookup(block.name or "")
                as_traced = tuple(run for model, run in traced if model is cls)
                modules.append(ModuleResult(block.name or "", block.statement_line, as_traced or (alone,)))
    not_run = frozenset(
        index
        for index, block in enumerate(unit.blocks)
        if block.keyword == "def" and (id(unit), index) not in machine.ran
    )
    return Analysis(unit, tuple(events), tuple(modules), not_run, machine.registered_ops())


def _run_traced(machine: Machine, scope: ModuleScope) -> list[tuple[Value, Run]]:
    """Run the models that scripts of the file trace, as they trace them; each with its class."""
    found: list[tuple[Value, Run]] = []
    own = (note for note in machine.traces if note.frame.scope is scope)
    for run in runs_of(own):
        machine.start_entry()
        if machine.all_steps > machine.ALL_STEPS // 2:
            break  # the rest is for the modules on their own
        cls = run.model.cls if isinstance(run.model, Instance) else UNKNOWN
        found.append((cls, _watch(machine, run.start)))
    return found


def _watch(machine: Machine, run: Callable[[], Value]) -> Run:
    try:
        returned = run()
        mark_used(returned)
        writes.note_lost(machine, [returned])
        complete = not _holds_unknown(returned)
    except (OutOfBudget, RecursionError):
        complete = False
    return Run(tuple(machine.events), tuple(machine.gaps), complete)


def _may_be_module(unit: Unit, index: int, block: Block) -> bool:
    """A class with bases, and a forward() of its own or perhaps of a base."""
    if block.keyword != "class" or block.owner is not None or block.name is None:
        return False
    if block.kind != "class":
        return "def forward" in block.text
    bases = block.text.partition("(")[2]
    if not bases:
        return False
    if "forward" in unit.members.get(index, ()):
        return True
    return any(name in unit.bindings for name in IDENTIFIER.findall(bases))


def _run_scripts(machine: Machine, scope: ModuleScope) -> list[Event]:
    """The file's own statements, and each function that converts something."""
    events: list[Event] = []
    unit = scope.unit
    if not _CONVERSION.search(unit.text):
        return events
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


def _run_module(machine: Machine, scope: ModuleScope, block: Block) -> Run | None:
    """Build a module with unknown arguments and run its ``forward()`` on tensors."""
    machine.start_entry()
    try:
        cls = scope.lookup(block.name or "")
        if not isinstance(cls, Class) or not attributes.is_module(cls):
            return None
        if attributes.member_of(cls, "forward") is None:
            return None
        machine.start_entry()
        frame = Frame(machine, scope, cls.block, "<module>", SCRIPT)
        node = ir.Const(NOWHERE, None)
        module = calls.construct(frame, node, cls, _constructor_arguments(cls))
        assert isinstance(module, Instance)
        method = attributes.class_member(module, "forward")
        if not isinstance(method, Function) or not isinstance(method.definition, ir.FunctionDef):
            return None
    except (OutOfBudget, RecursionError):
        return Run((), (), complete=False)
    machine.events, machine.gaps = [], []  # building it converts nothing
    frame.phase = FORWARD
    inputs = tensor_inputs(method.definition)
    return _watch(machine, partial(calls.run_function, frame, node, method, inputs))


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
