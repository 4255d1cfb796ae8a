"""Every other spelling equals what it replaces, on two inputs, and what it converts to computes the same."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.convert

#: Programs with these are not evaluated: draws, loops, and scalars that coremltools cannot fold.
NOT_EVALUATED = 25


def test_ways_out_are_equal_and_convert(evidence: ModuleType) -> None:
    from preflight_server.knowledge_builder.samples.ways_out import TOPICS, ways_of
    from tests.proofs.mil import NotEvaluated

    wrong, skipped = [], []
    for sample in (sample for topic in TOPICS for sample in ways_of(topic)):
        try:
            _prove(sample.make(False, False))
        except (NotEvaluated, AttributeError) as unknown:
            skipped.append(f"{sample.name}: {unknown}")
        except Exception as error:
            wrong.append(f"{sample.name}: {type(error).__name__}: {error}")
    assert not wrong, "\n".join(wrong)
    assert len(skipped) <= NOT_EVALUATED, "\n".join(skipped)


def _prove(case: Any) -> None:
    """Convert the case, and see that the program computes what torch does."""
    import coremltools as ct
    import numpy as np
    import torch

    from preflight_server.knowledge_builder import probe
    from preflight_server.knowledge_builder.case import tensors_of
    from tests.proofs import mil

    traced = torch.jit.trace(case.module, case.inputs, check_trace=False)
    program = ct.convert(
        traced,
        inputs=probe.input_types(case.inputs),
        convert_to="milinternal",
        compute_precision=ct.precision.FLOAT32,
    )
    found = mil.evaluate(program, [tensor.numpy() for tensor in case.inputs])
    with torch.no_grad():
        wanted = tensors_of(case.module(*case.inputs))
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one.reshape(other.shape), other.numpy(), rtol=1e-3, atol=1e-4)


def test_a_spelling_of_other_values_is_refused() -> None:
    from preflight_server.knowledge_builder.samples.ways_out import WayOut, checked_sample

    unequal = WayOut("torch.erfc", "x.erfc()", "torch.erf(x)", (("x", (2, 3)),))
    with pytest.raises(AssertionError, match="not close"):
        checked_sample(unequal).make(False, False)


def test_a_way_in_place_follows_from_the_one_of_its_function() -> None:
    from preflight_server.knowledge_builder.samples.ways_out import PREFIX, way_out_samples

    texts = [sample.name.split(" | ")[0] for sample in way_out_samples(f"{PREFIX}torch.Tensor.addcmul_")]
    assert texts == ["x = x + 0.5 * y * z"]
