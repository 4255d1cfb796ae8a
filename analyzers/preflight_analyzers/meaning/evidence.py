"""Which parameters of a ``forward()`` are surely tensors, judged by how they are used.

A module converted on its own gets tensors. But a ``forward()`` may also be a part that is called
with lists, flags or numbers; only a parameter used as nothing but a tensor can be is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.annotations import annotated_input, is_tensor_annotation
from preflight_analyzers.meaning.values import UNKNOWN, Arguments, Source, Tensor, Value

#: Attributes and methods that tensors have and lists, dicts, strings and numbers don't. Those in place
#: (``add_``) are told by their names.
_TENSOR_ONLY = frozenset(
    """
    H T abs absolute acos acosh add addbmm addcdiv addcmul addmm addmv all allclose amax amin aminmax
    angle any arccos arcsin arctan arctan2 argmax argmin argsort argwhere as_strided asin asinh atan
    atan2 atanh baddbmm bernoulli bincount bitwise_and bitwise_not bitwise_or bitwise_xor bmm bool
    broadcast_to byte ceil cfloat cholesky chunk clamp clamp_max clamp_min clip clone contiguous conj
    copysign cos cosh count_nonzero cpu cross cuda cummax cummin cumprod cumsum deg2rad detach det
    device diag diag_embed diagflat diagonal diff digamma dim div divide dist dot double dtype eq equal
    erf erfc erfinv exp exp2 expand expand_as expm1 fill flatten flip fliplr flipud float floor
    floor_divide fmax fmin fmod frac gather ge gt half heaviside histc hypot imag index_add index_copy
    index_fill index_put index_reduce index_select inner int inverse is_complex is_contiguous is_cuda
    is_floating_point isclose isfinite isinf isnan istft item kron kthvalue le lerp lgamma log log10
    log1p log2 log_softmax logaddexp logcumsumexp logdet logical_and logical_not logical_or logical_xor
    logit logsumexp long lt mH mT masked_fill masked_scatter masked_select matmul matrix_exp
    matrix_power max maximum mean median min minimum mm moveaxis movedim msort mul multinomial multiply
    mv nan_to_num nanmean nanmedian nanquantile nansum narrow ndim ndimension ne neg negative nelement
    new_empty new_full new_ones new_tensor new_zeros nonzero norm not_equal numel numpy outer permute
    pinverse polygamma pow prelu prod quantile rad2deg ravel real reciprocal relu remainder renorm
    repeat repeat_interleave requires_grad requires_grad_ reshape reshape_as roll rot90 rsqrt scatter
    scatter_add scatter_reduce select sgn shape short sigmoid sign signbit sin sinc sinh size slogdet
    softmax split_with_sizes sqrt square squeeze std stft stride sub subtract sum sum_to_size svd
    swapaxes swapdims t take take_along_dim tan tanh tensor_split tile to tolist topk transpose tril
    triu true_divide trunc type_as unbind unflatten unfold uniform unique_consecutive unsqueeze var vdot
    view view_as xlogy zero
    """.split()
)
#: Methods that nothing else has that a model is likely to meet, arrays of numpy among it.
TORCH_METHODS = frozenset(
    """
    addbmm addcdiv addcmul addmm amax amin as_strided baddbmm bitwise_not bmm chunk clamp clamp_max
    clamp_min contiguous count_nonzero diag_embed erfinv expand expand_as gather index_add index_copy
    index_fill index_select lerp log_softmax logical_and logical_not logical_or logsumexp masked_fill
    masked_fill_ masked_scatter masked_select movedim narrow new_empty new_full new_ones new_tensor
    new_zeros permute repeat_interleave reshape_as scatter scatter_ scatter_add scatter_add_
    scatter_reduce softmax split_with_sizes tensor_split topk tril triu type_as unbind unflatten
    unsqueeze unsqueeze_ view_as
    """.split()
)
_NOT_TENSOR = frozenset(
    """
    append extend items keys values lower upper startswith endswith get pop insert
    """.split()
)
#: First arguments of these may be lists.
_TAKE_LISTS = ("cat", "stack", "concat", "hstack", "vstack", "einsum", "meshgrid", "checkpoint", "block_diag")


def tensor_parameters(definition: ir.FunctionDef) -> set[str]:
    """Names of the parameters that are surely tensors when the module is converted by itself."""
    found: set[str] = set()
    parameters = [p for p in definition.parameters[1:] if p.kind in ("positional", "keyword")]
    uses = _Uses({p.name for p in parameters}, definition.body)
    for index, parameter in enumerate(parameters):
        if parameter.annotation is not None:
            if is_tensor_annotation(parameter.annotation):
                found.add(parameter.name)
            continue
        name = parameter.name
        if name in uses.against:
            continue
        if name in uses.strong or (index == 0 and parameter.default is None and name in uses.weak):
            found.add(name)
    return found


def tensor_inputs(definition: ir.FunctionDef) -> Arguments:
    """Tensors for the parameters that surely are; what has a default is left at it, as when converting.

    Where all have one, something is given all the same: the first.
    """
    tensors = tensor_parameters(definition)
    parameters = [one for one in definition.parameters[1:] if one.kind in ("positional", "keyword")]
    needed = [one for one in parameters if one.default is None]
    if not needed and parameters and parameters[0].name in tensors:
        needed = parameters[:1]
    positional: list[Value] = []
    keywords: dict[str, Value] = {}
    for one in needed:
        annotated = None if one.annotation is None else annotated_input(one.annotation)
        value = (annotated or Tensor(Source.INPUT)) if one.name in tensors else UNKNOWN
        if one.kind == "positional":
            positional.append(value)
        else:
            keywords[one.name] = value
    return Arguments(positional, keywords)


class _Uses:
    """How names are used in a body: as tensors only, perhaps as tensors, or as something else."""

    def __init__(self, names: set[str], body: ir.Body) -> None:
        self.names = names
        self.strong: set[str] = set()
        self.weak: set[str] = set()
        self.against: set[str] = set()
        self.measured: set[str] = set()
        self.indexed: set[str] = set()
        for node in _walk(body):
            self._see(node)
        # Counted and picked from by number: more likely a list than anything else.
        self.against |= (self.measured & self.indexed) - self.strong

    def _named(self, node: Any) -> str | None:
        return node.id if isinstance(node, ir.Name) and node.id in self.names else None

    def _see(self, node: Any) -> None:
        if isinstance(node, ir.Attribute):
            name = self._named(node.object)
            if name is not None:
                if node.name in _TENSOR_ONLY or node.name.removesuffix("_") in _TENSOR_ONLY:
                    self.strong.add(name)
                elif node.name in _NOT_TENSOR:
                    self.against.add(name)
        elif isinstance(node, ir.Call):
            self._see_call(node)
        elif isinstance(node, ir.Binary):
            for side in (node.left, node.right):
                name = self._named(side)
                if name is not None:
                    (self.strong if node.operator == "@" else self.weak).add(name)
        elif isinstance(node, (ir.Unary, ir.Compare, ir.AugmentedAssign)):
            for part in node[1:]:
                name = self._named(part)
                if name is not None and not (isinstance(node, ir.Unary) and node.operator == "not"):
                    self.weak.add(name)
            if isinstance(node, ir.Compare) and set(node.operators) & {"in", "not in", "is", "is not"}:
                name = self._named(node.left)
                if name is not None and isinstance(node.comparators[0], ir.Const):
                    self.weak.discard(name)
        elif isinstance(node, ir.Subscript):
            name = self._named(node.object)
            if name is not None:
                key = node.key
                if isinstance(key, ir.Const) and isinstance(key.value, str):
                    self.against.add(name)
                elif isinstance(key, ir.Display):
                    self.strong.add(name)
                elif not isinstance(key, ir.Slice):
                    self.indexed.add(name)
        elif isinstance(node, (ir.For, ir.Generator)):
            self._iterated(node.iterable)
        elif isinstance(node, ir.Assign):
            name = self._named(node.value)
            if name is not None and any(isinstance(t, ir.Display) for t in node.targets):
                self.against.add(name)
        elif isinstance(node, ir.Starred):
            self._iterated(node.value)

    def _iterated(self, node: ir.Expr) -> None:
        name = self._named(node)
        if name is not None:
            self.against.add(name)

    def _see_call(self, node: ir.Call) -> None:
        function = node.function
        for index, argument in enumerate(node.arguments):
            name = self._named(argument.value)
            if name is None:
                continue
            if argument.star:
                self.against.add(name)
            elif isinstance(function, ir.Attribute):
                owner = function.object
                if function.name in _TAKE_LISTS:
                    if index == 0:
                        self.against.add(name)
                elif isinstance(owner, ir.Name) and owner.id in ("torch", "F") and index == 0:
                    if not function.name.startswith("is_"):
                        self.strong.add(name)
                else:
                    self.weak.add(name)
            elif isinstance(function, ir.Name):
                if function.id in (
                    "enumerate",
                    "zip",
                    "list",
                    "tuple",
                    "dict",
                    "sorted",
                    "reversed",
                    "range",
                ):
                    self.against.add(name)
                elif function.id == "len":
                    self.measured.add(name)
                    self.weak.add(name)
                elif function.id == "isinstance":
                    self._see_isinstance(name, node)
                else:
                    self.weak.add(name)

    def _see_isinstance(self, name: str, node: ir.Call) -> None:
        """A type that is asked for is one that may come."""
        if len(node.arguments) == 2 and not is_tensor_annotation(node.arguments[1].value):
            self.against.add(name)


def _walk(node: Any) -> Iterator[Any]:
    """Every node below, the nodes of nested functions too."""
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, tuple):
            if hasattr(one, "_fields"):
                yield one
            pending.extend(part for part in one if isinstance(part, tuple))
