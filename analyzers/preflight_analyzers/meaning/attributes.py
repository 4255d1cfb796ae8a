"""Reading attributes."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning import calls, imports, ir
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.shapes import with_shape
from preflight_analyzers.meaning.shapes.call import dtype_named
from preflight_analyzers.meaning.shapes.parameters import parameter_of
from preflight_analyzers.meaning.shapes.promotion import is_complex, is_float
from preflight_analyzers.meaning.uses import results_of
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    Array,
    Choice,
    Class,
    ClassMethod,
    External,
    Function,
    Instance,
    Known,
    Method,
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
        return External(imports.canonical(f"{owner.name}.{name}"))
    if isinstance(owner, PythonModule):
        return imports.member(owner, name)
    if isinstance(owner, Tensor):
        return _of_tensor(frame, node, owner, name)
    if isinstance(owner, Instance):
        return _of_instance(frame, node, owner, name)
    if isinstance(owner, Class):
        return _of_class(owner, name)
    if isinstance(owner, Super):
        return _of_super(owner, name)
    if isinstance(owner, Array) and name in ("shape", "ndim", "dtype", "size", "T"):
        return UNKNOWN
    if isinstance(owner, Sequence) and owner.kind == "tuple" and name in _FIELDS:
        return owner.items[_FIELDS[name]] if owner.items and len(owner.items) == 2 else owner.element
    if isinstance(owner, Unknown | Function | Property):
        return UNKNOWN
    return Method(owner, name)


def _of_tensor(frame: Frame, node: ir.Expr, owner: Tensor, name: str) -> Value:
    if name == "shape":
        return sizes(owner)
    if name in ("ndim", "dtype"):
        return rank(owner) if name == "ndim" else _dtype(owner)
    if name in _TENSOR_VIEWS:
        api, arguments = f"torch.Tensor.{name}", Arguments([owner])
        result = view_by_attribute(name, owner, with_shape(frame, Tensor(owner.source), api, arguments))
        if frame.phase != FORWARD or name == "data":
            return result
        return results_of(calls.tell(frame, node, api, arguments), result)
    if name in _TENSOR_ATTRIBUTES:
        return _TENSOR_ATTRIBUTES[name]
    return Method(owner, name)


def sizes(tensor: Tensor) -> Sequence:
    """``x.shape``."""
    if tensor.shape is None:
        return Sequence("size", None, Plain("int", Source.SHAPE, traced=True))
    return Sequence("size", [Plain("int", Source.SHAPE, number, traced=True) for number in tensor.shape])


def size(tensor: Tensor, dim: Value | None) -> Value:
    """``x.size()``, ``x.size(dim)``."""
    found = sizes(tensor)
    if dim is None or (isinstance(dim, Known) and dim.value is None):
        return found
    place = dim.value if isinstance(dim, Known) else None
    if found.items is not None and isinstance(place, int) and -len(found.items) <= place < len(found.items):
        return found.items[place]
    return Plain("int", Source.SHAPE, traced=True)


def rank(tensor: Tensor) -> Value:
    """``x.dim()``, ``x.ndim``."""
    return Plain("int") if tensor.rank is None else Known(tensor.rank)


def _dtype(tensor: Tensor) -> Value:
    return Plain("dtype") if tensor.dtype is None else External(f"torch.{tensor.dtype}")


def ancestry(cls: Value, seen: tuple[Value, ...] = ()) -> Iterator[Value]:
    """The class and its bases, in the order attributes are looked for (near enough to the MRO)."""
    yield cls
    if isinstance(cls, Class) and cls not in seen:
        for base in cls.bases:
            yield from ancestry(base, (*seen, cls))


def member_of(cls: Value, name: str) -> tuple[Class, Value] | None:
    """A member of a class or its bases in the code being read, with the class that has it."""
    for candidate in ancestry(cls):
        if isinstance(candidate, Class):
            candidate.scope.run_member(candidate, name)
            if name in candidate.members:
                return candidate, candidate.members[name]
    return None


def class_member(owner: Instance, name: str) -> Value | None:
    """A class member as seen through an instance: functions bound, descriptors left."""
    found = member_of(owner.cls, name)
    if found is None:
        return None
    cls, value = found
    return value.bound(owner, cls) if isinstance(value, Function) else value


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
    if is_module(owner.cls) and name in MODULE_METHODS:
        return Method(owner, name)
    return UNKNOWN


#: Methods of ``nn.Module`` that the interpreter knows how to run (``module_methods.py``).
MODULE_METHODS = frozenset(
    """
    eval train to cpu cuda float double half bfloat16 type apply requires_grad_ share_memory
    register_buffer register_parameter add_module register_module parameters named_parameters
    buffers named_buffers children modules named_children named_modules state_dict load_state_dict
    zero_grad forward __call__ append extend insert keys values items get_submodule
    """.split()
)


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


def _of_class(owner: Class, name: str) -> Value:
    found = member_of(owner, name)
    if found is None:
        if name == "__name__":
            return Known(owner.name)
        return UNKNOWN
    cls, value = found
    if isinstance(value, StaticMethod):
        return value.function
    if isinstance(value, ClassMethod):
        return value.function.bound(owner, cls)
    return UNKNOWN if isinstance(value, Property) else value


def _of_super(owner: Super, name: str) -> Value:
    for base in owner.owner.bases:
        found = member_of(base, name)
        if found is not None:
            cls, value = found
            return value.bound(owner.receiver, cls) if isinstance(value, Function) else UNKNOWN
    if isinstance(owner.receiver, Instance):
        return Method(owner.receiver, f"super.{name}")
    return UNKNOWN
