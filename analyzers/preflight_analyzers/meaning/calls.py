"""Calls: what is called with what, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from preflight_analyzers.meaning import (
    assignment,
    attributes,
    builtin_calls,
    classes,
    converter_calls,
    expressions,
    ir,
    library_calls,
    module_methods,
    statements,
    torch_calls,
    writes,
)
from preflight_analyzers.meaning.events import ApiCall, Event, Step
from preflight_analyzers.meaning.evidence import TORCH_METHODS
from preflight_analyzers.meaning.frame import FORWARD, INIT, SCRIPT, Frame
from preflight_analyzers.meaning.liveness import unused_names
from preflight_analyzers.meaning.machine import CallResult
from preflight_analyzers.meaning.uses import Uses
from preflight_analyzers.meaning.values import (
    NONE,
    UNKNOWN,
    Arguments,
    Array,
    Assumed,
    Choice,
    Class,
    CoreMLModel,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Method,
    Partial,
    Plain,
    Sequence,
    Source,
    Tensor,
    Traced,
    Unknown,
    Value,
    holds_tensor,
    is_followed,
    join_all,
    named,
    without_memory,
)


def call(frame: Frame, node: ir.Expr, function: Value, arguments: Arguments) -> Value:
    """Call ``function``; ``node`` is the expression at which it happens."""
    if isinstance(function, Choice):
        return _call_choice(frame, node, function, arguments)
    if isinstance(function, Function):
        return run_function(frame, node, function, arguments)
    if isinstance(function, Assumed):
        return _call_assumed(frame, node, function.value, arguments)
    if isinstance(function, External):
        return _call_external(frame, node, function.name, arguments)
    if isinstance(function, Method):
        return _call_method(frame, node, function, arguments)
    if isinstance(function, Instance):
        return call_instance(frame, node, function, arguments)
    if isinstance(function, Class):
        return construct(frame, node, function, arguments)
    if isinstance(function, Partial):
        merged = Arguments(
            (*function.arguments.positional, *arguments.positional),
            {**function.arguments.keywords, **arguments.keywords},
            function.arguments.complete and arguments.complete,
        )
        return call(frame, node, function.function, merged)
    if (
        isinstance(function, Unknown)
        and isinstance(node, ir.Call)
        and isinstance(node.function, ir.Attribute)
        and frame.phase == FORWARD
        and node.function.name in TORCH_METHODS
    ):
        return _on_a_tensor(frame, node, node.function, arguments)
    escape(frame, arguments)
    lost(frame, node, "a call whose target isn't known")
    return UNKNOWN


def _on_a_tensor(frame: Frame, node: ir.Call, method: ir.Attribute, arguments: Arguments) -> Value:
    """A method that only tensors have: what it is called on is one, and stays one.

    The call itself isn't told, for it is all that says so.
    """
    tensor = Tensor(Source.UNSURE)
    if isinstance(method.object, ir.Name) and frame.names.get(method.object.id) is UNKNOWN:
        assignment.assign(frame, method.object, tensor)
    first = len(frame.machine.events)
    result = torch_calls.call_tensor_method(frame, node, tensor, method.name, arguments)
    del frame.machine.events[first:]
    return result


def tell(
    frame: Frame,
    node: ir.Expr | ir.AugmentedAssign,
    api: str,
    arguments: Arguments,
    module: Instance | None = None,
) -> Uses:
    """Tell that something of torch, numpy, math or the builtins is called."""
    uses = Uses(api, arguments.values())
    writes.note_use(frame, api, arguments)
    used, scripted = frame.machine.unused == 0, frame.machine.in_script
    frame.emit(ApiCall(frame.site(node.at), api, node, arguments, uses, module, used, scripted))
    return uses


def tell_shown(frame: Frame, node: ir.Expr | ir.AugmentedAssign, values: Iterable[Value]) -> None:
    """Tell that a text is made of values, as far as the tracer follows them."""
    followed = [value for value in values if is_followed(value)]
    if followed and frame.phase == FORWARD:
        tell(frame, node, "builtins.format", Arguments(followed))


def lost(frame: Frame, node: ir.Expr, reason: str) -> None:
    if frame.phase == FORWARD:
        frame.machine.gap(frame.site(node.at), reason)


def escape(frame: Frame, arguments: Arguments) -> None:
    """Code that isn't followed may change the modules it gets."""
    for value in (*arguments.values(), arguments.rest):
        if isinstance(value, Instance):
            module_methods.set_escaped(frame, value)
        elif isinstance(value, Sequence | Mapped):
            value.weaken(UNKNOWN)


def _call_assumed(frame: Frame, node: ir.Expr, function: Value, arguments: Arguments) -> Value:
    """Call what may be another one: what is inside of it is seen, and that a tensor comes out."""
    machine, branch = frame.machine, frame.branch
    first, place = len(machine.events), frame.site(node.at)[:3]
    frame.branch = object()
    result = call(frame, node, function, arguments)
    frame.branch = branch
    machine.events[first:] = [event for event in machine.events[first:] if event.site[:3] != place]
    return loosened(result)


def loosened(value: Value) -> Value:
    """What another one of its kind would give as well."""
    if isinstance(value, Tensor):
        return Tensor(value.source)
    if isinstance(value, Sequence) and value.kind == "tuple" and value.items is not None:
        return Sequence("tuple", [loosened(item) for item in value.items])
    followed = Instance | Function | Method | Partial | Class
    if isinstance(value, followed) or (isinstance(value, External) and value.name.startswith("torch.")):
        return Assumed(value)
    return value if isinstance(value, Assumed) else UNKNOWN


_NEVER_CALLED = (Known, Plain, Tensor, Sequence, Mapped)


def _call_choice(frame: Frame, node: ir.Expr, choice: Choice, arguments: Arguments) -> Value:
    """Each alternative runs; what happens at this very place counts only if it does for all."""
    # What can't be called at all isn't what it is when this runs.
    callables = [o for o in choice.options if not isinstance(o, _NEVER_CALLED)]
    if not callables:
        return UNKNOWN
    if len(callables) == 1:
        return call(frame, node, callables[0], arguments)
    outer_events, outer_branch, names = frame.machine.events, frame.branch, dict(frame.names)
    place = frame.site(node.at)[:3]
    results: list[Value] = []
    here: list[list[Event]] = []
    inside: list[Event] = []
    for option in callables:
        frame.machine.events = []
        frame.branch = object()
        results.append(call(frame, node, option, arguments))
        here.append([e for e in frame.machine.events if e.site[:3] == place])
        inside.extend(e for e in frame.machine.events if e.site[:3] != place)
    frame.machine.events = outer_events
    frame.branch = outer_branch
    frame.set_names(names)  # as if none had worked in place
    outer_events.extend(inside)
    apis = [{e.api for e in events if isinstance(e, ApiCall)} for events in here]
    for event in here[0] if here else ():
        if isinstance(event, ApiCall) and all(event.api in found for found in apis):
            outer_events.append(event)
    return join_all(results)


def _call_external(frame: Frame, node: ir.Expr, name: str, arguments: Arguments) -> Value:
    if name.startswith("builtins."):
        return builtin_calls.call_builtin(frame, node, name[9:], arguments)
    if name.startswith("coremltools.") or name in converter_calls.TRACERS:
        return converter_calls.call_converter(frame, node, name, arguments)
    if name in library_calls.FUNCTIONS:
        return library_calls.FUNCTIONS[name](frame, node, arguments)
    if name in library_calls.MODULES:
        return Instance(External(name), arguments)
    if name.startswith(("torch.", "numpy.", "math.", "scipy.", "cv2.", "operator.")):
        return torch_calls.call_library(frame, node, name, arguments)
    if name.startswith(_SILENT):
        return UNKNOWN
    escape(frame, arguments)
    if frame.phase == SCRIPT and name.rsplit(".", 1)[-1][:1].isupper():
        made = Instance(External(name), arguments)
        made.open = True
        return made
    if any(holds_tensor(v) for v in arguments.values()):
        lost(frame, node, f"{name} is not followed")
    return UNKNOWN


#: What these do leaves models as they are.
_SILENT = ("warnings.", "logging.", "time.", "os.", "sys.", "typing.", "contextlib.")


def _call_method(frame: Frame, node: ir.Expr, method: Method, arguments: Arguments) -> Value:
    receiver = method.receiver
    if isinstance(receiver, Partial):
        return UNKNOWN
    if isinstance(receiver, Tensor):
        return torch_calls.call_tensor_method(frame, node, receiver, method.name, arguments)
    if isinstance(receiver, Instance):
        return module_methods.call_module_method(frame, node, receiver, method.name, arguments)
    if isinstance(receiver, CoreMLModel | Traced):
        return converter_calls.call_model_method(frame, node, receiver, method.name, arguments)
    return builtin_calls.call_value_method(frame, node, receiver, method.name, arguments)


def call_instance(frame: Frame, node: ir.Expr, instance: Instance, arguments: Arguments) -> Value:
    """Call an object: a module's ``forward``, or ``__call__``."""
    if frame.phase != FORWARD and (isinstance(instance.cls, External) or attributes.is_module(instance.cls)):
        return UNKNOWN  # a trial run in a script: not what is being converted
    if isinstance(instance.cls, External):
        if instance.class_name in library_calls.MODULES:
            return library_calls.MODULES[instance.class_name](frame, node, instance, arguments)
        return torch_calls.call_torch_module(frame, node, instance, arguments)
    is_module = attributes.is_module(instance.cls)
    method = attributes.class_member(instance, "forward" if is_module else "__call__")
    if isinstance(method, Function):
        return run_function(frame, node, method, arguments)
    for base in attributes.ancestry(instance.cls):
        if isinstance(base, External) and base.name.startswith("torch.nn."):
            return torch_calls.call_torch_module(frame, node, instance, arguments, base.name)
    lost(frame, node, f"{instance.class_name} has no forward() that was found")
    return UNKNOWN


def construct(frame: Frame, node: ir.Expr, cls: Class, arguments: Arguments) -> Value:
    """Make an instance of a class of the code being read by running its ``__init__``.

    One that is made like an earlier one is a copy of what that was then.
    """
    if classes.is_named_tuple(cls):
        return classes.make_named_tuple(cls, arguments)
    made_like = fingerprint_of(arguments)
    if made_like is None or cls.closure:
        return _build(frame, node, cls, arguments)
    machine, key = frame.machine, (id(cls), made_like)
    blueprint = machine.blueprints.find(key)
    if blueprint is not None:
        machine.spend(blueprint.steps)
        return blueprint.copy(frame.branch)
    begun = machine.steps
    instance = _build(frame, node, cls, arguments)
    if fingerprint_of(arguments) == made_like:  # else it changed what was passed to it
        machine.blueprints.keep(key, instance, arguments, frame.branch, machine.steps - begun)
    return instance


def _build(frame: Frame, node: ir.Expr, cls: Class, arguments: Arguments) -> Instance:
    instance = Instance(cls, arguments)
    instance.open = attributes.has_unread_base(cls)
    # A decorator, or train() and eval() of its own, may decide the mode otherwise.
    instance.escaped = any(attributes.member_of(cls, name) for name in ("train", "eval"))
    init = attributes.class_member(instance, "__init__")
    phase, branch = frame.phase, frame.branch
    frame.phase = INIT
    try:
        if isinstance(init, Function):
            run_function(frame, node, init, arguments)
        elif classes.is_dataclass(cls):
            classes.set_fields(frame, node, instance, arguments)
        else:
            module_methods.initialize_torch_base(frame, node, instance, arguments)
            _set_declared_fields(instance, arguments)
    finally:
        frame.phase, frame.branch = phase, branch
    if cls.decorators and attributes.is_module(cls):
        module_methods.set_escaped(frame, instance)
    return instance


def _set_declared_fields(instance: Instance, arguments: Arguments) -> None:
    """What a class that isn't read is likely to keep: what was passed by keyword."""
    if instance.open or not attributes.is_module(instance.cls):
        instance.attributes.update(arguments.keywords)


def run_function(frame: Frame, node: ir.Expr, function: Function, arguments: Arguments) -> Value:
    """Run a function of the code being read with these arguments."""
    machine = frame.machine
    names = bind(frame, function, arguments)
    key = _key(frame, function, names)
    names = {name: named(without_memory(value)) for name, value in names.items()}
    known = machine.results.get(key)
    if known is not None:
        machine.spend(known.steps)
        machine.events.extend(known.events)
        machine.gaps.extend(known.gaps)
        return known.value
    identity = id(function.definition)
    if machine.running.count(identity) > 1 or len(machine.running) >= machine.DEPTH:
        lost(frame, node, "calls go too deep")
        return UNKNOWN
    step = Step(frame.scope.unit, frame.block, node.at, frame.symbol)
    symbol = f"{function.owner.name}.{function.name}" if function.owner is not None else function.name
    inner = Frame(
        machine,
        function.scope,
        function.block,
        symbol,
        frame.phase,
        names=names,
        closure=function.closure,
        owner=function.owner,
        receiver=function.receiver,
        chain=(*frame.chain, step),
    )
    inner.branch = frame.branch
    inner.first = next(iter(names.values()), None)
    if frame.phase == FORWARD and isinstance(function.definition, ir.FunctionDef):
        inner.unused = unused_names(function.definition)
    if function.scope is machine.scope:
        machine.ran.add(function.block)
    begun, changes = machine.steps, machine.changes
    first_event, first_gap = len(machine.events), len(machine.gaps)
    machine.running.append(identity)
    try:
        value = without_memory(run_body(inner, function))
    finally:
        machine.running.pop()
    if machine.changes != changes:
        return value  # it did more than give something back
    machine.results[key] = CallResult(
        value,
        machine.events[first_event:],
        machine.gaps[first_gap:],
        (function, names),
        machine.steps - begun,
    )
    return value


def run_body(frame: Frame, function: Function) -> Value:
    definition = function.definition
    if isinstance(definition, ir.Lambda):
        return expressions.evaluate(frame, definition.body)
    falls_through = statements.run(frame, definition.body)
    if frame.yielded:
        return Sequence("iterator", None, join_all(frame.yielded))
    returned = list(frame.returned)
    if falls_through or not returned:
        returned.append(NONE)
    return join_all(returned)


def bind(frame: Frame, function: Function, arguments: Arguments) -> dict[str, Value]:
    """Parameter names to values; what can't be told is UNKNOWN."""
    positional = list(arguments.positional)
    if function.receiver is not None:
        positional.insert(0, function.receiver)
    keywords = dict(arguments.keywords)
    names: dict[str, Value] = {}
    for parameter in function.definition.parameters:
        if parameter.kind == "*":
            items = positional if arguments.complete else None
            element = join_all(positional if arguments.complete else [*positional, arguments.rest])
            names[parameter.name] = Sequence("tuple", items, element)
            positional = []
        elif parameter.kind == "**":
            rest: dict[Any, Value] | None = {**keywords} if arguments.complete else None
            names[parameter.name] = Mapped(rest, branch=frame.branch)
        elif parameter.kind == "positional" and positional:
            names[parameter.name] = positional.pop(0)
        elif parameter.name in keywords:
            names[parameter.name] = keywords.pop(parameter.name)
        elif parameter.default is not None and arguments.complete:
            names[parameter.name] = default_of(function, parameter)
        else:
            names[parameter.name] = UNKNOWN
    return names


def default_of(function: Function, parameter: ir.Parameter) -> Value:
    """What a parameter is if nothing is passed for it."""
    if parameter.default is None:
        return UNKNOWN
    home = Frame(function.scope.machine, function.scope, function.block, function.name, SCRIPT)
    home.closure = function.closure
    return expressions.evaluate(home, parameter.default)


def _key(frame: Frame, function: Function, names: dict[str, Value]) -> object:
    """Calls with the same key run the same way; ``object()`` where that can't be told."""
    # What is used of a result is found out anew in each run of a model.
    entry = frame.machine.entry if frame.phase == FORWARD else 0
    # An object is what it was only as long as nothing was set, on it or on what it holds.
    holds_state = any(isinstance(value, Instance) for value in names.values()) or bool(function.closure)
    changes = frame.machine.changes if holds_state else 0
    machine = frame.machine
    context = (frame.phase, entry, frame.branch is None, machine.unused > 0, machine.in_script, changes)
    parts: list[object] = [id(function.definition), id(function.closure), context]
    for name, value in names.items():
        part = _fingerprint(value, 0)
        if part is None:
            return object()
        parts.append((name, part))
    return tuple(parts)


def fingerprint_of(arguments: Arguments) -> object:
    """Equal for arguments with which a call runs the same way; None where that can't be told."""
    given = arguments.values() if arguments.complete else (*arguments.values(), arguments.rest)
    values = [_fingerprint(value, 0) for value in given]
    return None if None in values else (arguments.complete, tuple(arguments.keywords), tuple(values))


def _fingerprint(value: Value, depth: int) -> object:
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, Tensor):
        lost = value.memory.lost if value.memory is not None else None
        return ("tensor", value.source, value.dtype, value.floats, value.shape, value.origin, id(lost))
    if isinstance(value, Plain):
        known = value.value
        shown = repr(known) if isinstance(known, slice) else known
        followed = (value.traced, value.surely, value.whole, value.origin)
        return ("plain", value.kind, value.source, followed, shown)
    if isinstance(value, Known):
        try:
            hash(value.value)
        except TypeError:
            return None
        return ("known", type(value.value), value.value)
    if isinstance(value, External):
        return ("external", value.name)
    if isinstance(value, Class):
        return ("class", id(value))
    if isinstance(value, Assumed):
        return ("assumed", _fingerprint(value.value, depth))
    if isinstance(value, Instance):
        return ("object", id(value), value.changes)
    if isinstance(value, Function):
        return ("function", id(value.definition), id(value.closure), id(value.receiver))
    if isinstance(value, Choice):
        options = [_fingerprint(option, depth) for option in value.options]
        return None if None in options else ("choice", tuple(options))
    if isinstance(value, Method):
        receiver = _fingerprint(value.receiver, depth + 1)
        return None if receiver is None else ("method", value.name, receiver)
    if isinstance(value, Array):
        return ("array", value.source, value.has_axes)
    if isinstance(value, Partial):
        function, given = _fingerprint(value.function, depth), fingerprint_of(value.arguments)
        return None if function is None or given is None else ("partial", function, given)
    if isinstance(value, Mapped) and depth < 3 and value.items is not None:
        items = [(key, _fingerprint(item, depth + 1)) for key, item in value.items.items()]
        return None if any(part is None for _, part in items) else ("dict", tuple(items))
    if isinstance(value, Sequence) and depth < 3:
        if value.items is None:
            return (value.kind, None, _fingerprint(value.element, depth + 1))
        parts = [_fingerprint(item, depth + 1) for item in value.items]
        return None if None in parts else (value.kind, tuple(parts))
    return None
