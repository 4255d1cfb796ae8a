"""The dtypes and shapes that the linter tells, beside what torch gives: over PyTorch's own samples."""

from __future__ import annotations

import importlib
import inspect
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.convert

#: What samples of PyTorch raise where this machine, or the call written in another way, can't run them.
_REFUSED = (
    RuntimeError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    ImportError,
    IndexError,
    NotImplementedError,
)
_SAMPLES = 3


@pytest.fixture(scope="module")
def truth() -> ModuleType:
    """torch is imported here, so that deselected tests don't wait for it."""
    return importlib.import_module("tests.meaning.shape_truth")


@pytest.mark.filterwarnings("ignore")
def test_functions_methods_and_operators(truth: ModuleType) -> None:
    import torch
    from torch.testing._internal.common_methods_invocations import op_db

    torch.manual_seed(0)
    recorder = truth.Recorder()
    dtypes = (torch.float32, torch.float16, torch.int64, torch.bool, torch.complex64)
    for info in op_db:
        for dtype in info.dtypes & set(dtypes):
            for sample in _samples(truth, info, dtype):
                _run_every_way(recorder, info, sample)
    assert recorder.mistakes == []
    assert sum(recorder.seen.values()) > 12_000
    assert recorder.share_told(recorder.seen) > 0.94


@pytest.mark.filterwarnings("ignore")
def test_arguments_by_name(truth: ModuleType) -> None:
    import torch
    from torch.testing._internal.common_methods_invocations import op_db

    torch.manual_seed(0)
    recorder = truth.NameRecorder()
    for info in op_db:
        if torch.float32 in info.dtypes:
            for sample in _samples(truth, info, torch.float32):
                _run_every_way(recorder, info, sample)
    assert recorder.mistakes == []
    assert sum(recorder.seen.values()) > 3_000


def _samples(truth: ModuleType, info: Any, dtype: Any) -> list[Any]:
    with suppress(*_REFUSED):
        # Seeding anew for each sample would take half of the time.
        return list(truth.some(info.sample_inputs("cpu", dtype, set_seed=False), _SAMPLES))
    return []


def _run_every_way(recorder: Any, info: Any, sample: Any) -> None:
    """As a function, and as the method, in-place method and operator of that name where there are such."""
    import torch

    with recorder, suppress(*_REFUSED):
        info.op(sample.input, *sample.args, **sample.kwargs)
    if not isinstance(sample.input, torch.Tensor):
        return
    for name in (info.name, f"{info.name}_", f"__{info.name}__"):
        method = getattr(torch.Tensor, name, None)
        if callable(method):
            receiver = sample.input.clone()
            with recorder, suppress(*_REFUSED):
                method(receiver, *sample.args, **sample.kwargs)


@pytest.mark.filterwarnings("ignore")
def test_modules(truth: ModuleType) -> None:
    import torch
    from torch.testing._internal.common_modules import module_db

    torch.manual_seed(0)
    recorder = truth.Recorder()
    for info in module_db:
        try:
            samples = info.module_inputs_func(
                info, device="cpu", dtype=torch.float32, requires_grad=False, training=False
            )
        except _REFUSED:
            continue
        for sample in truth.some(samples, 16):
            with suppress(*_REFUSED):
                _run_module(truth, recorder, info.module_cls, sample)
    assert recorder.mistakes == []
    modules = [api for api in recorder.seen if api.startswith("torch.nn.") and api.count(".") == 2]
    assert len(modules) > 100
    assert recorder.share_told(modules) > 0.93


def _run_module(truth: ModuleType, recorder: Any, cls: type[Any], sample: Any) -> None:
    made, given = sample.constructor_input, sample.forward_input
    module = cls(*made.args, **made.kwargs).eval()
    api, arguments = f"torch.nn.{cls.__name__}", truth.abstract_arguments(given.args, given.kwargs)
    with recorder:
        result = module(*given.args, **given.kwargs)
    recorder.judge(api, arguments, result, truth.abstract_arguments(made.args, made.kwargs))
    for form in truth.bound_forms(inspect.signature(cls), made.args, made.kwargs):
        recorder.claim(api, arguments, result, form)


def test_a_wrong_claim_is_a_mistake(truth: ModuleType) -> None:
    import torch

    from preflight_analyzers.meaning.values import Sequence, Source, Tensor

    def wrong(told: object, real: object) -> bool:
        return bool(list(truth.mistakes(told, real)))

    real = torch.zeros(2, 3)
    assert not wrong(Tensor(Source.INPUT), real)
    assert not wrong(Tensor(Source.INPUT, "float32", (2, None)), real)
    assert wrong(Tensor(Source.INPUT, "float64", (2, 3)), real)
    assert wrong(Tensor(Source.INPUT, None, (2, 4)), real)
    assert wrong(Tensor(Source.INPUT, None, (None,)), real)
    assert wrong(Sequence("tuple", [Tensor(Source.INPUT)]), real)
    assert wrong(Sequence("tuple", [Tensor(Source.INPUT)]), (real, real))
    assert wrong(Tensor(Source.INPUT), (real, real))
