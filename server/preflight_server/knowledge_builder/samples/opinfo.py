"""Samples from OpInfo, the database behind PyTorch's own operator tests."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import torch
from torch.testing._internal.common_methods_invocations import op_db

from ..case import ORDINARY, Case, case_of_call, tier_of
from ..public_apis import PROPERTIES, changes_its_input, resolve
from . import Sample, signature

_LOOK_AT = 80
_DTYPES = (torch.float32, torch.int64, torch.bool, torch.complex64)

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
    """Up to ``limit`` different samples for the API, ordinary ones first."""
    chosen: list[tuple[str, Any, Any]] = []
    for info in _infos_of(api):
        chosen.extend(_of_info(info, limit, api.endswith("__")))
    # Turn by turn, so that every variant of the operator has its say.
    by_info: dict[str, list[Any]] = defaultdict(list)
    for name, info, sample in chosen:
        by_info[name.split("/")[0]].append((name, info, sample))
    turns = itertools.chain.from_iterable(itertools.zip_longest(*by_info.values()))
    for entry in itertools.islice((entry for entry in turns if entry), limit):
        name, info, sample = entry
        yield Sample(name, _maker(api, info, sample), weights=api.rsplit(".", 1)[-1] in _WEIGHTS)


def _of_info(info: Any, limit: int, operator: bool) -> Iterator[tuple[str, Any, Any]]:
    dtypes = info.supported_dtypes("cpu")
    wanted = [dtype for dtype in _DTYPES if dtype in dtypes]
    if torch.float32 in wanted:
        wanted = wanted[:1]
    for dtype in wanted[:2]:
        torch.manual_seed(0)
        try:
            samples = list(itertools.islice(info.sample_inputs("cpu", dtype), _LOOK_AT))
        except Exception:
            continue  # a few databases need libraries or devices that are not here
        rated = sorted(enumerate(samples), key=lambda pair: (_tier(pair[1]) != ORDINARY, pair[0]))
        seen: set[Any] = set()
        fresh: list[tuple[int, Any]] = []
        rest: list[tuple[int, Any]] = []
        for index, sample in rated:
            if operator and sample.kwargs:
                continue  # an operator takes no keywords
            shape = repr(signature([sample.input, list(sample.args), sample.kwargs]))
            (rest if shape in seen else fresh).append((index, sample))
            seen.add(shape)
        for index, sample in (fresh + rest)[:limit]:
            variant = f"{info.name}.{info.variant_test_name}" if info.variant_test_name else info.name
            yield f"opinfo:{variant}/{str(dtype)[6:]}/{index}", info, sample


def _tier(sample: Any) -> int:
    leaves = torch.utils._pytree.tree_leaves((sample.input, sample.args, sample.kwargs))
    return max((tier_of(leaf) for leaf in leaves if isinstance(leaf, torch.Tensor)), default=ORDINARY)


def _maker(api: str, info: Any, sample: Any) -> Any:
    def make(constants: bool, first_output: bool) -> Case:
        error: Exception | None = None
        for function in (_function(api), *_other_spelling(api, info)):
            try:
                return case_of_call(
                    function,
                    (sample.input, *sample.args),
                    dict(sample.kwargs),
                    in_place=changes_its_input(api),
                    constants=constants,
                    first_output=first_output,
                )
            except Exception as raised:  # the sample's arguments are those of another spelling
                error = error or raised
        assert error is not None
        raise error

    return make


def _other_spelling(api: str, info: Any) -> tuple[Any, ...]:
    """The database's own wrapper, which may take the arguments in another order than the API does."""
    names = {info.name, *(alias.name for alias in info.aliases)}
    return (info.op,) if api.removeprefix("torch.") in names else ()


def _function(api: str) -> Any:
    name = api.rsplit(".", 1)[-1]
    if api.startswith("torch.Tensor."):
        if name in PROPERTIES:
            return lambda tensor: getattr(tensor, name)
        # Looked up on the tensor, as user code does it.
        return lambda tensor, *args, **kwargs: getattr(tensor, name)(*args, **kwargs)
    return resolve(api)


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
