from __future__ import annotations

import pytest

from preflight_analyzers.check import CheckOptions, check_source
from preflight_analyzers.knowledge.composites import composites
from preflight_analyzers.knowledge.reader import load

_NET = """\
import torch
{registered}

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.eye(3))
        self.fixed = torch.eye(3)

    def forward(self, x):
        return {expression}
"""

_REGISTERED = """
@register_torch_op
def special_bessel_j0(context, node):
    pass
"""
_ALIAS = """
@ct.converters.mil.frontend.torch.torch_op_registry.register_torch_op(
    torch_alias=["special_bessel_j0"],
    override=True,
)
def bessel(context, node):
    pass
"""
_OTHER = """
@register_torch_op
def special_bessel_y0(context, node):
    pass
"""


def ops(expression: str, registered: str = "") -> list[str | None]:
    report = check_source(_NET.format(registered=registered, expression=expression))
    return [f.op for f in report.findings if f.code == "CML201"]


def test_an_operator_without_a_converter() -> None:
    assert ops("torch.special.bessel_j0(x)") == ["aten::special_bessel_j0"]


@pytest.mark.parametrize("registered", [_REGISTERED, _ALIAS])
def test_the_user_s_own_converter_counts(registered: str) -> None:
    assert ops("torch.special.bessel_j0(x)", registered) == []


def test_a_converter_for_something_else_does_not() -> None:
    assert ops("torch.special.bessel_j0(x)", _OTHER) == ["aten::special_bessel_j0"]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("x + torch.special.bessel_j0(self.weight)", ["aten::special_bessel_j0"]),
        ("x + torch.special.bessel_j0(self.fixed)", ["aten::special_bessel_j0"]),
        ("x + torch.special.bessel_j0(torch.arange(x.shape[0]).float())", ["aten::special_bessel_j0"]),
        ("x.new_ones(3) + x", ["aten::new_ones"]),
        ("(x > 0) | (x < 1)", ["aten::__or__"]),
        ("unknown(x).new_ones(3)", []),
        ("torch.cdist(unknown(x), unknown(x))", ["aten::cdist"]),
        ("torch.nn.LogSigmoid()(unknown(x))", ["aten::log_sigmoid"]),
        ("x if torch.equal(unknown(x), x) else -x", []),
    ],
)
def test_what_surely_reaches_the_converter(expression: str, found: list[str]) -> None:
    assert ops(expression) == found


_BICUBIC = "torch.nn.functional.interpolate(x, scale_factor=2, mode='bicubic')"


def test_a_converter_that_is_known_is_pointed_to() -> None:
    report = check_source(_NET.format(registered="", expression=_BICUBIC))
    (finding,) = (f for f in report.findings if f.code == "CML202")
    assert finding.op == "aten::upsample_bicubic2d"
    assert finding.help is not None
    assert "'coreml-preflight ops upsample_bicubic2d' shows one" in finding.help


def test_with_it_registered_nothing_is_found() -> None:
    source = composites(load("9.0"))["upsample_bicubic2d"]
    report = check_source(_NET.format(registered=source, expression=_BICUBIC))
    assert not [f for f in report.findings if f.code in ("CML201", "CML202")]


@pytest.mark.parametrize(
    ("version", "helps"),
    [
        ("8.0", ["it converts from coremltools 8.3"]),
        ("7.2", ["it converts from coremltools 8.3"]),
        ("8.3", []),
        ("9.0", []),
    ],
)
def test_an_older_version_names_the_one_that_converts(version: str, helps: list[str]) -> None:
    source = _NET.format(registered="", expression="torch.nan_to_num(x)")
    report = check_source(source, options=CheckOptions(coremltools=version))
    assert [f.help for f in report.findings if f.code == "CML201"] == helps


@pytest.mark.convert
@pytest.mark.parametrize("where", ["self.weight", "self.fixed", "torch.arange(3.0)"])
def test_nothing_is_folded_before_converting(where: str) -> None:
    import coremltools as ct
    import torch

    expression = f"x + torch.special.bessel_j0({where})"
    names: dict[str, object] = {}
    exec(_NET.format(registered="", expression=expression), names)
    traced = torch.jit.trace(names["Net"]().eval(), torch.rand(3, 3))  # type: ignore[operator]
    with pytest.raises(NotImplementedError, match="special_bessel_j0"):
        ct.convert(traced, inputs=[ct.TensorType(shape=(3, 3))], convert_to="milinternal")
    assert ops(expression) == ["aten::special_bessel_j0"]
