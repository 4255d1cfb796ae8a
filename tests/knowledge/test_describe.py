"""Knowledge as sentences."""

from __future__ import annotations

import pytest

from preflight_analyzers.knowledge.conditions import Atom, Condition
from preflight_analyzers.knowledge.describe import (
    builder_line,
    condition_line,
    hover_text,
    mil_lines,
    verdict,
)
from preflight_analyzers.knowledge.reader import ApiStatus, load


def status(outcome: str, **more: object) -> ApiStatus:
    fields: dict[str, object] = {
        "missing": (),
        "emits_always_missing": False,
        "kinds": (),
        "error": None,
        "export": "untested",
        "export_decomposed": "untested",
        "alternative": None,
    }
    return ApiStatus(outcome=outcome, **{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (status("always"), "converts"),
        (status("untested"), "not tried"),
        (
            status("never", missing=("aten::x",), emits_always_missing=True),
            "cannot be converted: no converter for aten::x",
        ),
        (
            status("never", missing=("aten::x",), emits_always_missing=True, export_decomposed="always"),
            "cannot be converted: no converter for aten::x;"
            " converts with torch.export and run_decompositions()",
        ),
        (status("never", error="ValueError: no such mode"), "cannot be converted: no such mode"),
        (
            status("never", error="AssertionError: "),
            "cannot be converted: the converter raises AssertionError",
        ),
        (
            status("sometimes", missing=("aten::x",)),
            "depends on how it is called: no converter for aten::x",
        ),
        (
            status("never", missing=("aten::x",), emits_always_missing=True, alternative="torch.y"),
            "cannot be converted: no converter for aten::x; instead: torch.y",
        ),
    ],
)
def test_verdicts(given: ApiStatus, line: str) -> None:
    assert verdict(given) == line


def test_a_newer_version_that_converts_is_the_first_way_out() -> None:
    given = status("never", missing=("aten::x",), emits_always_missing=True, alternative="torch.y")
    assert verdict(given, "8.3").endswith("no converter for aten::x; converts from coremltools 8.3")


@pytest.mark.parametrize(
    ("atoms", "line"),
    [
        ([Atom("mode", "=", "bicubic")], "not with mode='bicubic'"),
        ([Atom("alpha", "!=", 1)], "not with alpha other than 1"),
        ([Atom("dilation.max", ">=", 2)], "not with dilation of at least 2"),
        (
            [Atom("self.rank", "=", 3), Atom("dims.len", "=", 2)],
            "not with self of rank 3 and dims of length 2",
        ),
        ([Atom("self.dtype", "=", "bool")], "not with self of dtype bool"),
        ([Atom("weight.const", "=", False)], "not with weight computed from the input"),
        ([Atom("*input.rank", "=", 2)], "not with input of rank 2"),
        ([Atom("dim.type", "=", "absent")], "not with no dim"),
        ([Atom("any.complex", "=", True)], "not with complex numbers"),
        ([Atom("dtypes", "=", "bool,int")], "not with tensors of type bool,int"),
        ([Atom("ranks.same", "=", False)], "not with tensors of different ranks"),
        ([Atom("results.more", "=", True)], "not with a result after the first used"),
        ([Atom("equation.dots", "=", True)], "not with '...' in equation"),
        ([Atom("dims.len-rank", "=", 1)], "not with dims as long as the rank and 1"),
    ],
)
def test_what_a_call_must_not_be(atoms: list[Atom], line: str) -> None:
    assert condition_line(Condition(tuple(atoms), "aten::x", None, False)) == line


def test_mil_ops_are_shown_per_opset() -> None:
    oldest, *_ = mil_lines(load("9.0").mil_ops["topk"])
    assert oldest.startswith("iOS13 topk(x: fp16|fp32|int32, k?: int32 const, axis?: int32 const")


def test_builder_methods_are_shown_as_calls() -> None:
    line = builder_line(load("9.0").builder_methods["add_unary"])
    assert line.startswith("add_unary(name, input_name, output_name, mode, alpha=1.0")


def test_hovers() -> None:
    knowledge = load("9.0")
    shown = hover_text(knowledge, "torch.special.bessel_j0")
    assert shown is not None
    assert "no converter for aten::special_bessel_j0" in shown
    shown = hover_text(knowledge, "torch.nn.functional.interpolate")
    assert shown is not None
    assert "not with mode='bicubic'" in shown
    shown = hover_text(knowledge, "torch.Tensor.unfold")
    assert shown is not None
    assert "@register_torch_op\ndef unfold(context, node):" in shown
    shown = hover_text(knowledge, "mb.topk")
    assert shown is not None
    assert "iOS16 topk(" in shown
    shown = hover_text(knowledge, "coremltools.models.neural_network.NeuralNetworkBuilder.add_unary")
    assert shown is not None
    assert "add_unary(name" in shown
    assert hover_text(knowledge, "os.path.join") is None
