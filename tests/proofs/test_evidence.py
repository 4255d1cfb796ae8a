"""The proofs accept what is so and refuse what is not."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from preflight_analyzers.findings import Consequence

pytestmark = pytest.mark.convert


def module(forward: str) -> str:
    return f"""
import numpy as np
import torch
from torch import nn

class Net(nn.Module):
    def forward(self, x):
        return {forward}

def example():
    return (torch.rand(2, 3),)
"""


def call(arguments: str = "", mode: str = ".eval()", suffix: str = ".mlpackage") -> str:
    return f"""
import coremltools as ct
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 40, 3), nn.BatchNorm2d(40), nn.ReLU())

    def forward(self, x):
        return self.layers(x)

def example():
    return (torch.rand(1, 3, 8, 8),)

def convert():
    traced = torch.jit.trace(Net(){mode}, example())
    model = ct.convert(traced, inputs=[ct.TensorType(shape=(1, 3, 8, 8))], {arguments})
    model.save("net{suffix}")
    return model
"""


GOOD_MODULE = module("x * x.shape[0] + x.sum()")
GOOD_CALL = call()

SHOWN = {
    "trace-fails": (Consequence.TRACE_FAILS, module("{round(float(v)): v for v in x[0]}"), GOOD_MODULE),
    "convert-fails: operator": (Consequence.CONVERT_FAILS, module("torch.special.bessel_j0(x)"), GOOD_MODULE),
    "convert-fails: save": (Consequence.CONVERT_FAILS, call(suffix=".mlmodel"), GOOD_CALL),
    "frozen: by value": (Consequence.FROZEN, module("x + x.sum().item()"), GOOD_MODULE),
    "frozen: by branch": (Consequence.FROZEN, module("x + 1 if x.sum() > 0 else x"), GOOD_MODULE),
    "frozen: by length": (Consequence.FROZEN, module("x * len(x)"), GOOD_MODULE),
    "wrong-result: module": (Consequence.WRONG_RESULT, module("x.std()"), GOOD_MODULE),
    "wrong-result: call": (Consequence.WRONG_RESULT, call(mode=""), GOOD_CALL),
    "wrong-result: call without example": (
        Consequence.WRONG_RESULT,
        call(mode="").replace("def example", "def inputs").replace("example()", "inputs()"),
        GOOD_CALL,
    ),
    "redundant": (Consequence.REDUNDANT, call('convert_to="mlprogram"'), GOOD_CALL),
    "neural-engine": (
        Consequence.NEURAL_ENGINE,
        call("compute_precision=ct.precision.FLOAT32"),
        GOOD_CALL,
    ),
    "environment": (Consequence.ENVIRONMENT, "def broken(:", "def whole(): pass"),
}

NOT_SHOWN = {
    "traces": (Consequence.TRACE_FAILS, GOOD_MODULE, GOOD_MODULE),
    "converts": (Consequence.CONVERT_FAILS, GOOD_MODULE, GOOD_MODULE),
    "converts and saves": (Consequence.CONVERT_FAILS, GOOD_CALL, GOOD_CALL),
    "no frozen value": (Consequence.FROZEN, GOOD_MODULE, GOOD_MODULE),
    "right result of a module": (Consequence.WRONG_RESULT, GOOD_MODULE, GOOD_MODULE),
    "right result of a call": (Consequence.WRONG_RESULT, GOOD_CALL, GOOD_CALL),
    "another model": (Consequence.REDUNDANT, call("compute_precision=ct.precision.FLOAT32"), GOOD_CALL),
    "other weights": (
        Consequence.REDUNDANT,
        call(mode=".eval().apply(lambda m: None).half().float()"),
        GOOD_CALL,
    ),
    "float16 throughout": (Consequence.NEURAL_ENGINE, GOOD_CALL, GOOD_CALL),
    "float32 in both": (
        Consequence.NEURAL_ENGINE,
        call("compute_precision=ct.precision.FLOAT32"),
        call("compute_precision=ct.precision.FLOAT32"),
    ),
    "compiles": (Consequence.ENVIRONMENT, "pass", "pass"),
}


@pytest.mark.parametrize(("consequence", "bad", "good"), SHOWN.values(), ids=SHOWN.keys())
def test_a_true_claim_is_proven(
    evidence: ModuleType, folder: Path, consequence: Consequence, bad: str, good: str
) -> None:
    evidence.prove_bad(consequence, bad, good, folder)


@pytest.mark.parametrize(("consequence", "bad", "good"), NOT_SHOWN.values(), ids=NOT_SHOWN.keys())
def test_a_false_claim_is_refused(
    evidence: ModuleType, folder: Path, consequence: Consequence, bad: str, good: str
) -> None:
    with pytest.raises(evidence.NotProven):
        evidence.prove_bad(consequence, bad, good, folder)


def test_a_slip_in_an_example_proves_nothing(evidence: ModuleType, folder: Path) -> None:
    with pytest.raises(NameError):
        evidence.prove_bad(Consequence.CONVERT_FAILS, call("convert_to=unheard_of"), GOOD_CALL, folder)


@pytest.mark.parametrize("good", [GOOD_MODULE, GOOD_CALL], ids=["module", "call"])
def test_a_good_example_is_accepted(evidence: ModuleType, folder: Path, good: str) -> None:
    evidence.prove_good(good, folder)


@pytest.mark.parametrize(
    "good",
    [module("x + x.sum().item()"), module("x.std()"), call(mode="")],
    ids=["frozen", "miscompiled", "training"],
)
def test_a_good_example_that_is_none_is_refused(evidence: ModuleType, folder: Path, good: str) -> None:
    with pytest.raises(evidence.NotProven):
        evidence.prove_good(good, folder)
