"""CML302: an argument of ``ct.convert`` that keeps the model off the Neural Engine."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from preflight_analyzers.findings import Consequence, Fix, Severity
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import Convert
from preflight_analyzers.meaning.values import External, Value
from preflight_analyzers.rules.base import Context, Problem, Rule, written_here

_EXPLANATION = """\
The Neural Engine computes in 16-bit floats. A model whose operations are 32-bit runs on the CPU and GPU only,
and `compute_precision=ct.precision.FLOAT32` makes all of them so. `pass_pipeline=ct.PassPipeline.EMPTY` and
`CLEANUP` leave out the pass that turns operations into 16-bit ones, with the same result.

Leave the argument out. Where a few operations need the range or the precision of 32 bits, keep just these:
`compute_precision=ct.transform.FP16ComputePrecision(op_selector=...)`.
"""

_BAD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x) + 1


def convert():
    traced = torch.jit.trace(Net(), torch.rand(1, 8))
    return ct.convert(
        traced,
        inputs=[ct.TensorType(shape=(1, 8))],
        compute_precision=ct.precision.FLOAT32,  # CML302
    )
"""

_GOOD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x) + 1


def convert():
    traced = torch.jit.trace(Net(), torch.rand(1, 8))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])
"""

_WHY = {
    "coremltools.precision.FLOAT32": "32-bit operations don't run on the Neural Engine",
    "coremltools.PassPipeline.EMPTY": "without the pass to 16-bit floats nothing runs on the Neural Engine",
    "coremltools.PassPipeline.CLEANUP": "without the pass to 16-bit floats nothing runs on the Neural Engine",
}


def _check(event: Convert, context: Context) -> Iterable[Problem]:
    for argument in event.node.arguments:
        if argument.keyword not in ("compute_precision", "pass_pipeline"):
            continue
        value: Value | None = event.arguments.keywords.get(argument.keyword)
        why = _WHY.get(value.name) if isinstance(value, External) else None
        if why is None or event.result.kind == "neuralnetwork" or not written_here(argument.value):
            continue
        yield Problem(
            at=argument.at,
            message=f"{argument.keyword}= bars the Neural Engine: {why}",
            help="leave it out; keep single operations in 32 bits with ct.transform.FP16ComputePrecision",
            api="coremltools.convert",
            fix=partial(_drop, event, argument),
            severity=Severity.WARNING,
        )


def _drop(event: Convert, argument: ir.Argument) -> Fix:
    """Not safe: 16-bit results differ in the last digits."""
    from preflight_analyzers.meaning.trees import drop_argument

    edit = drop_argument(event.site.unit, event.site.block, event.node, argument)
    return Fix(f"Remove {argument.keyword}=", (edit,), "unsafe")


RULE = Rule(
    code="CML302",
    name="neural-engine-barred",
    consequence=Consequence.NEURAL_ENGINE,
    summary="an argument of ct.convert keeps the whole model off the Neural Engine",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=Convert,
    check=_check,
    fixable=True,
)
