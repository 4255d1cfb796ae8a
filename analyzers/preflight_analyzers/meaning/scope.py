"""The names of a file, found when they are asked for."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator

from preflight_analyzers.meaning import calls, expressions, ir, statements
from preflight_analyzers.meaning.frame import SCRIPT, Frame
from preflight_analyzers.meaning.machine import Machine
from preflight_analyzers.meaning.unit import ANNOTATED, Unit
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Class,
    ClassMethod,
    Deferred,
    External,
    Function,
    Instance,
    Partial,
    Property,
    PythonModule,
    StaticMethod,
    Value,
)

_BUILTINS = frozenset(dir(builtins))
#: Star imports of these bring names that are known by their qualified name.
_STAR_NAMESPACES = ("torch", "torch.nn", "torch.nn.functional", "numpy", "math", "coremltools")


class ModuleScope:
    """The namespace of one file. A block runs when a name that it may bind is looked up."""

    def __init__(self, machine: Machine, unit: Unit) -> None:
        self.machine = machine
        self.unit = unit
        self.names: dict[str, Value] = {}
        #: Where it is noted what of this file is looked at; None for other files than the one analysed.
        self._needs = machine.needs if unit is machine.home else None
        #: The modules all of whose names are imported.
        self.star_imports: list[Value] = []
        self._started: set[int] = set()
        self._asked: set[str] = set()

    def lookup(self, name: str) -> Value:
        value = self._bound(name)
        if value is not None:
            return value
        if name in _BUILTINS:
            return External(f"builtins.{name}")
        return self._from_star_imports(name) or UNKNOWN

    def exported(self, name: str) -> Value | None:
        """What the name is to a file that imports it from here; None if nothing binds it."""
        return self._bound(name) or self._from_star_imports(name)

    def _bound(self, name: str) -> Value | None:
        if self._needs is not None:
            self._needs.names.add(name)
        value = self.names.get(name)
        if value is None:
            for index in self.unit.bindings.get(name, ()):
                self.run_block(index)
            value = self.names.get(name)
            if value is None:
                return UNKNOWN if name in self.unit.bindings else None
        if isinstance(value, Deferred):
            # Not stored: what it was found to be is kept by itself.
            return value.force()
        return value

    def run_blocks(self, indices: Iterable[int]) -> None:
        for index in indices:
            self.run_block(index)

    def run_block(self, index: int) -> None:
        """Run a top-level block once; while it runs, its names are not known."""
        if index in self._started:
            return
        self._started.add(index)
        if self._needs is not None:
            self._needs.blocks.add(index)
        block = self.unit.blocks[index]
        facts = self.unit.lowered(index)
        if facts is None or block.kind == "trivia":
            return
        frame = Frame(self.machine, self, index, "<module>", SCRIPT, names=self.names)
        if block.kind == "class" and isinstance(facts[0], ir.ClassDef):
            self.names[block.name or ""] = self._class_of_blocks(frame, index, facts[0])
        else:
            statements.run(frame, facts)

    def _class_of_blocks(self, frame: Frame, index: int, head: ir.ClassDef) -> Class:
        cls = _new_class(frame, head)
        cls.pending = {name: list(found) for name, found in self.unit.members.get(index, {}).items()}
        return cls

    def run_member(self, cls: Class, name: str) -> None:
        """Run the blocks of a class body that may bind ``name``, once."""
        if self._needs is not None:
            self._needs.members.add((cls.block, name))
        for index in cls.pending.pop(name, ()):
            facts = self.unit.lowered(index)
            if facts is None:
                continue
            if self._needs is not None:
                self._needs.blocks.add(index)
            frame = Frame(self.machine, self, index, cls.name, SCRIPT, names=cls.members, owner=cls)
            frame.closure = cls.closure
            statements.run(frame, facts)

    def fields_body(self, cls: Class) -> Iterator[ir.Stmt]:
        """The statements of a class body in which names are annotated."""
        if self._needs is not None:
            self._needs.members.add((cls.block, ANNOTATED))
        for index in self.unit.members.get(cls.block, {}).get(ANNOTATED, ()):
            if self._needs is not None:
                self._needs.blocks.add(index)
            yield from self.unit.lowered(index) or ()

    def _from_star_imports(self, name: str) -> Value | None:
        if name in self._asked or name.startswith("__"):
            return None  # files that import each other's names
        if self._needs is not None:
            self._needs.names.add("*")
        for index in self.unit.bindings.get("*", ()):
            self.run_block(index)
        self._asked.add(name)
        try:
            for module in reversed(self.star_imports):
                if isinstance(module, External) and module.name in _STAR_NAMESPACES:
                    return External(f"{module.name}.{name}")
                if isinstance(module, PythonModule) and module.scope is not None and name[:1] != "_":
                    value = module.scope.exported(name)
                    if value is not None:
                        return value
        finally:
            self._asked.discard(name)
        return None


def _new_class(frame: Frame, node: ir.ClassDef) -> Class:
    bases = tuple(expressions.evaluate(frame, base) for base in node.bases)
    cls = Class(node.name, frame.scope, frame.block, node.at, bases)
    cls.closure = frame.enclosing()
    cls.decorators = tuple(
        expressions.evaluate(frame, one.function if isinstance(one, ir.Call) else one)
        for one in node.decorators
    )
    return cls


def make_class(frame: Frame, node: ir.ClassDef) -> Value:
    """A class whose whole body is at hand (nested ones)."""
    cls = _new_class(frame, node)
    inner = Frame(
        frame.machine,
        frame.scope,
        frame.block,
        node.name,
        frame.phase,
        names=cls.members,
        closure=cls.closure,
        owner=cls,
        chain=frame.chain,
    )
    cls.body = node.body
    statements.run(inner, node.body)
    return cls


#: Decorators that leave a function what it is, as far as tracing it goes.
_TRANSPARENT = (
    "torch.no_grad",
    "torch.inference_mode",
    "torch.enable_grad",
    "torch.jit.ignore",
    "torch.jit.unused",
    "torch.jit.export",
    "torch.autocast",
    "torch.compile",
    "functools.lru_cache",
    "functools.cache",
    "abc.abstractmethod",
    "contextlib.contextmanager",
    "torch.jit.script_method",
    "torch.jit.script",
    "torch.jit.script_if_tracing",
    "torch.fx.wrap",
    "torch._dynamo.disable",
    "torch.compiler.disable",
    "torch.amp.autocast",
    "torch.cuda.amp.autocast",
    "torch.cuda.amp.custom_fwd",
    "torch.cuda.amp.custom_bwd",
    "typing.override",
    "typing.no_type_check",
    "jaxtyping.jaxtyped",
    "beartype.beartype",
)

_SCRIPTING = ("torch.jit.script", "torch.jit.script_if_tracing", "torch.jit.script_method")


def make_function(frame: Frame, node: ir.FunctionDef) -> Value:
    """A function with its decorators; an unknown decorator makes it unknown."""
    in_class = frame.owner is not None and frame.names is frame.owner.members
    # A class body's own names are not seen by its methods.
    closure = frame.closure if in_class else frame.enclosing()
    function = Function(node, frame.scope, frame.block, closure, owner=frame.owner)
    result: Value = function
    for decorator in reversed(node.decorators):
        called = decorator.function if isinstance(decorator, ir.Call) else decorator
        value = expressions.evaluate(frame, called)
        name = value.name if isinstance(value, External) else ""
        if isinstance(called, ir.Attribute) and called.name in ("setter", "deleter"):
            return frame.names.get(node.name, UNKNOWN)
        if name in ("builtins.property", "functools.cached_property") and isinstance(result, Function):
            result = Property(result)
        elif name == "builtins.staticmethod" and isinstance(result, Function):
            result = StaticMethod(result)
        elif name == "builtins.classmethod" and isinstance(result, Function):
            result = ClassMethod(result)
        elif name == "coremltools.converters.mil.Builder.program":
            return External("coremltools.converters.mil.Program")
        elif name not in _TRANSPARENT:
            result = _decorated(frame, decorator, result)
        if name in _SCRIPTING:
            frame.machine.scripted.add(id(node))
    return result


def _decorated(frame: Frame, decorator: ir.Expr, function: Value) -> Value:
    """What a decorator of the code being read makes of a function."""
    applied = expressions.evaluate(frame, decorator)
    if not isinstance(applied, Function | Class | Partial | Instance) and not (
        isinstance(applied, External) and applied.name in _APPLIED
    ):
        return UNKNOWN
    result = calls.call(frame, decorator, applied, Arguments([function]))
    return result if isinstance(result, Function | Partial | Instance) else UNKNOWN


#: Of what decorators that are calls give, those that are run.
_APPLIED = ("functools.wraps.apply",)
