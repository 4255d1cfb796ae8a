"""Each composite operator is needed, converts, and computes what torch does."""

from __future__ import annotations

import logging
from types import ModuleType

import pytest

pytestmark = pytest.mark.convert


def test_composites_compute_what_torch_does(evidence: ModuleType) -> None:
    import coremltools as ct
    import numpy as np
    import torch

    from preflight_analyzers.knowledge.op_kinds import registry_key
    from preflight_server.knowledge_builder import probe
    from preflight_server.knowledge_builder.case import tensors_of
    from preflight_server.knowledge_builder.samples.composites import COMPOSITES, registered
    from preflight_server.knowledge_builder.samples.handwritten import sample_of
    from tests.proofs import mil

    logging.getLogger("coremltools").setLevel(logging.CRITICAL + 1)
    wrong = []
    for entry in COMPOSITES:
        asked = set()
        for call in entry.checks:
            case = sample_of(call, "").make(False, False)
            asked.update(map(registry_key, probe.run(case, "trace").missing))
            traced = torch.jit.trace(case.module, case.inputs, check_trace=False)
            try:
                with registered(entry):
                    program = ct.convert(
                        traced,
                        inputs=probe.input_types(case.inputs),
                        convert_to="milinternal",
                        compute_precision=ct.precision.FLOAT32,
                    )
                    # As it is used: in float16, and saved.
                    ct.convert(traced, inputs=probe.input_types(case.inputs), skip_model_load=True)
                found = mil.evaluate(program, [tensor.numpy() for tensor in case.inputs])
            except Exception as error:
                wrong.append(f"{call.code}: {type(error).__name__} {error}")
                continue
            wanted = tensors_of(case.module(*case.inputs))
            for one, other in zip(found, wanted, strict=True):
                if not np.allclose(one, other.detach().numpy(), rtol=1e-4, atol=1e-5):
                    wrong.append(f"{call.code}: {one} {other}")
        if asked != set(entry.names):
            wrong.append(f"{entry.names}: the calls ask for {asked}")
    assert not wrong, "\n".join(wrong)


def test_what_ships_is_what_was_run() -> None:
    from preflight_analyzers.knowledge.reader import read_data
    from preflight_server.knowledge_builder.samples.composites import composite_sources

    assert read_data("composites.json") == composite_sources()


def test_the_source_that_ships_registers_the_converter() -> None:
    from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY

    from preflight_server.knowledge_builder.samples.composites import COMPOSITES, composite_sources

    converters = _TORCH_OPS_REGISTRY.name_to_func_mapping
    sources = composite_sources()
    for entry in COMPOSITES:
        for name in entry.names:
            assert name not in converters
        exec(compile(sources[entry.names[0]], "<composite>", "exec"), {})
        for name in entry.names:
            assert converters.pop(name).__code__.co_code == entry.function.__code__.co_code
