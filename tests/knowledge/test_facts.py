"""Facts of the shipped file proved again by a whole conversion, not by the builder's quick one.

Which facts is decided by a hash of the names, so that nobody picks them.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Callable

import pytest

from preflight_analyzers.knowledge.reader import ApiStatus, load

pytestmark = [pytest.mark.convert, pytest.mark.filterwarnings("ignore")]


def _some(count: int, fits: Callable[[ApiStatus], bool]) -> list[str]:
    knowledge = load("9.0")
    names = [name for name in knowledge.apis() if (status := knowledge.api(name)) and fits(status)]
    return sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:count]


def _some_limits(count: int) -> list[tuple[str, str]]:
    knowledge = load("9.0")
    found = [(api, limit.parameter) for api in knowledge.apis() for limit in knowledge.argument_limits(api)]
    return sorted(found, key=lambda pair: hashlib.sha256(repr(pair).encode()).digest())[:count]


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


@pytest.mark.parametrize(("api", "parameter"), _some_limits(8))
def test_a_limit_on_an_argument_holds(api: str, parameter: str) -> None:
    (limit,) = (limit for limit in load("9.0").argument_limits(api) if limit.parameter == parameter)

    def value_in(name: str) -> object:
        text = name.split(" | ")[0]
        return text if text == "(omitted)" else ast.literal_eval(text)

    key = f"argument:{api}:{parameter}"
    _convert_first_sample(key, lambda name: value_in(name) == "(omitted)" or not limit.fails(value_in(name)))
    with pytest.raises(Exception, match=r".*"):
        _convert_first_sample(key, lambda name: value_in(name) != "(omitted)" and limit.fails(value_in(name)))
