"""What functions, Tensor methods and modules of torch (and numpy, math) give back."""

from __future__ import annotations

from collections.abc import Iterator

from preflight_analyzers.meaning import (
    attributes,
    builtin_calls,
    calls,
    expressions,
    ir,
    left_behind,
    module_methods,
    number_calls,
    writes,
)
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.known_calls import first
from preflight_analyzers.meaning.shapes import RESHAPING, with_shape
from preflight_analyzers.meaning.shapes.promotion import is_complex, is_float
from preflight_analyzers.meaning.shapes.sizes import product
from preflight_analyzers.meaning.uses import results_of
from preflight_analyzers.meaning.values import (
    CHILDREN,
    NONE,
    UNKNOWN,
    Arguments,
    Array,
    External,
    Instance,
    Known,
    Mapped,
    Plain,
    Sequence,
    Source,
    Tensor,
    Unknown,
    Value,
    any_traced,
    is_tensor,
    join,
    source_of,
    strongest,
)
from preflight_analyzers.meaning.views import works_in_place

#: Functions whose result says how the code is being run.
_RUN_MODES = {
    "torch.jit.is_scripting": {"trace": False, "export": False},
    "torch.jit.is_tracing": {"trace": True, "export": False},
    "torch._C._get_tracing_state": {"trace": True, "export": False},
    "torch._C._is_tracing": {"trace": True, "export": False},
    "torch.distributed.is_initialized": {"trace": False, "export": False},
    "torch.compiler.is_compiling": {"trace": False, "export": True},
    "torch.compiler.is_exporting": {"trace": False, "export": True},
    "torch.compiler.is_dynamo_compiling": {"trace": False, "export": True},
    "torch._dynamo.is_compiling": {"trace": False, "export": True},
    "torch.onnx.is_in_onnx_export": {"trace": False, "export": False},
    "torch.overrides.has_torch_function": {"trace": False, "export": False},
    "torch.overrides.has_torch_function_unary": {"trace": False, "export": False},
    "torch.overrides.has_torch_function_variadic": {"trace": False, "export": False},
}
_PLAIN_FUNCTIONS = {
    "is_floating_point": "bool",
    "is_complex": "bool",
    "is_grad_enabled": "bool",
    "is_inference_mode_enabled": "bool",
    "is_autocast_enabled": "bool",
    "get_default_dtype": "dtype",
    "get_autocast_gpu_dtype": "dtype",
    "result_type": "dtype",
    "promote_types": "dtype",
    "can_cast": "bool",
    "numel": "int",
    "get_num_threads": "int",
    "equal": "bool",
    "allclose": "bool",
    "is_nonzero": "bool",
    "is_same_size": "bool",
}
_NOT_VALUES = frozenset(
    """
    finfo iinfo no_grad enable_grad set_grad_enabled inference_mode autocast manual_seed
    Generator compile save load set_default_dtype set_num_threads seed typename vmap broadcast_shapes
    """.split()
)
#: What ``with`` enters and leaves, or what is asked of the machine: nothing of it is left in the graph.
_AROUND = (
    "torch.amp.",
    "torch.autograd.",
    "torch.backends.",
    "torch.cuda.",
    "torch.nn.attention.sdpa_kernel",
    "torch.profiler.",
    "torch.xpu.",
    "torch.mps.",
    "torch.cpu.",
)
#: Results that depend on the sizes of what they are given, not on its values.
_LIKE = ("zeros_like", "ones_like", "empty_like", "rand_like", "randn_like", "randint_like")
_NEW = ("new_zeros", "new_ones", "new_empty")
#: Methods that take only the size, type or device of another tensor.
_AS_ANOTHER = ("to", "type_as", "expand_as", "view_as", "reshape_as")
_FULL = ("full_like", "new_full")
#: How many tensors come back; None: some.
_SEVERAL: dict[str, int | None] = {
    "topk": 2,
    "sort": 2,
    "kthvalue": 2,
    "mode": 2,
    "cummax": 2,
    "cummin": 2,
    "std_mean": 2,
    "var_mean": 2,
    "aminmax": 2,
    "frexp": 2,
    "slogdet": 2,
    "qr": 2,
    "eigh": 2,
    "eig": 2,
    "svd": 3,
    "lstsq": 4,
    "lu": 3,
    "unbind": None,
    "hsplit": None,
    "vsplit": None,
    "dsplit": None,
    "tensor_split": None,
    "meshgrid": None,
    "broadcast_tensors": None,
    "atleast_1d": None,
    "multi_head_attention_forward": 2,
}
_WITH_DIM = ("max", "min", "median", "nanmedian")


def call_library(frame: Frame, node: ir.Expr, name: str, arguments: Arguments) -> Value:
    """A function or class of torch, numpy, math ..., by its qualified name."""
    modes = _RUN_MODES.get(name)
    if modes is not None:
        return Known(modes[frame.machine.frontend]) if frame.phase == FORWARD else Plain("bool")
    last = name.rsplit(".", 1)[1]
    if name.startswith("torch.nn.") and last[:1].isupper() and name.count(".") == 2:
        return _make_torch_object(frame, node, name, last, arguments)
    if name == "torch.utils.checkpoint.checkpoint" and arguments.positional:
        rest = Arguments(arguments.positional[1:], {}, arguments.complete)
        return calls.call(frame, node, arguments.positional[0], rest)
    if last in ("__init__", "forward") and name.startswith("torch.nn.") and arguments.positional:
        return _call_unbound(frame, node, name.rpartition(".")[0], last, arguments)
    if name == "torch._assert":
        return _assert(frame, node, arguments)
    if name.startswith("operator."):
        computed = number_calls.call_operator(last, arguments)
        if computed is not None:
            return computed
    uses = calls.tell(frame, node, name, arguments) if frame.phase == FORWARD else None
    if name == "torch.einsum" and uses is not None:
        _tell_order(frame, node, arguments)
    if name.startswith("math."):
        return number_calls.call_math(last, arguments)
    if not name.startswith("torch."):
        return _numpy(frame, node, last, arguments)
    result = _torch_function(frame, node, name, last, arguments)
    return result if uses is None else results_of(uses, result)


def _assert(frame: Frame, node: ir.Expr, arguments: Arguments) -> Value:
    """``torch._assert(condition, message)``: an ``assert`` that other ways of capturing a model see."""
    if frame.machine.frontend == "trace":
        expressions.decided(frame, node.at, "assert", arguments.get(0, "condition") or UNKNOWN)
    return NONE


def _tell_order(frame: Frame, node: ir.Expr, arguments: Arguments) -> None:
    """Tell that ``torch.einsum`` asks opt_einsum, where it is installed, in which order to go about it."""
    operands = arguments.positional[1:]
    if len(operands) == 1 and isinstance(operands[0], Sequence):
        operands = tuple(operands[0].items or ())
    if len(operands) > 2 and frame.machine.project.find(frame.scope.unit, 0, "opt_einsum") is not None:
        calls.tell(frame, node, "opt_einsum.contract_path", arguments)


def _make_torch_object(frame: Frame, node: ir.Expr, name: str, last: str, arguments: Arguments) -> Value:
    if last in ("Parameter", "Buffer", "UninitializedParameter"):
        given = arguments.get(0, "data")
        return given.of_source(Source.STATE) if isinstance(given, Tensor) else Tensor(Source.STATE)
    made = Instance(External(name), arguments)
    module_methods.initialize_torch_base(frame, node, made, arguments)
    return made


def _call_unbound(frame: Frame, node: ir.Expr, base: str, name: str, arguments: Arguments) -> Value:
    """``nn.Conv2d.__init__(self, ...)``, ``nn.Conv2d.forward(self, x)``."""
    module, *rest = arguments.positional
    given = Arguments(rest, arguments.keywords, arguments.complete)
    if not isinstance(module, Instance):
        return UNKNOWN
    if name == "forward":
        return call_torch_module(frame, node, module, given, base)
    module_methods.initialize_torch_base(frame, node, module, given)
    return NONE


#: Functions of numpy that make a tensor again of what they compute from one, and so from a size.
_GIVING_TENSORS = ("ceil", "floor", "sqrt", "log", "log2", "exp", "maximum", "minimum")

#: Functions of numpy that give an array with axes; others do where they are given a list, or a shape.
_GIVING_AXES = frozenset(
    "arange linspace logspace hanning hamming blackman bartlett kaiser eye identity".split()
)
_MADE_OF_LISTS = frozenset("array asarray zeros ones full empty stack concatenate vstack hstack tile".split())


def _numpy(frame: Frame, node: ir.Expr, name: str, arguments: Arguments) -> Value:
    values = list(arguments.values())
    source = strongest(values)
    folded = number_calls.call_numpy(name, arguments)
    if folded is not None:
        return folded
    if name in _GIVING_AXES or (name in _MADE_OF_LISTS and isinstance(first(arguments), Sequence)):
        return Array(source, has_axes=True)
    if any(isinstance(v, Tensor | Array | Sequence) for v in values):
        return Array(source)
    if values and all(isinstance(v, Known | Plain) for v in values):
        return Plain(None, source, traced=name in _GIVING_TENSORS and any_traced(values))
    if any(is_tensor(v) for v in values):
        calls.lost(frame, node, "a library function of a tensor isn't followed")
    return UNKNOWN


def _torch_function(frame: Frame, node: ir.Expr, name: str, last: str, arguments: Arguments) -> Value:
    if name.startswith(("torch.nn.init.", "torch.nn.utils.")) and arguments.positional:
        if name == "torch.nn.utils.rnn.pad_sequence":
            return Tensor(strongest(arguments.positional))
        if name.startswith("torch.nn.utils.rnn."):
            return UNKNOWN
        return arguments.positional[0]  # weight_norm, spectral_norm, kaiming_normal_ ...
    if name == "torch.jit.annotate" and len(arguments.positional) == 2:
        return arguments.positional[1]
    namespaces = ("torch.nn.functional.", "torch.special.", "torch.linalg.", "torch.fft.")
    direct = name.count(".") == 1
    if not direct and not name.startswith(namespaces):
        calls.escape(frame, arguments)
        if not name.startswith(_AROUND):
            calls.lost(frame, node, f"{name} is not followed")
        return UNKNOWN
    if direct and last in _DTYPE_TESTS and arguments.positional:
        return _dtype_test(last, arguments.positional[0])
    if name == "torch.device":
        return Plain("device", value=_text(arguments.get(0, "type")))
    if direct and last in _PLAIN_FUNCTIONS:
        return Plain(_PLAIN_FUNCTIONS[last], strongest(arguments.values()))
    if direct and last == "is_tensor":
        return builtin_calls.call_builtin(
            frame, node, "isinstance", Arguments([*arguments.positional[:1], External("torch.Tensor")])
        )
    if name == "torch.Size":
        size = builtin_calls.call_builtin(frame, node, "tuple", arguments)
        return Sequence("size", size.items, size.element) if isinstance(size, Sequence) else UNKNOWN
    if direct and last in _NOT_VALUES:
        return UNKNOWN
    if last in _LIKE and arguments.positional:
        made = Tensor(min(Source.SHAPE, source_of(arguments.positional[0])))
        return with_shape(frame, made, name, arguments)
    result = with_shape(frame, _result(last, arguments), name, arguments)
    return writes.result_of(frame, node, last, arguments, result)


#: Calls that draw numbers: another time they give others.
_DRAWING = frozenset("rand randn randint randperm normal bernoulli multinomial poisson".split())


def _text(value: Value | None) -> str | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _result(name: str, arguments: Arguments) -> Value:
    """What an operation gives: one tensor, or several."""
    # Weights count as state even where nothing else is known to go in.
    source = strongest(_operands(arguments))
    tensor = Tensor(max(Source.UNSURE, source) if name in _DRAWING else source)
    if name in _FULL and arguments.positional:
        return Tensor(max(Source.SHAPE, strongest(arguments.positional[1:])))
    if name in ("split", "split_with_sizes"):
        return _split(tensor, arguments.get(1, "split_size"))
    if name == "chunk":
        return _several(tensor, arguments.get(1, "chunks"))
    if name in _WITH_DIM:
        dim = arguments.get(1, "dim")
        if dim is None:
            return tensor
        return tensor if is_tensor(dim) else Sequence("tuple", [tensor, tensor])
    if name in _SEVERAL:
        count = _SEVERAL[name]
        return Sequence("tuple", [tensor] * count if count is not None else None, tensor)
    if name == "where" and len(arguments.positional) == 1:
        return Sequence("tuple", None, tensor)
    if name == "nonzero" and "as_tuple" in arguments.keywords:
        return Sequence("tuple", None, tensor)
    if name in ("unique", "unique_consecutive"):
        by_position = len(arguments.positional) == 1 and arguments.complete
        more = arguments.keywords.keys() & {"return_inverse", "return_counts"}
        return tensor if by_position and not more else UNKNOWN
    if name.startswith(("max_pool", "adaptive_max_pool")):
        indices = arguments.keywords.get("return_indices")
        if isinstance(indices, Known) and indices.value is True:
            return Sequence("tuple", [tensor, tensor])
    if name.endswith("_with_indices"):
        return Sequence("tuple", [tensor, tensor])
    return tensor


def _operands(arguments: Arguments) -> Iterator[Value]:
    """What the values of a result depend on, which is not where and as what they are kept."""
    yield from arguments.positional
    for name, value in arguments.keywords.items():
        if name not in ("device", "dtype", "generator", "layout", "memory_format", "requires_grad"):
            yield value


def _several(tensor: Tensor, count: Value | None) -> Value:
    number = count.value if isinstance(count, Known) else None
    items: list[Value] | None = None
    if isinstance(number, int) and 0 < number <= 64:
        items = [tensor] * number
    return Sequence("tuple", items, tensor)


def _split(tensor: Tensor, sizes: Value | None) -> Value:
    if isinstance(sizes, Sequence) and sizes.items is not None:
        return Sequence("tuple", [tensor] * len(sizes.items))
    return Sequence("tuple", None, tensor)


def call_tensor_method(frame: Frame, node: ir.Expr, tensor: Tensor, name: str, arguments: Arguments) -> Value:
    if name in left_behind.OVERWRITING:
        tensor = left_behind.overwritten(tensor)
    with_receiver = Arguments((tensor, *arguments.positional), arguments.keywords, arguments.complete)
    uses = None
    if frame.phase == FORWARD:
        uses = calls.tell(frame, node, f"torch.Tensor.{name}", with_receiver)
    value = _method_value(frame, tensor, name, arguments, with_receiver)
    value = writes.result_of(frame, node, name, with_receiver, value)
    return value if uses is None else results_of(uses, value)


def _method_value(
    frame: Frame, tensor: Tensor, name: str, arguments: Arguments, with_receiver: Arguments
) -> Value:
    if name == "size":
        return attributes.size(tensor, arguments.get(0, "dim"), surely=frame.follows_sizes)
    if name in ("dim", "ndimension"):
        return attributes.rank(tensor)
    if name in ("get_device", "element_size", "storage_offset"):
        return Plain("int")
    if name in ("numel", "nelement"):
        number = None if tensor.shape is None else product(tensor.shape)
        return attributes.size_of(number, surely=frame.follows_sizes)
    if name in ("stride", "data_ptr", "__len__"):
        return Plain("int", Source.SHAPE)
    if name == "item":
        return Plain(None, tensor.source)
    if name == "tolist":
        return Sequence("list", None, Plain(None, tensor.source))
    if name in ("numpy", "__array__"):
        return Array(tensor.source)
    if name == "type" and not arguments.positional and not arguments.keywords:
        return Plain("str")
    if name in _DTYPE_TESTS:
        return _dtype_test(name, tensor)
    if name.startswith("is_") and not name.endswith("_"):
        return Plain("bool")
    if name in ("backward", "register_hook", "retain_grad"):
        return NONE
    value = with_shape(
        frame, _method_result(tensor, name, with_receiver), f"torch.Tensor.{name}", with_receiver
    )
    if name in RESHAPING:
        tensor.shape = None  # whoever else holds it
    return value


def _method_result(tensor: Tensor, name: str, arguments: Arguments) -> Value:
    if name in _NEW:
        return Tensor(min(Source.SHAPE, tensor.source))
    if name in _AS_ANOTHER:
        return Tensor(tensor.source)
    if name == "new_tensor":
        return Tensor(strongest(arguments.positional[1:]))
    return _result(name, arguments)


#: Tests that only the dtype decides.
_DTYPE_TESTS = ("is_floating_point", "is_complex")


def _dtype_test(name: str, value: Value) -> Value:
    if not isinstance(value, Tensor) or value.dtype is None:
        return Plain("bool")
    return Known(is_complex(value.dtype) if name == "is_complex" else is_float(value.dtype))


def call_torch_module(
    frame: Frame,
    node: ir.Expr,
    module: Instance,
    arguments: Arguments,
    class_name: str | None = None,
) -> Value:
    """Call a module of ``torch.nn`` (or one that derives its forward from it)."""
    name = class_name or module.class_name
    if name in ("torch.nn.Sequential",):
        return _run_sequential(frame, node, module, arguments)
    if not name.startswith("torch.nn."):
        calls.lost(frame, node, f"{name} is not followed")
        return UNKNOWN
    uses = calls.tell(frame, node, name, arguments, module)
    last = name.rsplit(".", 1)[1]
    first = arguments.positional[0] if arguments.positional else UNKNOWN
    if last == "Identity":
        return first
    given = _module_result(last, module, arguments)
    result = with_shape(frame, given, name, arguments, _made_with(module))
    if isinstance(first, Tensor) and works_in_place(last, module.arguments, is_module=True):
        result = writes.write(frame, node, first, f"{last}(inplace=True)", result)
    return results_of(uses, result)


def _module_result(last: str, module: Instance, arguments: Arguments) -> Value:
    if last in ("Module", "ModuleList", "ModuleDict"):
        return UNKNOWN
    tensor = Tensor(max(Source.STATE, strongest(arguments.values())))
    if last in ("LSTM",):
        return Sequence("tuple", [tensor, Sequence("tuple", [tensor, tensor])])
    if last in ("GRU", "RNN", "LSTMCell"):
        return Sequence("tuple", [tensor, tensor])
    if last == "MultiheadAttention":
        weights = arguments.get(4, "need_weights")
        without = isinstance(weights, Known) and weights.value is False
        return Sequence("tuple", [tensor, NONE if without else tensor])
    if last == "AdaptiveLogSoftmaxWithLoss":
        return UNKNOWN
    made_with = module.arguments
    if "Pool" in last and made_with is not None and "return_indices" in made_with.keywords:
        return Sequence("tuple", [tensor, tensor])
    return tensor


#: What decides the shape of a module's result, and could be set on it later.
_SETTINGS = frozenset(
    """
    in_channels out_channels kernel_size stride padding output_padding dilation groups in_features
    out_features weight embedding_dim output_size return_indices ceil_mode hidden_size num_layers batch_first
    bidirectional proj_size embed_dim size scale_factor upscale_factor downscale_factor dim start_dim end_dim
    """.split()
)


def _made_with(module: Instance) -> Arguments | None:
    """What the module was made with, unless some of it has been changed since."""
    return module.made_with if _SETTINGS.isdisjoint(module.attributes) else None


def _run_sequential(frame: Frame, node: ir.Expr, module: Instance, arguments: Arguments) -> Value:
    children = module.attributes.get(CHILDREN)
    value: Value = arguments.positional[0] if arguments.positional else UNKNOWN
    if isinstance(children, Mapped):
        return UNKNOWN
    if not isinstance(children, Sequence):
        calls.lost(frame, node, "the layers of a Sequential aren't known")
        return UNKNOWN
    if children.items is not None:
        for child in children.items:
            value = calls.call(frame, node, child, Arguments([value]))
        return value
    if isinstance(children.element, Unknown):
        calls.lost(frame, node, "the layers of a Sequential aren't known")
        return UNKNOWN
    # Some number of layers, each of which may be this.
    outer, frame.branch = frame.branch, object()
    for _ in range(2):
        value = join(value, calls.call(frame, node, children.element, Arguments([value])))
    frame.branch = outer
    return value
