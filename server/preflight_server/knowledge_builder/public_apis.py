"""The public API of torch that a model's forward() may call, by qualified name."""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterator
from typing import Any

import torch

FUNCTION_SPACES = ("torch", "torch.nn.functional", "torch.special", "torch.linalg", "torch.fft")

#: Dunder methods of Tensor that are written as operators, subscripts and built-in functions.
OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        "abs add and eq floordiv ge getitem gt iadd iand ifloordiv ilshift imod imul invert ior ipow irshift "
        "isub itruediv ixor le lshift lt matmul mod mul ne neg or pos pow radd rand rfloordiv rlshift "
        "rmatmul rmod rmul ror rpow rrshift rshift rsub rtruediv rxor setitem sub truediv xor reversed "
        "contains div rdiv idiv"
    ).split()
)

#: Attributes that compute a tensor.
PROPERTIES = ("H", "T", "imag", "mH", "mT", "real", "data")

#: Names that are no operation on tensors: switches, files, types, threads, compilation, symbolic sizes.
_NOT_OPERATIONS = frozenset(
    """
    are_deterministic_algorithms_enabled autocast_decrement_nesting autocast_increment_nesting can_cast
    classproperty clear_autocast_cache compile compiled_with_cxx11_abi cudnn_is_acceptable export
    fork from_file frombuffer from_dlpack from_numpy get_autocast_cpu_dtype get_autocast_dtype
    get_autocast_gpu_dtype get_autocast_ipu_dtype get_autocast_xla_dtype get_default_device
    get_default_dtype get_deterministic_debug_mode get_device get_device_module get_file_path
    get_float32_matmul_precision get_num_interop_threads get_num_threads get_rng_state import_ir_module
    import_ir_module_from_buffer init_num_threads initial_seed is_anomaly_check_nan_enabled
    is_anomaly_enabled is_autocast_cache_enabled is_autocast_cpu_enabled is_autocast_enabled
    is_autocast_ipu_enabled is_autocast_xla_enabled is_deterministic_algorithms_warn_only_enabled
    is_grad_enabled is_inference_mode_enabled is_storage is_vulkan_available is_warn_always_enabled load
    manual_seed merge_type_from_type_comment parse_ir parse_schema parse_type_comment
    prepare_multiprocessing_environment profiler_allow_cudagraph_cupti_lazy_reinit_cuda12 promote_types
    save seed set_anomaly_enabled set_autocast_cache_enabled set_autocast_cpu_dtype
    set_autocast_cpu_enabled set_autocast_dtype set_autocast_enabled set_autocast_gpu_dtype
    set_autocast_ipu_dtype set_autocast_ipu_enabled set_autocast_xla_dtype set_autocast_xla_enabled
    set_default_device set_default_dtype set_default_tensor_type set_deterministic_debug_mode
    set_float32_matmul_precision set_flush_denormal set_num_interop_threads set_num_threads
    set_printoptions set_rng_state set_warn_always sym_constrain_range sym_constrain_range_for_size
    sym_float sym_fresh_size sym_int sym_ite sym_max sym_min sym_not sym_sqrt sym_sum
    thread_safe_generator to_dlpack typename unify_type_list use_deterministic_algorithms vmap wait
    boolean_dispatch has_torch_function has_torch_function_unary has_torch_function_variadic
    handle_torch_function assert_int_or_pair cast overload sparse_compressed_tensor Optional
    namedtuple common_notes factory_common_args merge_dicts parse_kwargs result_type broadcast_shapes
    """.split()
)
#: Removed long ago: they raise and name their successors, most of which are called alike in torch.linalg.
_REMOVED = ("eig", "lstsq", "matrix_rank", "solve", "symeig")
_TENSOR_NOT_OPERATIONS = frozenset(
    """
    as_subclass backward const_data_ptr data_ptr dim_order eig element_size get_device has_names
    hpu ipu mps xpu mtia is_pinned is_set_to is_shared lstsq map2_ map_ module_load new_tensor
    pin_memory q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point
    qscheme record_stream refine_names reinforce rename rename_ register_hook
    register_post_accumulate_grad_hook resize resize_as retain_grad set_ share_memory_ solve
    storage storage_offset storage_type symeig to_mkldnn untyped_storage apply_ align_as align_to
    is_distributed is_inference
    """.split()
)


def public_apis() -> Iterator[str]:
    """Qualified names, sorted within each namespace."""
    for space in FUNCTION_SPACES:
        for name in _function_names(resolve(space)):
            yield f"{space}.{name}"
    for name in sorted(dir(torch.Tensor)):
        if _is_tensor_operation(name):
            yield f"torch.Tensor.{name}"
    for name in sorted(dir(torch.nn)):
        candidate = getattr(torch.nn, name)
        if isinstance(candidate, type) and issubclass(candidate, torch.nn.Module):
            yield f"torch.nn.{name}"


def resolve(qualified_name: str) -> Any:
    """The object that a qualified name stands for; raises AttributeError."""
    found: Any = torch
    for part in qualified_name.split(".")[1:]:
        found = getattr(found, part)
    return found


def changes_its_input(qualified_name: str) -> bool:
    """Whether the API writes into its first tensor."""
    name = qualified_name.rsplit(".", 1)[-1]
    if name.startswith("__"):
        return name == "__setitem__" or (name in OPERATORS and name[2] == "i" and name != "__invert__")
    return name.endswith("_")


def _function_names(module: types.ModuleType) -> Iterator[str]:
    for name in sorted(dir(module)):
        value = getattr(module, name)
        if name.startswith("_") or name in _NOT_OPERATIONS or not callable(value) or isinstance(value, type):
            continue
        if module is torch and name in _REMOVED:
            continue
        if getattr(builtins, name, None) is value or getattr(value, "__module__", "") == "typing":
            continue
        yield name


def _is_tensor_operation(name: str) -> bool:
    if name.startswith("__"):
        return name in OPERATORS
    if name.startswith("_") or name in _TENSOR_NOT_OPERATIONS:
        return False
    return callable(getattr(torch.Tensor, name)) or name in PROPERTIES
