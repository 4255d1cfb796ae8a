"""The runs that a file's own calls of ``torch.jit.trace`` and ``torch.export.export`` ask for.

A trace is noted when a script comes to it, with the state of the model at that moment, and run when
all scripts are through: by then it is known what the traced model is converted with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from preflight_analyzers.meaning import attributes, calls, ir
from preflight_analyzers.meaning.events import Returned
from preflight_analyzers.meaning.evidence import tensor_inputs
from preflight_analyzers.meaning.examples import passed, refined
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.model_state import Held, restore, state_of
from preflight_analyzers.meaning.open_sizes import opened, opened_by_export
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Function,
    Instance,
    Traced,
    Value,
    options,
)

#: More traces of one file are not run.
_MOST_RUNS = 16


class NotedTrace(NamedTuple):
    """A call that traces a model, and what there was when it was made."""

    frame: Frame
    node: ir.Call
    traced: Traced
    example: Arguments | None
    state: tuple[Held, ...]
    entry: int
    #: What an export is given, with open sizes marked, by whether it insists on them.
    exported: tuple[tuple[bool, Arguments], ...] = ()


class TracedRun(NamedTuple):
    """A model to run, and what to run it with."""

    note: NotedTrace
    model: Function | Instance
    arguments: Arguments
    #: Whether it only looks for what depends on sizes that the conversion leaves open.
    for_sizes: bool = False
    #: In such a run of an export, whether it insists on leaving them open.
    insists: bool | None = None

    def repeats(self, other: TracedRun) -> bool:
        mine, others = calls.fingerprint_of(self.arguments), calls.fingerprint_of(other.arguments)
        same_model = self.model is other.model and self.note.state == other.note.state
        return same_model and mine is not None and mine == others

    def start(self) -> Value:
        """Run the model as it was when it was traced; what is seen goes to the machine."""
        restore(self.note.state)
        noticed = self.note.frame
        frame = Frame(noticed.machine, noticed.scope, noticed.block, noticed.symbol, FORWARD)
        returned = calls.call(frame, self.note.node, self.model, self.arguments)
        if not (isinstance(self.model, Instance) and self.model.training):  # it may give another then
            how, site = self.note.traced.how, noticed.site(self.note.node.at)
            frame.emit(Returned(site, how, returned, _is_strict(self.note.node)))
        return returned


def _is_strict(node: ir.Call) -> bool:
    """Whether a call of ``torch.jit.trace`` leaves ``strict`` at True."""
    keywords = [argument for argument in node.arguments if argument.keyword == "strict"]
    if any(argument.star == "**" for argument in node.arguments):
        return False
    return all(isinstance(one.value, ir.Const) and one.value.value is True for one in keywords)


def note_trace(
    frame: Frame, node: ir.Call, traced: Traced, example: Arguments | None, arguments: Arguments
) -> None:
    """Remember that a script traces a model here, with these arguments."""
    state = state_of(frame, traced.model)
    exported: list[tuple[bool, Arguments]] = []
    shapes = arguments.keywords.get("dynamic_shapes")
    if traced.how == "export" and shapes is not None:
        for insists in (True, False):
            marked = opened_by_export(passed("export", arguments), shapes, insists)
            if marked is not None:
                exported.append((insists, marked))
    entry = frame.machine.entry
    frame.machine.traces.append(NotedTrace(frame, node, traced, example, state, entry, tuple(exported)))


def runs_of(noted: Iterable[NotedTrace]) -> list[TracedRun]:
    """What the noted traces run, each once."""
    by_place: dict[tuple[int, int], list[NotedTrace]] = {}
    for note in noted:
        by_place.setdefault((note.frame.block, note.node.at), []).append(note)
    found: list[TracedRun] = []
    for notes in by_place.values():
        # The entry point that comes here from furthest away knows most about what it passes on.
        entry = max(notes, key=lambda note: len(note.frame.chain)).entry
        for note in notes:
            if note.entry == entry:
                found.extend(run for run in _runs(note) if not any(map(run.repeats, found)))
    return found[:_MOST_RUNS]


def _runs(note: NotedTrace) -> Iterator[TracedRun]:
    for model in options(note.traced.model):
        if isinstance(model, Function) or (isinstance(model, Instance) and attributes.is_module(model.cls)):
            for inputs in note.traced.converted_with or [None]:
                yield TracedRun(note, model, _completed(model, refined(note.example, inputs)))
                marked = opened(note.example, inputs)
                if marked is not None:
                    yield TracedRun(note, model, marked, for_sizes=True)
            for insists, given in note.exported:
                yield TracedRun(note, model, given, for_sizes=True, insists=insists)


def _completed(model: Function | Instance, example: Arguments | None) -> Arguments:
    """The example; where it isn't known, tensors for the parameters that surely are."""
    forward = attributes.class_member(model, "forward") if isinstance(model, Instance) else model
    if (
        not isinstance(forward, Function)
        or forward.receiver is None
        or not isinstance(forward.definition, ir.FunctionDef)
    ):
        return example or Arguments((), {}, complete=False)
    likely = tensor_inputs(forward.definition)
    if example is None:
        return likely
    positional = list(example.positional)
    for index, value in enumerate(likely.positional[: len(positional)]):
        if positional[index] is UNKNOWN:
            positional[index] = value
    return Arguments(positional, example.keywords)
