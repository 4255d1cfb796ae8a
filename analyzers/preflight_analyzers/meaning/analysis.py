"""Where the interpretation starts: modules' ``forward()`` and conversion scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from typing import NamedTuple

from preflight_analyzers.meaning import attributes, calls, ir, left_behind, open_sizes, writes
from preflight_analyzers.meaning.events import Event
from preflight_analyzers.meaning.evidence import tensor_inputs
from preflight_analyzers.meaning.frame import FORWARD, SCRIPT, Frame
from preflight_analyzers.meaning.machine import Gap, Machine, Needs, OutOfBudget
from preflight_analyzers.meaning.project import Project
from preflight_analyzers.meaning.scope import ModuleScope
from preflight_analyzers.meaning.traced_runs import runs_of
from preflight_analyzers.meaning.unit import IDENTIFIER, Changes, Unit
from preflight_analyzers.meaning.uses import mark_used
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Assumed,
    Class,
    External,
    Function,
    Instance,
    Mapped,
    Partial,
    Plain,
    Sequence,
    Value,
)
from preflight_analyzers.source.blocks import Block

#: A block without these can't trace, convert or save a model.
_CONVERSION = re.compile(r"\b(?:trace|export|convert|script)\s*\(|\bcoremltools\b|\.save\s*\(")
#: One of these is in whatever the pattern finds; looking for them takes a tenth of the time.
_HINTS = ("trace", "export", "convert", "script", "coremltools", ".save")
_MENTIONS = re.compile(r"\b(?:torch|coremltools)\b")


#: The place of a call that nobody wrote: the one that starts an entry point.
NOWHERE = -1


class Run(NamedTuple):
    """What was seen when a model was run."""

    events: tuple[Event, ...]
    gaps: tuple[Gap, ...]
    #: Whether it is known what comes out.
    complete: bool


class TracedRun(NamedTuple):
    """What was seen when a model was run as a script traces it."""

    #: The file and the block of the model's class; None where it is something else.
    model: tuple[Unit, int] | None
    run: Run


class Scripts(NamedTuple):
    """The blocks of a file that are no part of a model."""

    #: One of them converts, or calls a function that does; then all of them matter, in order.
    statements: tuple[int, ...]
    #: Functions and methods that trace, convert or save.
    converting: tuple[int, ...]


class Outcome(NamedTuple):
    """What was seen at one entry point: the scripts of a file, or one module class on its own."""

    #: The block of the class; None for the scripts.
    block: int | None
    scripts: Scripts | None
    #: Of scripts: what happens besides running models.
    events: tuple[Event, ...]
    #: Of a module class that can be run; None if it turned out to be none.
    alone: Run | None
    traced: tuple[TracedRun, ...]
    needs: Needs
    #: Blocks of functions of the file that ran.
    ran: frozenset[int]
    #: Operators that the files read register converters for.
    registered_ops: frozenset[str]
    steps: int


class ModuleResult(NamedTuple):
    """What was seen when one module class was run: as the file traces it, or else on its own."""

    name: str
    line: int
    runs: tuple[Run, ...]


class Analysis(NamedTuple):
    """What was seen at all entry points of a file."""

    unit: Unit
    outcomes: tuple[Outcome, ...] = ()

    @property
    def events(self) -> tuple[Event, ...]:
        found: list[Event] = []
        for outcome in self.outcomes:
            found += outcome.events
            for _, run in outcome.traced:
                found += run.events
            found += outcome.alone.events if outcome.alone is not None else ()
        return tuple(found)

    @property
    def modules(self) -> tuple[ModuleResult, ...]:
        traced = [one for outcome in self.outcomes for one in outcome.traced]
        found: list[ModuleResult] = []
        for outcome in self.outcomes:
            if outcome.block is not None and outcome.alone is not None:
                block = self.unit.blocks[outcome.block]
                as_traced = tuple(run for model, run in traced if model == (self.unit, outcome.block))
                runs = as_traced or (outcome.alone,)
                found.append(ModuleResult(block.name or "", block.statement_line, runs))
        return tuple(found)


#: Statements and expressions run for one file, beyond which no further entry point is begun.
_ALL_STEPS = 300_000
#: And for the scripts of a file and what they trace.
_STEPS_OF_SCRIPTS = 150_000


def analyze(unit: Unit, frontend: str = "trace", project: Project | None = None) -> Analysis:
    """Run everything in a file that a conversion would run, abstractly.

    ``project`` finds what the file imports.
    """
    # What models have in common is run once.
    machine = Machine(unit, frontend, project)
    return _analyze(unit, lambda block: _run(machine, block))


def analyze_again(
    unit: Unit, known: Mapping[int | None, Outcome], frontend: str = "trace", project: Project | None = None
) -> Analysis:
    """The same where the outcomes ``known`` still hold. Entry points share nothing, so that it is known of
    each what it depends on."""
    return _analyze(unit, lambda block: known.get(block) or _run(Machine(unit, frontend, project), block))


def _analyze(unit: Unit, run: Callable[[int | None], Outcome]) -> Analysis:
    outcomes: list[Outcome] = []
    steps = 0
    for block in entries_of(unit):
        if steps > _ALL_STEPS:
            break
        outcomes.append(run(block))
        steps += outcomes[-1].steps
    return Analysis(unit, tuple(outcomes))


def entries_of(unit: Unit) -> Iterator[int | None]:
    """The entry points of a file: None for its scripts, the block of each class that may be a module."""
    if not _MENTIONS.search(unit.text):
        return
    if any(scripts_of(unit)):
        yield None
    yield from (number for number, block in unit.blocks.items() if _may_be_module(unit, number, block))


def still_holds(outcome: Outcome, unit: Unit, changes: Changes) -> bool:
    """Whether what was seen at an entry point would be seen again after an update of the file."""
    needs = outcome.needs
    return (
        needs.blocks.isdisjoint(changes.gone)
        and needs.names.isdisjoint(changes.names)
        and needs.members.isdisjoint(changes.members)
        and (outcome.scripts is None or outcome.scripts == scripts_of(unit))
    )


def _run(machine: Machine, block: int | None) -> Outcome:
    begun = machine.all_steps + machine.steps
    events: list[Event] = []
    alone: Run | None = None
    traced: list[TracedRun] = []
    scripts: Scripts | None = None
    if block is None:
        scripts = scripts_of(machine.home)
        events = _run_scripts(machine, machine.scope, scripts)
        traced, about_sizes = _run_traced(machine, machine.scope)
        events = [*events, *about_sizes]
    else:
        machine.needs.blocks.add(block)
        alone = _run_module(machine, machine.scope, machine.home.blocks[block])
    return Outcome(
        block,
        scripts,
        tuple(events),
        alone,
        tuple(traced),
        machine.needs,
        frozenset(machine.ran),
        machine.registered_ops(),
        machine.all_steps + machine.steps - begun,
    )


def _run_traced(machine: Machine, scope: ModuleScope) -> tuple[list[TracedRun], list[Event]]:
    """Run the models that scripts trace, as they trace them; besides, what is about open sizes."""
    found: list[TracedRun] = []
    about_sizes: list[Event] = []
    own = (note for note in machine.traces if note.frame.scope is scope)
    for run in runs_of(own):
        machine.start_entry()
        if machine.all_steps > _STEPS_OF_SCRIPTS:
            break
        cls = run.model.cls if isinstance(run.model, Instance) else None
        model = (cls.scope.unit, cls.block) if isinstance(cls, Class) else None
        seen = _watch(machine, run.start)
        if run.insists is not None:
            about_sizes.extend(open_sizes.told_of_export(seen.events, run.insists))
        elif run.for_sizes:
            about_sizes.extend(open_sizes.told(seen.events))
        else:
            found.append(TracedRun(model, seen))
    return found, about_sizes


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


def scripts_of(unit: Unit) -> Scripts:
    statements: list[int] = []
    converting: list[int] = []
    found = False
    for number, block in unit.blocks.items():
        if block.keyword in ("import", "from", "class"):
            continue
        converts = _converts(block.text)
        found = found or converts
        if block.kind == "statement" and block.keyword != "def":
            statements.append(number)
        elif converts and block.keyword == "def" and block.name != "forward":
            converting.append(number)
    return Scripts(tuple(statements), tuple(converting)) if found else Scripts((), ())


@lru_cache(maxsize=16_384)
def _converts(block: str) -> bool:
    return any(hint in block for hint in _HINTS) and _CONVERSION.search(block) is not None


def _run_scripts(machine: Machine, scope: ModuleScope, scripts: Scripts) -> list[Event]:
    """The file's own statements, and each function that converts something."""
    events = _run_entry(machine, partial(scope.run_blocks, scripts.statements))
    for number in scripts.converting:
        block = scope.unit.blocks[number]
        if block.owner is None:
            run = partial(_run_alone, machine, scope, block.name or "")
        else:
            owner = scope.unit.blocks[block.owner]
            run = partial(_run_method, machine, scope, owner.name or "", block.name or "")
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
        machine.start_entry(machine.STEPS_TO_BUILD)
        frame = Frame(machine, scope, cls.block, "<module>", SCRIPT)
        node = ir.Const(NOWHERE, None)
        module = calls.construct(frame, node, cls, _constructor_arguments(cls))
        assert isinstance(module, Instance)
        method = attributes.class_member(module, "forward")
        if not isinstance(method, Function) or not isinstance(method.definition, ir.FunctionDef):
            return None
    except (OutOfBudget, RecursionError):
        return Run((), (), complete=False)
    machine.start_entry()  # building it converts nothing
    frame.phase = FORWARD
    inputs = tensor_inputs(method.definition)
    run = partial(calls.run_function, frame, node, method, inputs)
    seen = _watch(machine, run)
    again = left_behind.decided_next(frame, run)
    return seen._replace(events=(*seen.events, *again, *left_behind.told(frame, module, run)))


def _holds_unknown(value: Value) -> bool:
    if isinstance(value, Sequence | Mapped):
        value = value.element
    return value is UNKNOWN


def _constructor_arguments(cls: Class) -> Arguments:
    """Nobody said how it is built: values of unknown kind, or of the kind that the parameter says.

    A default gives tensors their sizes and calls their arguments; no branch is decided by it.
    """
    found = attributes.member_of(cls, "__init__")
    if found is None or not isinstance(found[1], Function):
        return Arguments()
    values: list[Value] = []
    keywords: dict[str, Value] = {}
    function = found[1]
    for parameter in function.definition.parameters[1:]:
        value = _likely(function, parameter)
        if parameter.kind == "positional":
            values.append(value)
        elif parameter.kind == "keyword":
            keywords[parameter.name] = value
    return Arguments(values, keywords)


def _likely(function: Function, parameter: ir.Parameter) -> Value:
    default, kind = parameter.default, parameter.annotation
    if isinstance(default, ir.Const) and isinstance(default.value, bool | int | float | str):
        return Plain(type(default.value).__name__, value=default.value)
    if isinstance(default, ir.Name | ir.Attribute | ir.Lambda | ir.Call):
        given = calls.default_of(function, parameter)
        if isinstance(given, Class | Function | Partial) or _is_callable_of_torch(given):
            return Assumed(given)
    if default is None and isinstance(kind, ir.Name) and kind.id in ("int", "float", "bool", "str"):
        return Plain(kind.id)
    return UNKNOWN


def _is_callable_of_torch(value: Value) -> bool:
    return isinstance(value, External) and value.name.startswith(("torch.nn.", "torch.relu", "torch.tanh"))
