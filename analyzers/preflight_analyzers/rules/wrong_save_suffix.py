"""CML303: an ML program is saved under a suffix that it can't have."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Edit, Fix
from preflight_analyzers.meaning.events import Save
from preflight_analyzers.meaning.values import Known
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`ct.convert` makes an ML program, which is a folder: `.save()` takes a name that ends in `.mlpackage`, or has
no suffix at all, and raises for any other one, at the very end, when the conversion is done. `.mlmodel` is
the suffix of the older neural networks (`convert_to="neuralnetwork"`).
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
    mlmodel = ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])
    mlmodel.save("net.mlmodel")  # CML303
    return mlmodel
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
    mlmodel = ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])
    mlmodel.save("net.mlpackage")
    return mlmodel
"""


def _check(event: Save, context: Context) -> Iterable[Problem]:
    if event.model.kind != "mlprogram" or not event.node.arguments:
        return
    suffix = _suffix(event)
    if suffix in ("", ".mlpackage"):
        return
    yield Problem(
        at=event.node.arguments[0].value.at,
        message=f"an ML program can't be saved as {suffix}: save() raises",
        help="the suffix of an ML program is .mlpackage",
        fix=lambda: _rename(event, suffix),
    )


#: The end of ``f"{name}.mlmodel"`` and ``name + ".mlmodel"``.
_WRITTEN_END = re.compile(r"""(\.mlmodel)["']+$""")


def _suffix(event: Save) -> str:
    """The suffix of the path, also where only its end is known; empty if there is none or it isn't known."""
    if isinstance(event.path, Known):
        path = event.path.value
        return os.path.splitext(os.path.basename(path))[1] if isinstance(path, str) else ""
    import libcst as cst

    from preflight_analyzers.meaning.trees import code_of_node, node_at

    unit, block = event.site.unit, event.site.block
    value = node_at(unit, block, event.node.arguments[0].value.at)
    if isinstance(value, cst.FormattedString | cst.BinaryOperation):
        written = _WRITTEN_END.search(code_of_node(unit, block, value))
        return written[1] if written else ""
    return ""


def _rename(event: Save, suffix: str) -> Fix | None:
    """Only where the path's end is written right there; a suffix that isn't Core ML's is part of the name."""
    import libcst as cst

    from preflight_analyzers.meaning.trees import code_of_node, node_at, range_of_node

    unit, block = event.site.unit, event.site.block
    value = node_at(unit, block, event.node.arguments[0].value.at)
    last = value.right if isinstance(value, cst.BinaryOperation) else value
    if isinstance(last, cst.SimpleString):
        quote = last.quote
    elif isinstance(last, cst.FormattedString):
        quote = last.end
    else:
        return None
    text = code_of_node(unit, block, last)
    if not text.endswith(suffix + quote):
        return None
    kept = text.removesuffix(quote).removesuffix(suffix if suffix == ".mlmodel" else "")
    return Fix("Save as .mlpackage", (Edit(range_of_node(unit, block, last), f"{kept}.mlpackage{quote}"),))


RULE = Rule(
    code="CML303",
    name="wrong-save-suffix",
    consequence=Consequence.CONVERT_FAILS,
    summary="an ML program can't be saved under this suffix",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=Save,
    check=_check,
    fixable=True,
)
