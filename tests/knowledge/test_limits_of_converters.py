"""What the samples say of the converters' limits is so: each call converts, or fails, as is claimed."""

from __future__ import annotations

from importlib import import_module

import pytest

pytestmark = pytest.mark.convert


@pytest.mark.parametrize("topic", ["layers", "tensors", "dtypes", "literals", "rank", "complex", "sizes"])
def test_calls_convert_and_fail_as_is_claimed(topic: str) -> None:
    import torch

    from preflight_server.knowledge_builder import probe
    from preflight_server.knowledge_builder.samples.handwritten import sample_of

    contrast = import_module(f"preflight_server.knowledge_builder.samples.calls.limits_of_{topic}").calls
    wrong = []
    for claimed, calls in ((True, contrast.converts.calls), (False, contrast.fails.calls)):
        for call in calls:
            sample = sample_of(call, "")
            case = sample.make(False, False)
            traced = torch.jit.trace(case.module, case.inputs, check_trace=False)
            # Of a rank, or complex numbers, that come up within, only the whole conversion tells.
            whole = topic in ("rank", "complex") or not case.is_plain
            outcome = probe.convert(traced, case, case.harness_kinds, whole=whole)
            if outcome.converts != claimed:
                wrong.append(f"{call.api}: {sample.name}: {outcome.error or 'converts'}")
    assert not wrong


def test_no_call_is_there_twice() -> None:
    from preflight_server.knowledge_builder.samples.handwritten import EDGES

    for topic in EDGES:
        calls = import_module(f"preflight_server.knowledge_builder.samples.calls.{topic}").calls.calls
        assert len({repr(call) for call in calls}) == len(calls)
