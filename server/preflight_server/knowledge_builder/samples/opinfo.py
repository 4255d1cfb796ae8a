"""Samples from OpInfo, the database behind PyTorch's own operator tests."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db

from ..case import ODD, ORDINARY, Case, case_of, tier_of
from ..writing import program_of_call
from . import Sample, signature

_LOOK_AT = 80
_DTYPES = (torch.float32, torch.int64, torch.bool, torch.complex64, torch.float16)
_OF_OTHER_DTYPES = 2

_DUNDER = {
    "__abs__": "abs", "__add__": "add", "__and__": "bitwise_and", "__div__": "div", "__eq__": "eq",
    "__floordiv__": "floor_divide", "__ge__": "ge", "__getitem__": "__getitem__", "__gt__": "gt",
    "__invert__": "bitwise_not", "__le__": "le", "__lshift__": "bitwise_left_shift", "__lt__": "lt",
    "__matmul__": "matmul", "__mod__": "remainder", "__mul__": "mul", "__ne__": "ne", "__neg__": "neg",
    "__or__": "bitwise_or", "__pos__": "positive", "__pow__": "pow", "__rshift__": "bitwise_right_shift",
    "__sub__": "sub", "__truediv__": "div", "__xor__": "bitwise_xor",
}  # fmt: skip

#: Functions whose further tensors are weights.
_WEIGHTS = frozenset(
    """
    conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d convolution linear bilinear
    batch_norm native_batch_norm instance_norm layer_norm native_layer_norm group_norm native_group_norm
    rms_norm prelu multi_head_attention_forward batch_norm_stats lstm gru rnn_tanh rnn_relu
    """.split()
)


def opinfo_samples(api: str, limit: int) -> Iterator[Sample]:
    """Up to ``limit`` different samples for the API, ordinary ones first; then a few of other dtypes."""
    weights = api.rsplit(".", 1)[-1] in _WEIGHTS
    infos = _infos_of(api)
    ordinary = [_of_dtype(info, _dtypes_of(info)[:1], limit, api) for info in infos]
    # Turn by turn, so that every variant of the operator has its say.
    turns = itertools.chain.from_iterable(itertools.zip_longest(*ordinary))
    for name, sample in itertools.islice((entry for entry in turns if entry), limit):
        yield Sample(name, _maker(api, sample, other_dtype=False), weights=weights)
    for info in infos[:1]:
        for dtype in _dtypes_of(info)[1:]:
            for name, sample in _of_dtype(info, [dtype], _OF_OTHER_DTYPES, api):
                yield Sample(name, _maker(api, sample, other_dtype=True), weights=weights)


def _dtypes_of(info: Any) -> list[torch.dtype]:
    """The dtypes to try, the ordinary one first."""
    supported = info.supported_dtypes("cpu")
    return [dtype for dtype in _DTYPES if dtype in supported]


def _of_dtype(info: Any, dtypes: list[torch.dtype], limit: int, api: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for dtype in dtypes:
        torch.manual_seed(0)
        try:
            samples = list(itertools.islice(info.sample_inputs("cpu", dtype), _LOOK_AT))
        except Exception:
            continue  # a few databases need libraries or devices that are not here
        rated = sorted(enumerate(samples), key=lambda pair: (_tier_of_sample(pair[1]) != ORDINARY, pair[0]))
        seen: set[Any] = set()
        fresh: list[tuple[int, Any]] = []
        rest: list[tuple[int, Any]] = []
        for index, sample in rated:
            if api.endswith("__") and sample.kwargs:
                continue  # an operator takes no keywords
            shape = repr(signature([sample.input, list(sample.args), sample.kwargs]))
            (rest if shape in seen else fresh).append((index, sample))
            seen.add(shape)
        variant = f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name
        for index, sample in (fresh + rest)[:limit]:
            found.append((f"opinfo:{variant}/{str(dtype)[6:]}/{index}", sample))
    return found


def _tier_of_sample(sample: Any) -> int:
    return tier_of(sample.input, sample.args, sample.kwargs)


def _maker(api: str, sample: Any, other_dtype: bool) -> Any:
    def make(constants: bool, first_output: bool) -> Case:
        args = (sample.input, *sample.args)
        program = program_of_call(api, args, sample.kwargs, constants=constants)
        tier = ODD if other_dtype else tier_of(args, sample.kwargs)
        return case_of(program, tier=tier, first_output=first_output)

    return make


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for info in op_db:
        if "python_ref" not in type(info).__name__.lower():
            found[info.name].append(info)
    for info in op_db:
        for alias in info.aliases:
            if alias.name not in found:
                found[alias.name].append(info)
    return found


def _infos_of(api: str) -> list[Any]:
    names = _by_name()
    relative = api.removeprefix("torch.").removeprefix("Tensor.")
    name = api.rsplit(".", 1)[-1]
    for base in (relative, _DUNDER.get(relative, relative)):
        if base in names:
            return names[base]
    if relative.startswith("__i") and _DUNDER.get("__" + relative[3:]) in names:
        return names[_DUNDER["__" + relative[3:]]]
    if relative.startswith("__"):
        return []
    plain = name.removesuffix("_")
    for base in (relative.removesuffix("_"), name, plain, f"nn.functional.{plain}"):
        if base in names:
            return names[base]
    if api.startswith("torch.Tensor.") or api.count(".") == 1:
        for space in ("linalg", "special"):
            if f"{space}.{plain}" in names:
                return names[f"{space}.{plain}"]
    return []
