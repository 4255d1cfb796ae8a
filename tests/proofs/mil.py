"""Computes what a converted program computes, without the Core ML runtime (which only macOS has).

coremltools can fold most operations of known inputs by itself; the few it can't are done by torch here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from coremltools.converters.mil.mil import types

Operation = Any  # coremltools.converters.mil.mil.Operation: coremltools ships no types


class NotEvaluated(Exception):
    """An operation that neither coremltools nor this file can compute; add a handler below."""


def evaluate(program: Any, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """The outputs of ``program``'s main function for ``inputs``, given in its order of inputs.

    The values are left in the program's variables, so a program serves one evaluation at a time.
    Raises :class:`NotEvaluated`.
    """
    main = program.functions["main"]
    for var, value in zip(main.inputs.values(), inputs, strict=True):
        _set(var, value.astype(_numpy_dtype(var)))
    with np.errstate(all="ignore"):
        for operation in main.operations:
            if operation.op_type != "const":
                for var, value in zip(operation.outputs, _results(operation), strict=True):
                    _set(var, value)
    return [np.asarray(output.val) for output in main.outputs]


def _results(operation: Operation) -> Sequence[Any]:
    try:
        results = None if operation.op_type in _MISFOLDED else operation.value_inference()
    except NotImplementedError:
        results = None
    if results is None:
        handler = _HANDLERS.get(operation.op_type)
        if handler is None:
            raise NotEvaluated(f"{operation.op_type} ({operation.name})")
        results = handler(operation).numpy().astype(_numpy_dtype(operation.outputs[0]))
    return results if isinstance(results, tuple | list) else (results,)


def _set(var: Any, value: Any) -> None:
    var._sym_val = var.sym_type()
    var._sym_val.val = value


def _numpy_dtype(var: Any) -> Any:
    return types.nptype_from_builtin(var.dtype)


def _tensor(var: Any) -> torch.Tensor | None:
    """The value in float32: torch on a CPU lacks some float16 kernels, and the result is rounded back."""
    return None if var is None else torch.from_numpy(np.asarray(var.val, dtype=np.float32))


def _padding(operation: Operation, kernel: Sequence[int]) -> list[int]:
    """What ``F.pad`` wants: before and after for each spatial axis, the last axis first."""
    rank = len(kernel)
    if operation.pad_type.val == "custom":
        pairs = np.reshape(operation.pad.val, (rank, 2))
    elif operation.pad_type.val == "valid":
        pairs = np.zeros((rank, 2), dtype=int)
    else:
        raise NotEvaluated(f"{operation.op_type} with pad_type {operation.pad_type.val}")
    return [int(n) for pair in reversed(pairs) for n in pair]


def _conv(operation: Operation) -> torch.Tensor:
    weight = _tensor(operation.weight)
    dilated = [(k - 1) * d + 1 for k, d in zip(weight.shape[2:], operation.dilations.val, strict=True)]
    x = F.pad(_tensor(operation.x), _padding(operation, dilated))
    convolve = (F.conv1d, F.conv2d, F.conv3d)[x.dim() - 3]
    return convolve(
        x,
        weight,
        _tensor(operation.bias),
        stride=tuple(int(n) for n in operation.strides.val),
        dilation=tuple(int(n) for n in operation.dilations.val),
        groups=int(operation.groups.val),
    )


def _batch_norm(operation: Operation) -> torch.Tensor:
    return F.batch_norm(
        _tensor(operation.x),
        _tensor(operation.mean),
        _tensor(operation.variance),
        _tensor(operation.gamma),
        _tensor(operation.beta),
        eps=float(operation.epsilon.val),
    )


def _instance_norm(operation: Operation) -> torch.Tensor:
    return F.instance_norm(
        _tensor(operation.x),
        weight=_tensor(operation.gamma),
        bias=_tensor(operation.beta),
        eps=float(operation.epsilon.val),
    )


def _max_pool(operation: Operation) -> torch.Tensor:
    kernel = [int(n) for n in operation.kernel_sizes.val]
    x = F.pad(_tensor(operation.x), _padding(operation, kernel), value=-torch.inf)
    pool = (F.max_pool1d, F.max_pool2d, F.max_pool3d)[x.dim() - 3]
    return pool(x, kernel, [int(n) for n in operation.strides.val], ceil_mode=bool(operation.ceil_mode.val))


def _avg_pool(operation: Operation) -> torch.Tensor:
    """Torch pads symmetrically by itself, and only so can it leave the padding out of the mean."""
    kernel = [int(n) for n in operation.kernel_sizes.val]
    padding = _padding(operation, kernel)
    before, after = padding[0::2], padding[1::2]
    if before != after:
        raise NotEvaluated(f"avg_pool with the padding {padding}")
    x = _tensor(operation.x)
    pool = (F.avg_pool1d, F.avg_pool2d, F.avg_pool3d)[x.dim() - 3]
    return pool(
        x,
        kernel,
        [int(n) for n in operation.strides.val],
        padding=before[::-1],
        ceil_mode=bool(operation.ceil_mode.val),
        count_include_pad=not operation.exclude_padding_from_average.val,
    )


def _upsample_bilinear(operation: Operation) -> torch.Tensor:
    return F.interpolate(
        _tensor(operation.x),
        scale_factor=(float(operation.scale_factor_height.val), float(operation.scale_factor_width.val)),
        mode="bilinear",
        align_corners=bool(operation.align_corners.val),
    )


def _silu(operation: Operation) -> torch.Tensor:
    return F.silu(_tensor(operation.x))


def _equal(operation: Operation) -> torch.Tensor:
    return torch.from_numpy(np.asarray(np.equal(operation.x.val, operation.y.val)))


def _gather_nd(operation: Operation) -> torch.Tensor:
    batch_dims = getattr(operation, "batch_dims", None)  # newer opsets have it
    if batch_dims is not None and batch_dims.val:
        raise NotEvaluated("gather_nd with batch_dims")
    return _tensor(operation.x)[_positions(operation.indices)]


def _scatter_nd(operation: Operation) -> torch.Tensor:
    if operation.mode.val != "update":
        raise NotEvaluated(f"{operation.op_type} with mode {operation.mode.val}")
    data = _tensor(operation.data).clone()
    data[_positions(operation.indices)] = _tensor(operation.updates)
    return data


def _positions(indices: Any) -> tuple[torch.Tensor, ...]:
    """The index for each axis, from the last axis of the indices."""
    return torch.from_numpy(np.asarray(indices.val)).long().unbind(-1)


def _scatter_along_axis(operation: Operation) -> torch.Tensor:
    data, indices = _tensor(operation.data), torch.from_numpy(np.asarray(operation.indices.val, np.int64))
    return _scattered(data, indices, _tensor(operation.updates), operation)


def _scatter(operation: Operation) -> torch.Tensor:
    """Whole slices along one axis: the same along an axis, each index repeated over its slice."""
    data, updates = _tensor(operation.data), _tensor(operation.updates)
    shape = [-1 if axis == operation.axis.val % data.dim() else 1 for axis in range(data.dim())]
    indices = torch.from_numpy(np.asarray(operation.indices.val, np.int64)).reshape(shape)
    return _scattered(data, indices.expand_as(updates), updates, operation)


def _scattered(
    data: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor, operation: Operation
) -> torch.Tensor:
    axis, mode = int(operation.axis.val), operation.mode.val
    if mode == "update":
        return data.scatter(axis, indices, updates)
    return data.scatter_reduce(
        axis, indices, updates, {"add": "sum", "mul": "prod", "max": "amax", "min": "amin"}[mode]
    )


def _sliding_windows(operation: Operation) -> torch.Tensor:
    axis = int(operation.axis.val) % operation.x.rank
    windows = _tensor(operation.x).unfold(axis, int(operation.size.val), int(operation.stride.val))
    return windows.movedim(-1, axis + 1)


#: Folded as if they did not accumulate.
_MISFOLDED = {"scatter_along_axis"}

_HANDLERS: dict[str, Callable[[Operation], torch.Tensor]] = {
    "avg_pool": _avg_pool,
    "batch_norm": _batch_norm,
    "conv": _conv,
    "equal": _equal,
    "gather_nd": _gather_nd,
    "instance_norm": _instance_norm,
    "max_pool": _max_pool,
    "scatter": _scatter,
    "scatter_along_axis": _scatter_along_axis,
    "scatter_nd": _scatter_nd,
    "silu": _silu,
    "sliding_windows": _sliding_windows,
    "upsample_bilinear": _upsample_bilinear,
}
