"""Facts of the shipped file proved again by a whole conversion, not by the builder's quick one.

Which facts is decided by a hash of the names, so that nobody picks them.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable

import pytest

from preflight_analyzers.knowledge.reader import ApiStatus, load
from preflight_server.knowledge_builder.editing import can_set

pytestmark = [pytest.mark.convert, pytest.mark.filterwarnings("ignore")]


def _some(count: int, fits: Callable[[ApiStatus], bool]) -> list[str]:
    knowledge = load("9.0")
    names = [name for name in knowledge.apis() if (status := knowledge.api(name)) and fits(status)]
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:count]


def _some_literals(count: int) -> list[tuple[str, str, object]]:
    """Conditions on the literal value of one argument alone."""
    knowledge = load("9.0")
    found = [
        (api, condition.atoms[0].fact, condition.atoms[0].value)
        for api in knowledge.apis()
        for condition in getattr(knowledge.conditions(api), "conditions", ())
        if len(condition.atoms) == 1
        and condition.atoms[0].relation == "="
        and can_set(condition.atoms[0].fact, condition.atoms[0].value)
    ]
    return sorted(found, key=lambda entry: hashlib.sha256(repr(entry).encode()).digest())[:count]


def _convert_first_sample(key: str, fits: Callable[[str], bool] = lambda name: True) -> None:
    """Convert the first ordinary sample whose name fits, with every pass, as a user would."""
    import coremltools as ct
    import torch

    from preflight_server.knowledge_builder import probe
    from preflight_server.knowledge_builder.samples.all import samples_of

    probe.quiet()
    for sample in list(samples_of(key)):
        if not fits(sample.name):
            continue
        try:
            case = sample.make(sample.weights, False)
        except Exception:
            continue
        if case.tier != 0:
            continue
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            traced = torch.jit.trace(case.module, case.inputs, check_trace=False)
        ct.convert(traced, inputs=probe.input_types(case.inputs), convert_to="mlprogram")
        return
    pytest.fail(f"{key} has no sample that is ordinary")


@pytest.mark.parametrize("api", _some(12, lambda status: status.outcome == "always"))
def test_what_always_converts_converts(api: str) -> None:
    _convert_first_sample(api)


@pytest.mark.parametrize("api", _some(10, lambda status: status.emits_always_missing))
def test_what_has_no_converter_is_refused_by_name(api: str) -> None:
    with pytest.raises(NotImplementedError, match=r"PyTorch convert function for op '.*' not implemented"):
        _convert_first_sample(api)


@pytest.mark.parametrize(
    "api", _some(6, lambda status: status.outcome == "never" and not status.emits_always_missing)
)
def test_what_the_converter_rejects_is_rejected(api: str) -> None:
    status = load("9.0").api(api)
    assert status is not None
    assert status.error is not None
    with pytest.raises(Exception, match=r".*"):
        _convert_first_sample(api)


@pytest.mark.parametrize(("api", "fact", "value"), _some_literals(12))
def test_an_argument_that_is_said_to_fail_fails(api: str, fact: str, value: object) -> None:
    """Every sample of the API that converts is given the argument, and then fails."""
    import json

    from preflight_server.knowledge_builder import probe
    from preflight_server.knowledge_builder.samples.all import samples_of

    probe.quiet()
    tried = 0
    for sample in samples_of(f"counter:{api}:{json.dumps([[fact, value]])}"):
        try:
            case = sample.make(False, False)
        except Exception:
            continue  # torch itself refuses it
        outcome = probe.run(case, "trace")
        if outcome.kinds is not None:
            tried += 1
            assert not outcome.converts, case.source
    if not tried:
        pytest.skip("torch itself takes it in none of the samples, or gives complex numbers")
