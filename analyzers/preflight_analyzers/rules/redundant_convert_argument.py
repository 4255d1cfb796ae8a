"""CML301: an argument of ``ct.convert`` that changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from preflight_analyzers.findings import Consequence, Fix
from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.events import Convert
from preflight_analyzers.meaning.values import External, Known, Value
from preflight_analyzers.rules.base import Context, Problem, Rule, written_here

_EXPLANATION = """\
The argument says what is the default anyway: the model comes out the same without it. Such flags are copied
from script to script, hide the ones that matter, and some turn into errors when another one changes
(`compute_precision=` with a neural network, `convert_to=` against an older deployment target).

Pass only what the program needs.
"""

_BAD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x)


def convert():
    traced = torch.jit.trace(Net(), torch.rand(1, 8))
    return ct.convert(
        traced,
        inputs=[ct.TensorType(shape=(1, 8))],
        convert_to="mlprogram",  # CML301
        minimum_deployment_target=ct.target.iOS15,  # CML301
        compute_precision=ct.precision.FLOAT16,  # CML301
    )
"""

_GOOD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return torch.relu(x)


def convert():
    traced = torch.jit.trace(Net(), torch.rand(1, 8))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])
"""

#: The deployment targets of the oldest ML programs, which is what convert makes by default.
_DEFAULT_TARGETS = ("iOS15", "macOS12", "watchOS8", "tvOS15")


def _check(event: Convert, context: Context) -> Iterable[Problem]:
    if event.result.kind != "mlprogram":
        return  # another kind, or not known: then these flags may matter
    deciding = ("convert_to", "minimum_deployment_target")
    if any(a.keyword in deciding and not written_here(a.value) for a in event.node.arguments):
        return  # the kind of model may be another one the next time
    for argument in event.node.arguments:
        name = argument.keyword
        value = event.arguments.keywords.get(name) if name is not None else None
        if name is None or value is None or not written_here(argument.value):
            continue
        why = _redundant(name, value)
        if why is None:
            continue
        yield Problem(
            at=argument.at,
            message=f"{name}= changes nothing here: {why}",
            help="leave it out",
            api="coremltools.convert",
            fix=partial(_drop, event, argument),
        )


def _drop(event: Convert, argument: ir.Argument) -> Fix:
    from preflight_analyzers.meaning.trees import drop_argument

    edit = drop_argument(event.site.unit, event.site.block, event.node, argument)
    return Fix(f"Remove {argument.keyword}=", (edit,))


def _redundant(name: str, value: Value) -> str | None:
    """Why the argument has no effect on an ML program; None where it has, or may have."""
    constant = value.value if isinstance(value, Known) else NotImplemented
    enum = value.name if isinstance(value, External) else ""
    if name == "convert_to" and constant == "mlprogram":
        return "an ML program is what convert makes"
    if name == "minimum_deployment_target" and enum.startswith("coremltools.target."):
        target = enum.rsplit(".", 1)[1]
        return f"{target} is the lowest target of an ML program" if target in _DEFAULT_TARGETS else None
    if name == "compute_precision" and enum == "coremltools.precision.FLOAT16":
        return "FLOAT16 is the default"
    if name == "compute_units" and enum == "coremltools.ComputeUnit.ALL":
        return "all compute units is the default, and it isn't saved with the model"
    if name == "source" and constant in ("auto", "pytorch"):
        return "the source is recognised"
    if name == "pass_pipeline" and enum == "coremltools.PassPipeline.DEFAULT":
        return "it is the default pipeline"
    if name in ("debug", "skip_model_load") and constant is False:
        return "False is the default"
    if constant is None and name in _NONE_BY_DEFAULT:
        return "None is the default"
    return None


_NONE_BY_DEFAULT = (
    "outputs",
    "classifier_config",
    "minimum_deployment_target",
    "convert_to",
    "compute_precision",
    "pass_pipeline",
    "package_dir",
    "states",
)

RULE = Rule(
    code="CML301",
    name="redundant-convert-argument",
    consequence=Consequence.REDUNDANT,
    summary="an argument of ct.convert says what is the default anyway",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=Convert,
    check=_check,
    fixable=True,
)
