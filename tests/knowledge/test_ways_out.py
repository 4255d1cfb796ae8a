"""Every other spelling is equal in value to what it replaces, on two inputs, and converts by trace."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.convert


def test_ways_out_are_equal_and_convert() -> None:
    from preflight_server.knowledge_builder import probe
    from preflight_server.knowledge_builder.samples.ways_out import TOPICS, ways_of

    wrong = []
    for sample in (sample for topic in TOPICS for sample in ways_of(topic)):
        try:
            error = probe.run(sample.make(False, False), "trace").error
        except Exception as unequal:
            error = str(unequal)
        if error is not None:
            wrong.append(f"{sample.name}: {error}")
    assert not wrong


def test_a_spelling_of_other_values_is_refused() -> None:
    from preflight_server.knowledge_builder.samples.ways_out import WayOut, checked_sample

    unequal = WayOut("torch.erfc", "x.erfc()", "torch.erf(x)", (("x", (2, 3)),))
    with pytest.raises(AssertionError, match="not close"):
        checked_sample(unequal).make(False, False)


def test_a_way_in_place_follows_from_the_one_of_its_function() -> None:
    from preflight_server.knowledge_builder.samples.ways_out import PREFIX, way_out_samples

    texts = [sample.name.split(" | ")[0] for sample in way_out_samples(f"{PREFIX}torch.Tensor.addcmul_")]
    assert texts == ["x = x + 0.5 * y * z"]
