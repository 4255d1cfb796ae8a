"""Reading attributes."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning import calls, classes, containers, imports, ir
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.library_calls import autograd
from preflight_analyzers.meaning.shapes import with_shape
from preflight_analyzers.meaning.shapes.call import dtype_named
from preflight_analyzers.meaning.shapes.parameters import parameter_of
from preflight_analyzers.meaning.shapes.promotion import is_complex, is_float
from preflight_analyzers.meaning.text_values import BLANK, matches
from preflight_analyzers.meaning.uses import results_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Array,
    Assumed,
    Choice,
    Class,
    ClassMethod,
    External,
    Function,
    Instance,
    Known,
    Mapped,
    Method,
    OpenSize,
    Plain,
    Property,
    PythonModule,
    Sequence,
    Source,
    StaticMethod,
    Super,
    Tensor,
    Unknown,
    Value,
    join_all,
    same,
)
from preflight_analyzers.meaning.views import view_by_attribute

#: Attributes of a tensor that are not methods, and what they are.
_TENSOR_ATTRIBUTES: dict[str, Value] = {
    "device": Plain("device"),
    "layout": Plain("layout"),
    "requires_grad": Plain("bool"),
    "is_cuda": Plain("bool"),
    "is_mps": Plain("bool"),
    "is_sparse": Plain("bool"),
    "is_quantized": Plain("bool"),
    "is_leaf": Plain("bool"),
    "grad": UNKNOWN,
    "grad_fn": UNKNOWN,
    "names": UNKNOWN,
    "itemsize": Plain("int"),
    "nbytes": Plain("int", Source.SHAPE),
}
#: What torch calls the two results of ``topk``, ``max(dim=)``, ``eigh``, ``qr`` ...
_FIELDS = {
    "values": 0,
    "indices": 1,
    "eigenvalues": 0,
    "eigenvectors": 1,
    "sign": 0,
    "logabsdet": 1,
    "Q": 0,
    "R": 1,
    "min": 0,
    "max": 1,
    "mantissa": 0,
    "exponent": 1,
}
_TENSOR_VIEWS = ("T", "mT", "H", "mH", "real", "imag", "data")


def attribute(frame: Frame, node: ir.Expr, owner: Value, name: str) -> Value:
    """The value of ``owner.name``."""
    if isinstance(owner, Choice):
        some = [o for o in owner.options if not (isinstance(o, Known) and o.value is None)]
        return join_all(attribute(frame, node, option, name) for option in some)
    if isinstance(owner, External):
        dtype = dtype_named(owner)
        if dtype is not None and name in ("is_floating_point", "is_complex"):
            return Known(is_float(dtype) if name == "is_floating_point" else is_complex(dtype))
        return imports.external(f"{owner.name}.{name}")
    if isinstance(owner, Assumed):
        return calls.loosened(attribute(frame, node, owner.value, name))
    if isinstance(owner, PythonModule):
        return imports.member(owner, name)
    if isinstance(owner, Tensor):
        return _of_tensor(frame, node, owner, name)
    if isinstance(owner, Instance):
        return _of_instance(frame, node, owner, name)
    if isinstance(owner, Class):
        return _of_class(frame, node, owner, name)
    if isinstance(owner, Super):
        return _of_super(frame, node, owner, name)
    if isinstance(owner, Array) and name in ("shape", "ndim", "dtype", "size", "T"):
        return UNKNOWN
    if isinstance(owner, Sequence) and owner.fields and name in owner.fields and owner.items is not None:
        return owner.items[owner.fields.index(name)]
    if isinstance(owner, Sequence) and owner.kind == "tuple" and name in _FIELDS:
        return owner.items[_FIELDS[name]] if owner.items and len(owner.items) == 2 else owner.element
    if isinstance(owner, Unknown) and frame.phase == FORWARD and name in _SIZES:
        return _size_of_unknown(name)
    if isinstance(owner, (Unknown, Function, Property)):
        return UNKNOWN
    return Method(owner, name)


#: What only tensors have, of all that a model works on.
_SIZES = ("shape", "size", "numel")


def _size_of_unknown(name: str) -> Value:
    """Whatever has it: while tracing, the tracer follows its sizes."""
    if name == "shape":
        return Sequence("size", None, Plain("int", Source.UNSURE, traced=True))
    return Method(Tensor(Source.UNSURE), name)


def _of_tensor(frame: Frame, node: ir.Expr, owner: Tensor, name: str) -> Value:
    if name == "shape":
        return sizes(owner, surely=frame.follows_sizes)
    if name in ("ndim", "dtype"):
        return rank(owner) if name == "ndim" else _dtype(owner)
    if name in _TENSOR_VIEWS:
        api, arguments = f"torch.Tensor.{name}", Arguments([owner])
        result = view_by_attribute(name, owner, with_shape(frame, Tensor(owner.source), api, arguments))
        if frame.phase != FORWARD:
            return result
        return results_of(calls.tell(frame, node, api, arguments), result)
    if name in _TENSOR_ATTRIBUTES:
        return _TENSOR_ATTRIBUTES[name]
    return Method(owner, name)


def sizes(tensor: Tensor, *, surely: bool) -> Sequence:
    """``x.shape``; ``surely`` while the model runs, when the tracer follows sizes."""
    if tensor.shape is None:
        return Sequence("size", None, size_of(None, surely=surely))
    return Sequence("size", [size_of(number, surely=surely) for number in tensor.shape])


def size_of(number: int | None, *, surely: bool) -> Plain:
    """A size that is read off a tensor."""
    source = Source.OPEN if isinstance(number, OpenSize) else Source.SHAPE
    return Plain("int", source, number, traced=True, surely=surely, whole=surely)


def size(tensor: Tensor, dim: Value | None, *, surely: bool) -> Value:
    """``x.size()``, ``x.size(dim)``."""
    found = sizes(tensor, surely=surely)
    if dim is None or (isinstance(dim, Known) and dim.value is None):
        return found
    place = dim.value if isinstance(dim, Known) else None
    if found.items is not None and isinstance(place, int) and -len(found.items) <= place < len(found.items):
        return found.items[place]
    return size_of(None, surely=surely)


def rank(tensor: Tensor) -> Value:
    """``x.dim()``, ``x.ndim``."""
    return Plain("int") if tensor.rank is None else Known(tensor.rank)


def _dtype(tensor: Tensor) -> Value:
    return Plain("dtype") if tensor.dtype is None else External(f"torch.{tensor.dtype}")


def ancestry(cls: Value) -> tuple[Value, ...]:
    """The class and its bases, in the order attributes are looked for."""
    if not isinstance(cls, Class):
        return (cls,)
    if cls.order is None:
        cls.order = (cls,)  # of a class that derives from itself
        cls.order = (cls, *_merged([*(list(ancestry(base)) for base in cls.bases), list(cls.bases)]))
    return cls.order


def _merged(lists: list[list[Value]]) -> Iterator[Value]:
    """Python's C3: no class before one that derives from it, bases in their order."""
    while lists := [one for one in lists if one]:
        heads = [one[0] for one in lists]
        later = [value for one in lists for value in one[1:]]
        chosen = next((head for head in heads if not _among(head, later)), heads[0])
        yield chosen
        lists = [[value for value in one if not _among(chosen, [value])] for one in lists]


def _among(value: Value, others: list[Value]) -> bool:
    return any(value is other or (isinstance(value, External) and same(value, other)) for other in others)


def member_of(cls: Value, name: str) -> tuple[Class, Value] | None:
    """A member of a class or its bases in the code being read, with the class that has it."""
    for candidate in ancestry(cls):
        if isinstance(candidate, Class):
            value = own_member(candidate, name)
            if value is not None:
                return candidate, value
    return None


def own_member(cls: Class, name: str) -> Value | None:
    """A member that the class itself has."""
    cls.scope.run_member(cls, name)
    return cls.members.get(name)


def class_member(owner: Instance, name: str) -> Value | None:
    """A class member as seen through an instance: functions bound, descriptors left."""
    found = member_of(owner.cls, name)
    if found is None:
        return None
    cls, value = found
    return value.bound(owner, cls) if isinstance(value, Function) else value


#: Objects that have what was set on them, and nothing else.
NAMESPACES = ("types.SimpleNamespace", "argparse.Namespace")


def surely_lacks(owner: Instance, name: str) -> bool:
    """Whether an object has no attribute of this name, as far as it was seen being made."""
    return (
        not owner.open
        and (isinstance(owner.cls, Class) or owner.class_name in NAMESPACES)
        and name not in owner.attributes
        and not any(matches(template, name) for template in owner.attributes)
        and member_of(owner.cls, name) is None
    )


def by_template(owner: Value, template: str) -> Value:
    """``getattr(self, f"layer{i}")``: one of the attributes that the template may name."""
    if not isinstance(owner, Instance):
        return UNKNOWN
    fitting = [
        value for name, value in owner.attributes.items() if name == template or matches(template, name)
    ]
    return join_all(fitting)


def is_module(cls: Value) -> bool:
    """Whether a class is surely an ``nn.Module``."""
    return any(
        isinstance(base, External)
        and (base.name.startswith(_MODULE_NAMESPACES) or base.name in _MODULE_BASES)
        for base in ancestry(cls)
    )


_MODULE_NAMESPACES = ("torch.nn.", "torch.ao.nn.", "einops.layers.torch.")
_MODULE_BASES = (
    "pytorch_lightning.LightningModule",
    "lightning.LightningModule",
    "lightning.pytorch.LightningModule",
    "transformers.PreTrainedModel",
)


def has_unread_base(cls: Value) -> bool:
    """Whether attributes may come from code that wasn't read."""
    return any(
        isinstance(base, Unknown)
        or (isinstance(base, External) and base.name not in ("torch.nn.Module", "builtins.object", "abc.ABC"))
        for base in ancestry(cls)
    )


def _of_instance(frame: Frame, node: ir.Expr, owner: Instance, name: str) -> Value:
    value = owner.attributes.get(name)
    if value is not None:
        return value
    for template in owner.attributes:
        if BLANK in template and matches(template, name):
            return owner.attributes[template]
    if isinstance(owner.cls, External):
        return _of_torch_module(frame, owner, owner.cls.name, name)
    if name == "training" and is_module(owner.cls):
        return Known(False) if frame.phase == FORWARD else Plain("bool")
    member = class_member(owner, name)
    if isinstance(member, Property):
        cls, _ = member_of(owner.cls, name) or (owner.cls, None)
        assert isinstance(cls, Class)
        return calls.call(frame, node, member.function.bound(owner, cls), Arguments())
    if isinstance(member, StaticMethod):
        return member.function
    if isinstance(member, ClassMethod):
        return member.function.bound(owner.cls, owner.cls)
    if member is not None:
        return member
    if name == "__class__":
        return owner.cls
    if name in ("__dict__", "_modules", "_parameters", "_buffers"):
        return _registered(owner, name)
    getter = class_member(owner, "__getattr__")
    if isinstance(getter, Function) and name[:2] != "__":
        return calls.call(frame, node, getter, Arguments([Known(name)]))
    if is_module(owner.cls) and name in MODULE_METHODS:
        return Method(owner, name)
    return UNKNOWN


#: Methods of ``nn.Module`` that the interpreter knows how to run (``module_methods.py``).
MODULE_METHODS = frozenset(
    """
    eval train to cpu cuda float double half bfloat16 type apply requires_grad_ share_memory
    register_buffer register_parameter add_module register_module parameters named_parameters
    buffers named_buffers children modules named_children named_modules state_dict load_state_dict
    zero_grad forward __call__ append extend insert pop update keys values items get get_submodule
    """.split()
)


def _registered(owner: Instance, kind: str) -> Value:
    """``self._modules`` and the like, as they are now."""
    if owner.open:
        return UNKNOWN
    if kind == "_modules":
        named = containers.modules_in(owner)
        return UNKNOWN if named is None else Mapped(dict(named))
    return UNKNOWN


def _of_torch_module(frame: Frame, owner: Instance, class_name: str, name: str) -> Value:
    if name in MODULE_METHODS:
        return Method(owner, name)
    if name in ("weight", "bias") and class_name.startswith("torch.nn."):
        if owner.made_with is None:
            return Tensor(Source.STATE)
        known = parameter_of(class_name, name, owner.made_with)
        return Tensor(Source.STATE, None if frame.scope.unit.changes_dtypes else known.dtype, known.shape)
    if name.endswith(("_features", "_channels", "_dim", "_size")):
        return Plain("int") if not name.endswith("_size") else UNKNOWN
    return UNKNOWN


def _of_class(frame: Frame, node: ir.Expr, owner: Class, name: str) -> Value:
    found = member_of(owner, name)
    if found is None:
        if name in ("__name__", "__qualname__"):
            return Known(owner.name)
        return (autograd.apply_of(owner) or UNKNOWN) if name == "apply" else UNKNOWN
    cls, value = found
    if isinstance(value, StaticMethod):
        return value.function
    if isinstance(value, ClassMethod):
        return value.function.bound(owner, cls)
    if isinstance(value, Function | Property):
        return UNKNOWN if isinstance(value, Property) else value
    return classes.enum_member(cls, name, value) if classes.is_enum(owner) else value


def _of_super(frame: Frame, node: ir.Expr, owner: Super, name: str) -> Value:
    receiver = owner.receiver
    order = ancestry(receiver.cls if isinstance(receiver, Instance) else receiver)
    following = order[order.index(owner.owner) + 1 :] if owner.owner in order else ancestry(owner.owner)[1:]
    for base in following:
        if isinstance(base, Class):
            value = own_member(base, name)
            if isinstance(value, Function):
                return value.bound(receiver, base)
            if isinstance(value, ClassMethod):
                cls = receiver.cls if isinstance(receiver, Instance) else receiver
                return value.function.bound(cls, base)
            if isinstance(value, Property):
                return calls.call(frame, node, value.function.bound(receiver, base), Arguments())
            if value is not None:
                return value.function if isinstance(value, StaticMethod) else UNKNOWN
        elif isinstance(base, Unknown) or _has_of_its_own(base, name):
            break
    if isinstance(receiver, Instance):
        return Method(receiver, f"super.{name}")
    return UNKNOWN


def _has_of_its_own(base: Value, name: str) -> bool:
    """Whether a class that isn't read surely has the method, so that the search ends there."""
    if not isinstance(base, External) or base.name in ("builtins.object", "abc.ABC", "typing.Generic"):
        return False
    return name == "__init__" or name in MODULE_METHODS or base.name not in _PLAIN_MODULES


_PLAIN_MODULES = ("torch.nn.Module",)
