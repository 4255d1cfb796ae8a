"""Abstract values: what an expression may be, as far as conversion cares.

``UNKNOWN`` is the honest default. ``Choice`` keeps a few alternatives apart, so that
``norm = nn.BatchNorm2d(n) if norm else None`` still leads somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import IntEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from preflight_analyzers.meaning.memory import Memory, fresh, join_memory

if TYPE_CHECKING:
    from preflight_analyzers.meaning import ir
    from preflight_analyzers.meaning.machine import Machine
    from preflight_analyzers.meaning.scope import ModuleScope
    from preflight_analyzers.meaning.uses import Origin
    from preflight_analyzers.source.modules import Module


class Source(IntEnum):
    """What a value depends on; of two, the larger one wins."""

    CONSTANT = 0  # nothing: the same at every call
    STATE = 1  # a parameter or buffer
    UNSURE = 2  # something that isn't known
    SHAPE = 3  # the sizes of an input
    OPEN = 4  # sizes that the conversion leaves open (see ``open_sizes.py``)
    VARYING = 5  # something that isn't followed and is another one at the next call: chance, time
    INPUT = 6  # the values in an input


class Unknown:
    __slots__ = ()

    def __repr__(self) -> str:
        return "Unknown"


UNKNOWN = Unknown()


class Known:
    """A Python value known now."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Known({self.value!r})"


NONE = Known(None)


class Plain:
    """A Python value (not a tensor) that exists while tracing, of a type but not a value known now.

    ``value`` is what a number (or slice) worked out from sizes is for inputs of the shape at hand. It gives
    other tensors their shape and decides nothing else: with another input it is another one.

    ``traced`` means that ``torch.jit.trace`` still follows it: sizes are tensors then, and so is what
    arithmetic and comparisons make of them. Python gets its own numbers from ``int()`` and the like.
    ``surely`` means that it does so on every path: then it is a tensor, and no number, for whoever takes it.
    ``whole`` means that Core ML surely keeps it as a whole number, which ``//`` doesn't. ``origin`` is the
    operator that gave it, as of a tensor.
    """

    __slots__ = ("kind", "origin", "source", "surely", "traced", "value", "whole")

    def __init__(
        self,
        kind: str | None = None,
        source: Source = Source.CONSTANT,
        value: object = None,
        traced: bool = False,
        surely: bool = False,
        whole: bool = False,
        origin: Origin | None = None,
    ) -> None:
        self.kind = kind  # "int", "float", "bool", "str", "dtype", "device" ... or None
        self.source = source
        self.value = value
        self.traced = traced
        self.surely = traced and surely
        self.whole = whole
        self.origin = origin

    def __repr__(self) -> str:
        known = "" if self.value is None else f", {self.value}"
        return f"Plain({self.kind}, {self.source.name}{known})"


class OpenSize(int):
    """A size that the conversion leaves open, as the example has it; so is what is computed from it."""

    __slots__ = ()

    def _keeping(name: str) -> Any:  # type: ignore[misc]
        compute = getattr(int, name)

        def run(self: OpenSize, *others: int) -> Any:
            result = compute(self, *others)
            return OpenSize(result) if type(result) is int else result

        return run

    __add__, __radd__, __sub__, __rsub__ = map(_keeping, ("__add__", "__radd__", "__sub__", "__rsub__"))
    __mul__, __rmul__, __neg__ = map(_keeping, ("__mul__", "__rmul__", "__neg__"))
    __floordiv__, __rfloordiv__ = map(_keeping, ("__floordiv__", "__rfloordiv__"))
    __mod__, __rmod__ = map(_keeping, ("__mod__", "__rmod__"))

    def __eq__(self, other: object) -> bool:
        return int(self) == other

    def __hash__(self) -> int:
        return hash((OpenSize, int(self)))  # a call with an open size is another one


#: The size of each axis; None for one that isn't known.
Shape: TypeAlias = tuple[int | None, ...]


class Tensor:
    """A tensor; ``dtype`` ("float32", "int64", "bool" ...) and ``shape`` are None where they aren't known.

    ``origin`` is the call that gave it, while the model runs (see ``uses.py``). ``memory`` is what it looks
    at; a tensor with a name has one, at least of its own. ``floats`` says of whole numbers whether Core ML
    keeps them as floats (see ``whole_numbers.py``); None where it may.
    """

    __slots__ = ("dtype", "floats", "memory", "origin", "shape", "source")

    def __init__(
        self,
        source: Source,
        dtype: str | None = None,
        shape: Shape | None = None,
        memory: Memory | None = None,
        origin: Origin | None = None,
        floats: bool | None = False,
    ) -> None:
        self.source = source
        self.dtype = dtype
        self.floats = floats
        self.shape = shape
        self.memory = memory
        self.origin = origin

    def coming_from(self, origin: Origin | None) -> Tensor:
        """The same, as another call gives it."""
        return Tensor(self.source, self.dtype, self.shape, self.memory, origin, self.floats)

    def at(self, memory: Memory | None) -> Tensor:
        """The same, with another memory."""
        return Tensor(self.source, self.dtype, self.shape, memory, self.origin, self.floats)

    def of_source(self, source: Source) -> Tensor:
        """The same tensor, as it is known somewhere else."""
        return Tensor(source, self.dtype, self.shape, floats=self.floats)

    def element(self) -> Tensor:
        """One of the tensors that going over it gives."""
        return Tensor(self.source, self.dtype, self.shape[1:] if self.shape else None, floats=self.floats)

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    def __repr__(self) -> str:
        known = "".join(f", {part}" for part in (self.dtype, self.shape) if part is not None)
        return f"Tensor({self.source.name}{known})"


class Array:
    """A numpy array, or one of numpy's numbers; ``has_axes`` where it surely is no number."""

    __slots__ = ("has_axes", "source")

    def __init__(self, source: Source, has_axes: bool = False) -> None:
        self.source = source
        self.has_axes = has_axes

    def __repr__(self) -> str:
        return f"Array({self.source.name})"


class Sequence:
    """A tuple, list, set, ``torch.Size`` or module list. ``items`` is None when the length isn't known."""

    __slots__ = ("branch", "element", "fields", "items", "kind")

    def __init__(
        self,
        kind: str,
        items: list[Value] | None,
        element: Value = UNKNOWN,
        branch: object = None,
        fields: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind  # "tuple", "list", "set", "size", "iterator"
        #: The names of the items of a named tuple.
        self.fields = fields
        self.items = items
        self.element = element if items is None else join_all(items)
        self.branch = branch  # where it was made: a change on another path is only a maybe

    def weaken(self, extra: Value | None = None) -> None:
        """Forget the length, keep what the elements may be."""
        self.items = None
        if extra is not None:
            self.element = join(self.element, extra)

    def __repr__(self) -> str:
        return f"Sequence({self.kind}, {self.items if self.items is not None else self.element})"


class Mapped:
    """A dict or ModuleDict. ``items`` is None when the keys aren't known."""

    __slots__ = ("branch", "element", "items")

    def __init__(
        self, items: dict[Any, Value] | None, element: Value = UNKNOWN, branch: object = None
    ) -> None:
        self.items = items
        self.element = element if items is None else join_all(items.values())
        self.branch = branch

    def weaken(self, extra: Value | None = None) -> None:
        self.items = None
        if extra is not None:
            self.element = join(self.element, extra)

    def __repr__(self) -> str:
        return f"Mapped({self.items if self.items is not None else self.element})"


class External:
    """Something of an installed package, by its qualified name: ``torch.nn.functional.relu``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"External({self.name})"


class PythonModule:
    """A module that can be read. ``scope`` is None for a package without a file of its own."""

    __slots__ = ("machine", "module", "scope")

    def __init__(self, machine: Machine, module: Module, scope: ModuleScope | None) -> None:
        self.machine = machine
        self.module = module
        self.scope = scope

    def __repr__(self) -> str:
        return f"PythonModule({self.module.name})"


class Deferred:
    """An imported name whose file is read when somebody asks for it; only ever the value of a name."""

    __slots__ = ("_find", "_value")

    def __init__(self, find: Callable[[], Value]) -> None:
        self._find: Callable[[], Value] | None = find
        self._value: Value = UNKNOWN

    def force(self) -> Value:
        """The value; not known while it is being found, as in a circle of imports."""
        if self._find is not None:
            find, self._find = self._find, None
            value = find()
            self._value = value.force() if isinstance(value, Deferred) else value
        return self._value


class Function:
    """A function or lambda of the code being read, bound to ``receiver`` where it is a method."""

    __slots__ = ("block", "closure", "definition", "owner", "receiver", "scope")

    def __init__(
        self,
        definition: ir.FunctionDef | ir.Lambda,
        scope: ModuleScope,
        block: int,
        closure: Mapping[str, Value] | None = None,
        receiver: Value | None = None,
        owner: Class | None = None,
    ) -> None:
        self.definition = definition
        self.scope = scope
        self.block = block
        self.closure = closure
        self.receiver = receiver
        self.owner = owner

    def bound(self, receiver: Value, owner: Class) -> Function:
        return Function(self.definition, self.scope, self.block, self.closure, receiver, owner)

    @property
    def name(self) -> str:
        return getattr(self.definition, "name", "<lambda>")

    def __repr__(self) -> str:
        return f"Function({self.name})"


class Class:
    """A class of the code being read."""

    __slots__ = (
        "at",
        "bases",
        "block",
        "body",
        "closure",
        "decorators",
        "members",
        "name",
        "order",
        "pending",
        "scope",
    )

    def __init__(self, name: str, scope: ModuleScope, block: int, at: int, bases: tuple[Value, ...]) -> None:
        self.name = name
        self.scope = scope
        self.block = block
        self.at = at
        self.bases = bases
        self.closure: Mapping[str, Value] | None = None
        self.decorators: tuple[Value, ...] = ()
        #: The class and those it derives from, in Python's order, once it was asked for.
        self.order: tuple[Value, ...] | None = None
        #: The whole body, where it is no block of its own.
        self.body: ir.Body | None = None
        #: Functions, properties and class attributes by name, as far as they were asked for.
        self.members: dict[str, Value] = {}
        #: Blocks that may bind a member and haven't run.
        self.pending: dict[str, list[int]] = {}

    def __repr__(self) -> str:
        return f"Class({self.name})"


class Property:
    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function


class StaticMethod:
    """Called on an object or a class, it gets neither."""

    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function


class ClassMethod:
    __slots__ = ("function",)

    def __init__(self, function: Function) -> None:
        self.function = function


class Method:
    """A method of a tensor, array, sequence or module of torch: ``x.view``."""

    __slots__ = ("name", "receiver")

    def __init__(self, receiver: Value, name: str) -> None:
        self.receiver = receiver
        self.name = name

    def __repr__(self) -> str:
        return f"Method({self.receiver}.{self.name})"


class Super:
    """``super()`` seen from ``owner``."""

    __slots__ = ("owner", "receiver")

    def __init__(self, owner: Class, receiver: Value) -> None:
        self.owner = owner
        self.receiver = receiver


class Instance:
    """An object of a class of the code being read, or of ``torch.nn``.

    ``open`` means that attributes may exist which were not seen being set.
    """

    __slots__ = ("arguments", "attributes", "changes", "cls", "escaped", "made_with", "open", "training")

    def __init__(self, cls: Class | External, arguments: Arguments | None = None) -> None:
        self.cls = cls
        self.arguments = arguments
        #: What the constructor of the class of ``torch.nn`` got, which may be a base's.
        self.made_with: Arguments | None = None
        self.attributes: dict[str, Value] = {}
        #: Counts the attributes that were set.
        self.changes = 0
        self.training = True
        self.escaped = False
        self.open = False

    @property
    def class_name(self) -> str:
        return self.cls.name

    def __repr__(self) -> str:
        return f"Instance({self.cls.name})"


#: The attribute under which a ModuleList, Sequential or ModuleDict keeps its modules.
CHILDREN = "*modules"


class Traced:
    """What ``torch.jit.trace``, ``torch.jit.script`` or ``torch.export.export`` returns."""

    __slots__ = ("converted_with", "how", "model")

    def __init__(self, how: str, model: Value) -> None:
        self.how = how  # "trace", "script" or "export"
        self.model = model
        #: The ``inputs=`` of each conversion of it.
        self.converted_with: list[Value | None] = []


class CoreMLModel:
    """What ``ct.convert`` returns. ``kind`` is "mlprogram", "neuralnetwork" or None (not known)."""

    __slots__ = ("kind",)

    def __init__(self, kind: str | None) -> None:
        self.kind = kind


class Partial:
    """``functools.partial(function, ...)``."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Value, arguments: Arguments) -> None:
        self.function = function
        self.arguments = arguments


class Assumed:
    """What a class or function is given unless somebody says otherwise: another one of its kind may come.

    It is followed, for what lies behind it; what it does by itself isn't told.
    """

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Assumed({self.value!r})"


class Choice:
    """One of a few values, which one isn't known."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Value, ...]) -> None:
        self.options = options

    def __repr__(self) -> str:
        return f"Choice{self.options}"


Value: TypeAlias = (
    Unknown
    | Known
    | Plain
    | Tensor
    | Array
    | Sequence
    | Mapped
    | External
    | PythonModule
    | Deferred
    | Function
    | Class
    | Property
    | StaticMethod
    | ClassMethod
    | Method
    | Super
    | Instance
    | Traced
    | CoreMLModel
    | Partial
    | Assumed
    | Choice
)

_MOST_OPTIONS = 4


class Arguments:
    """The values a call passes. ``complete`` is false when ``*args`` of unknown length are among them.

    ``rest`` is then what any of those after ``positional`` may be.
    """

    __slots__ = ("complete", "keywords", "positional", "rest")

    def __init__(
        self,
        positional: Iterable[Value] = (),
        keywords: Mapping[str, Value] | None = None,
        complete: bool = True,
        rest: Value = UNKNOWN,
    ) -> None:
        self.positional = tuple(positional)
        self.rest = rest
        self.keywords = dict(keywords or {})
        self.complete = complete

    def get(self, position: int, keyword: str) -> Value | None:
        """The value passed for a parameter; None when none is, UNKNOWN when it can't be told."""
        if keyword in self.keywords:
            return self.keywords[keyword]
        if position < len(self.positional):
            return self.positional[position]
        return None if self.complete else UNKNOWN

    def values(self) -> tuple[Value, ...]:
        return (*self.positional, *self.keywords.values()) if self.keywords else self.positional


def source_of(value: Value) -> Source:
    """What the value depends on; containers answer for what they hold.

    A tensor of ``CONSTANT`` or ``STATE`` is a constant of the graph, however it was made.
    """
    kind = type(value)
    if kind is Known or kind is External:
        return Source.CONSTANT
    if isinstance(value, (Tensor, Plain, Array)):
        return value.source
    if kind is Unknown or kind is Assumed:
        return Source.UNSURE
    if isinstance(value, Sequence):
        return source_of(value.element) if value.items is None else strongest(value.items)
    if isinstance(value, Mapped):
        return source_of(value.element) if value.items is None else strongest(value.items.values())
    if isinstance(value, Choice):
        return max(source_of(option) for option in value.options)
    return Source.CONSTANT


def strongest(values: Iterable[Value]) -> Source:
    found = Source.CONSTANT
    for value in values:
        source = source_of(value)
        if source > found:
            found = source
    return found


def is_tensor(value: Value) -> bool:
    """Surely a tensor."""
    return isinstance(value, Tensor) or (
        isinstance(value, Choice) and all(isinstance(o, Tensor) for o in value.options)
    )


def any_traced(values: Iterable[Value]) -> bool:
    """Whether one of them is, or may be, a number that the tracer still follows."""
    return any(map(_is_traced, values))


def _is_traced(value: Value) -> bool:
    if isinstance(value, Choice):
        return any(map(_is_traced, value.options))
    return isinstance(value, Plain) and value.traced


def surely_traced(value: Value) -> bool:
    """Whether it is a number that the tracer follows: a tensor, while tracing."""
    if isinstance(value, Choice):
        return all(map(surely_traced, value.options))
    return isinstance(value, Plain) and value.surely


def is_followed(value: Value) -> bool:
    """Whether the tracer follows it, on some path at least: what Python takes out of it stays as it is."""
    if isinstance(value, Choice):
        return any(map(is_followed, value.options))
    return isinstance(value, Tensor) or (isinstance(value, Plain) and value.traced)


def is_varying(value: Value) -> bool:
    """Whether it is Python's own and another one at each call (see ``Source.VARYING``)."""
    return isinstance(value, (Plain, Array)) and value.source is Source.VARYING


def holds_varying(value: Value) -> bool:
    """Whether it is, or surely holds, what varies."""
    if isinstance(value, Sequence):
        return any(map(holds_varying, value.items if value.items is not None else (value.element,)))
    return is_varying(value)


def holds_tensor(value: Value) -> bool:
    """A tensor, or a container in which one surely is."""
    if isinstance(value, Sequence):
        if value.items is not None:
            return any(holds_tensor(item) for item in value.items)
        return holds_tensor(value.element)
    return is_tensor(value)


def options(value: Value) -> tuple[Value, ...]:
    return value.options if isinstance(value, Choice) else (value,)


def without_none(value: Value) -> Value:
    """What it must be for an operation that None doesn't have."""
    if not isinstance(value, Choice):
        return value
    kept = [one for one in value.options if not same(one, NONE)]
    return value if len(kept) == len(value.options) else join_all(kept)


def same(a: Value, b: Value) -> bool:
    """Whether two abstract values say the same, wherever they come from."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, Known) and isinstance(b, Known):
        return type(a.value) is type(b.value) and bool(a.value == b.value)
    if isinstance(a, Plain) and isinstance(b, Plain):
        says = (a.kind, a.source, a.value, a.traced, a.surely, a.whole)
        return says == (b.kind, b.source, b.value, b.traced, b.surely, b.whole)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        known = (a.source, a.dtype, a.shape, a.memory, a.floats)
        return known == (b.source, b.dtype, b.shape, b.memory, b.floats)
    if isinstance(a, Array) and isinstance(b, Array):
        return (a.source, a.has_axes) == (b.source, b.has_axes)
    if isinstance(a, External) and isinstance(b, External):
        return a.name == b.name
    if isinstance(a, Function) and isinstance(b, Function):
        return a.definition is b.definition and a.receiver is b.receiver
    return False


def alike(a: Value, b: Value, depth: int = 8) -> bool:
    """Whether two values do the same wherever they are used: they are of one kind and hold the same.

    Two modules that one line of a loop builds are alike; it doesn't matter which of them is meant.
    """
    if same(a, b):
        return True
    if type(a) is not type(b) or depth == 0:
        return False
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        no_lost = all(one.memory is None or one.memory.lost is None for one in (a, b))
        known = (a.source, a.dtype, a.shape, a.floats)
        return no_lost and known == (b.source, b.dtype, b.shape, b.floats)
    if isinstance(a, Instance) and isinstance(b, Instance):
        return (
            same(a.cls, b.cls)
            and (a.training, a.open, a.escaped) == (b.training, b.open, b.escaped)
            and _alike_calls(a.arguments, b.arguments, depth)
            and _alike_items(a.attributes, b.attributes, depth)
        )
    if isinstance(a, Sequence) and isinstance(b, Sequence):
        if a.items is None or b.items is None:
            return a.kind == b.kind and a.items is b.items and alike(a.element, b.element, depth - 1)
        return a.kind == b.kind and _alike_lists(a.items, b.items, depth)
    if isinstance(a, Mapped) and isinstance(b, Mapped):
        if a.items is None or b.items is None:
            return a.items is b.items and alike(a.element, b.element, depth - 1)
        return _alike_items(a.items, b.items, depth)
    if isinstance(a, Choice) and isinstance(b, Choice):
        return _alike_lists(a.options, b.options, depth)
    if isinstance(a, Assumed) and isinstance(b, Assumed):
        return alike(a.value, b.value, depth)
    if isinstance(a, Method) and isinstance(b, Method):
        return a.name == b.name and alike(a.receiver, b.receiver, depth - 1)
    if isinstance(a, Partial) and isinstance(b, Partial):
        return alike(a.function, b.function, depth - 1) and _alike_calls(a.arguments, b.arguments, depth)
    return False


def _alike_calls(a: Arguments | None, b: Arguments | None, depth: int) -> bool:
    if a is b or a is None or b is None:
        return a is b
    return (
        a.complete == b.complete
        and _alike_lists((*a.positional, a.rest), (*b.positional, b.rest), depth)
        and _alike_items(a.keywords, b.keywords, depth)
    )


def _alike_items(a: Mapping[Any, Value], b: Mapping[Any, Value], depth: int) -> bool:
    return a.keys() == b.keys() and all(alike(value, b[key], depth - 1) for key, value in a.items())


def _alike_lists(a: Collection[Value], b: Collection[Value], depth: int) -> bool:
    return len(a) == len(b) and all(alike(x, y, depth - 1) for x, y in zip(a, b, strict=True))


def join(a: Value, b: Value) -> Value:
    """What a value may be when two paths meet."""
    if isinstance(a, Deferred):
        a = a.force()
    if isinstance(b, Deferred):
        b = b.force()
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        return _join_tensors(a, b)
    if same(a, b):
        return _of_either(a, b) if isinstance(a, Plain) and isinstance(b, Plain) else a
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if isinstance(a, Array) and isinstance(b, Array):
        return Array(max(a.source, b.source), a.has_axes and b.has_axes)
    if isinstance(a, (Known, Plain)) and isinstance(b, (Known, Plain)):
        joined = _join_plain(a, b)
        if joined is not None:
            return joined
    if isinstance(a, Sequence) and isinstance(b, Sequence) and a.kind == b.kind:
        if a.items is not None and b.items is not None and len(a.items) == len(b.items):
            pairs = zip(a.items, b.items, strict=True)
            fields = a.fields if a.fields == b.fields else ()
            return Sequence(a.kind, [join(x, y) for x, y in pairs], branch=a.branch, fields=fields)
        return Sequence(a.kind, None, join(a.element, b.element), branch=a.branch)
    merged: list[Value] = list(options(a))
    for option in options(b):
        if isinstance(option, Tensor):
            tensors = [i for i, m in enumerate(merged) if isinstance(m, Tensor)]
            if tensors:
                merged[tensors[0]] = join(merged[tensors[0]], option)
                continue
        if not any(alike(option, known) for known in merged):
            merged.append(option)
    return Choice(tuple(merged)) if len(merged) <= _MOST_OPTIONS else UNKNOWN


def _join_tensors(a: Tensor, b: Tensor) -> Tensor:
    if same(a, b):
        return a.coming_from(a.origin if a.origin == b.origin else None)
    shape: Shape | None = None
    if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape):
        shape = tuple(x if x == y else None for x, y in zip(a.shape, b.shape, strict=True))
    dtype = a.dtype if a.dtype == b.dtype else None
    floats = a.floats if a.floats == b.floats else None
    return Tensor(max(a.source, b.source), dtype, shape, join_memory(a.memory, b.memory), floats=floats)


def _of_either(a: Plain, b: Plain) -> Plain:
    """One of two that say the same, whichever operator it comes from."""
    if a.origin == b.origin:
        return a
    return Plain(a.kind, a.source, a.value, a.traced, a.surely, a.whole)


def _join_plain(a: Known | Plain, b: Known | Plain) -> Value | None:
    kinds = {kind_of(a), kind_of(b)}
    if "NoneType" in kinds:
        return None
    source = max(source_of(a), source_of(b))
    surely = surely_traced(a) and surely_traced(b)
    kind = kinds.pop() if len(kinds) == 1 else None
    return Plain(kind, source, traced=any_traced((a, b)), surely=surely, whole=is_whole(a) and is_whole(b))


def is_whole(value: Value) -> bool:
    """Whether it is a number that Core ML surely keeps as a whole one."""
    return value.whole if isinstance(value, Plain) else isinstance(value, Known) and type(value.value) is int


def kind_of(value: Known | Plain) -> str | None:
    return type(value.value).__name__ if isinstance(value, Known) else value.kind


def join_all(values: Iterable[Value]) -> Value:
    result: Value | None = None
    for value in values:
        result = value if result is None else join(result, value)
        if result is UNKNOWN:
            break
    return UNKNOWN if result is None else result


def named(value: Value) -> Value:
    """A value that gets a name; a tensor becomes an object of its own, told apart from others."""
    if not isinstance(value, Tensor):
        return value
    memory = value.memory
    if memory is None:
        return value.at(Memory(object(), (), object()))
    return value if memory.owner is not None else value.at(memory.named())


def without_memory(value: Value, depth: int = 2) -> Value:
    """What a call gives back: seen from outside, its tensors share nothing; what they lack stays lacking."""
    if isinstance(value, Tensor) and value.memory is not None:
        lost = value.memory.lost
        return value.at(None if lost is None else fresh(lost))
    if isinstance(value, Sequence) and depth:
        if value.items is not None:
            value.items[:] = [without_memory(item, depth - 1) for item in value.items]
        value.element = without_memory(value.element, depth - 1)
    return value
