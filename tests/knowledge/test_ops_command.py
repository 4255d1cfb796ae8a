"""``coreml-preflight ops``, through the command."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from preflight_server.cli.ops import ops


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(ops, list(arguments))
    return result.exit_code, result.output


def as_json(*arguments: str) -> dict[str, Any]:
    code, output = run(*arguments, "--output-format", "json")
    assert code == 0
    found: dict[str, Any] = json.loads(output)
    return found


def test_a_part_of_a_name_finds_apis_and_says_whether_they_convert() -> None:
    code, output = run("bessel_j0")
    assert code == 0
    assert "torch.special.bessel_j0" in output
    assert "no converter for aten::special_bessel_j0" in output


def test_json_has_every_section_that_is_asked_for() -> None:
    found = as_json("topk")
    assert found["version"] == 1
    assert found["coremltools"] == "9.0"
    assert "topk" in found["torch_ops"]
    assert {api["name"]: api["trace"] for api in found["torch_apis"]}["torch.topk"] in ("always", "sometimes")
    (topk,) = (op for op in found["mil_ops"] if op["name"] == "topk")
    assert [variant["opset"] for variant in topk["variants"]] == ["iOS13", "iOS16", "iOS17"]
    assert topk["variants"][0]["parameters"][0]["name"] == "x"


@pytest.mark.parametrize(
    ("option", "sections"),
    [
        ("--torch", {"torch_ops", "torch_apis", "composites"}),
        ("--mil", {"mil_ops"}),
        ("--nn", {"nn_layers"}),
    ],
)
def test_one_kind_only(option: str, sections: set[str]) -> None:
    found = as_json(option)
    assert set(found) == {"version", "coremltools", *sections}
    assert all(found[section] for section in sections)


def test_without_a_pattern_all_registered_torch_ops_are_listed() -> None:
    assert len(as_json("--torch")["torch_ops"]) == 447


def test_wildcards_fit_whole_names() -> None:
    names = [layer["name"] for layer in as_json("add_unar?")["nn_layers"]]
    assert names == ["add_unary"]


@pytest.mark.parametrize("pattern", ["mb.topk", "TOPK", "aten::topk"])
def test_names_are_found_as_they_are_written_in_code(pattern: str) -> None:
    assert "topk" in run(pattern)[1]


def test_nothing_found_is_said() -> None:
    code, output = run("no-such-op")
    assert code == 1
    assert "nothing in coremltools 9.0 matches 'no-such-op'" in output


def test_an_older_version_says_from_which_one_on_an_api_converts() -> None:
    code, output = run("torch.nan_to_num", "--torch", "--coremltools", "8.0")
    assert code == 0
    assert "no converter for aten::nan_to_num; converts from coremltools 8.3" in output
    (api,) = (
        api
        for api in as_json("nan_to_num", "--coremltools", "8.0")["torch_apis"]
        if api["name"] == "torch.nan_to_num"
    )
    assert api["converts_from"] == "8.3"
    assert all(api["converts_from"] is None for api in as_json("bessel")["torch_apis"])


def test_names_that_a_grep_of_the_decorators_misses_are_there() -> None:
    found = as_json("--torch")["torch_ops"]
    assert {"truediv", "permute", "scatter.src"} <= set(found)


def test_a_converter_to_register_is_shown_for_what_has_none() -> None:
    code, output = run("scatter_reduce")
    assert code == 0
    assert "@register_torch_op\n  def scatter_reduce(context, node):" in output
    (shown,) = as_json("scatter_reduce")["composites"]
    assert shown["op"] == "scatter_reduce"
    compile(shown["source"], "composite", "exec")
    assert as_json("topk")["composites"] == []


def test_an_unknown_version_is_a_usage_error() -> None:
    code, output = run("--coremltools", "4.1")
    assert code == 2
    assert "nothing is known about coremltools 4.1; known: " in output
