"""Samples from ModuleInfo, the database behind PyTorch's tests of torch.nn modules."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import torch
from torch.testing._internal.common_modules import module_db

from ..case import Case, case_of, tier_of
from ..writing import program_of_module
from . import Sample, signature


def module_samples(api: str, limit: int) -> Iterator[Sample]:
    """Up to ``limit`` different ways of constructing and calling the module, in evaluation mode."""
    info = _by_name().get(api)
    if info is None:
        return
    torch.manual_seed(0)
    inputs = info.module_inputs_func(
        info, device="cpu", dtype=torch.float32, requires_grad=False, training=False
    )
    seen: set[str] = set()
    fresh: list[tuple[int, Any]] = []
    rest: list[tuple[int, Any]] = []
    for index, given in enumerate(inputs):
        call, built = given.forward_input, given.constructor_input
        if call is None:
            continue
        shape = repr(signature([list(call.args), call.kwargs, list(built.args), built.kwargs]))
        (rest if shape in seen else fresh).append((index, given))
        seen.add(shape)
    for index, given in itertools.islice(fresh + rest, limit):
        yield Sample(f"module:{api.rsplit('.', 1)[-1]}/{index}", _maker(api, given), trained=True)


def _maker(api: str, given: Any) -> Any:
    def make(constants: bool, first_output: bool) -> Case:
        built, call = given.constructor_input, given.forward_input
        program = program_of_module(
            api, (built.args, built.kwargs), (call.args, call.kwargs), constants=constants
        )
        return case_of(program, tier=tier_of(call.args, call.kwargs), first_output=first_output)

    return make


@lru_cache(maxsize=1)
def _by_name() -> dict[str, Any]:
    return {f"torch.nn.{info.module_cls.__name__}": info for info in module_db}
