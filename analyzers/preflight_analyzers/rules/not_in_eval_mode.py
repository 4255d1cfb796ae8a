"""CML304: a model is traced or exported while in training mode."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Edit, Fix, Range, Severity
from preflight_analyzers.meaning.attributes import ancestry
from preflight_analyzers.meaning.events import Trace
from preflight_analyzers.meaning.values import Arguments, External, Instance, Known
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
A new module is in training mode. Traced like that, batch normalisation computes with the statistics of the
input at hand instead of those it has learnt, so the converted model gives other results than the model that
was evaluated. Dropout is traced as well and makes the trace check fail at random; the converter leaves it
out, so a model with dropout alone is only worth an info.

Call `.eval()` before tracing. Models without such layers are not reported.
"""

_BAD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(8)

    def forward(self, x):
        return self.norm(x)


def convert():
    traced = torch.jit.trace(Net(), torch.rand(4, 8))  # CML304
    return ct.convert(traced, inputs=[ct.TensorType(shape=(4, 8))])
"""

_GOOD = """\
import coremltools as ct
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(8)

    def forward(self, x):
        return self.norm(x)


def convert():
    traced = torch.jit.trace(Net().eval(), torch.rand(4, 8))
    return ct.convert(traced, inputs=[ct.TensorType(shape=(4, 8))])
"""

_BATCH_NORM = ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "LazyBatchNorm2d")
_DROPOUT = ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout")


def _check(event: Trace, context: Context) -> Iterable[Problem]:
    if event.how == "script":
        return
    culprits = [c for c in map(_depends_on_mode, event.in_training) if c is not None]
    if not culprits:
        return
    severity, layer = min(culprits, key=lambda c: -c[0].rank)
    done = "traced" if event.how == "trace" else "exported"
    yield Problem(
        at=event.site.at,
        message=f"the model is {done} in training mode: {_effect(severity, layer)}",
        help="call .eval() on the model first",
        api=f"torch.{'jit.trace' if event.how == 'trace' else 'export.export'}",
        fix=lambda: _add_eval(event),
        severity=severity,
    )


def _effect(severity: Severity, layer: str) -> str:
    if severity is Severity.ERROR:
        return f"{layer} computes with the statistics of the input instead of the learnt ones"
    if severity is Severity.INFO:
        return f"{layer} is active, the trace differs from run to run (the converter leaves dropout out)"
    return f"{layer} has layers that behave differently then"


def _depends_on_mode(module: Instance) -> tuple[Severity, str] | None:
    """How much it matters that this module (not those in it) is in training mode."""
    for cls in ancestry(module.cls):
        if not isinstance(cls, External):
            continue
        last = cls.name.rsplit(".", 1)[-1]
        if cls.name.startswith("torch.nn."):
            if last in _BATCH_NORM and not _is_false(module, 4, "track_running_stats"):
                return Severity.ERROR, f"nn.{last}"
            if last in _DROPOUT and not _never_drops(module):
                return Severity.INFO, f"nn.{last}"
        elif cls.name.startswith(_MODEL_LIBRARIES):
            return Severity.WARNING, last
    return None


#: Their models hold batch normalisation or dropout nearly without exception.
_MODEL_LIBRARIES = ("torchvision.models.", "timm.", "segmentation_models_pytorch.")


def _is_false(module: Instance, position: int, keyword: str) -> bool:
    given = (module.arguments or Arguments()).get(position, keyword)
    return isinstance(given, Known) and not given.value


def _never_drops(module: Instance) -> bool:
    """``Dropout(0.0)``, or a probability that isn't known."""
    given = (module.arguments or Arguments()).get(0, "p")
    if given is None:
        return False
    return not (isinstance(given, Known) and given.value)


def _add_eval(event: Trace) -> Fix | None:
    """``.eval()`` behind the model, in the call itself."""
    import libcst as cst

    from preflight_analyzers.meaning.trees import node_at, range_of_node

    unit, block = event.site.unit, event.site.block
    if not event.node.arguments or event.node.arguments[0].star:
        return None
    value = node_at(unit, block, event.node.arguments[0].value.at)
    if not isinstance(value, cst.Name | cst.Call | cst.Attribute | cst.Subscript):
        return None
    end = range_of_node(unit, block, value).end
    if value.rpar:
        return None
    return Fix("Put the model into eval mode", (Edit(Range(end, end), ".eval()"),))


RULE = Rule(
    code="CML304",
    name="not-in-eval-mode",
    consequence=Consequence.WRONG_RESULT,
    summary="the model is traced in training mode",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=Trace,
    check=_check,
    fixable=True,
)
