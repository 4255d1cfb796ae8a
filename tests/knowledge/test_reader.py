"""What the shipped knowledge answers, and how it refuses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from preflight_analyzers.knowledge.reader import load
from preflight_analyzers.knowledge.versions import UnknownVersion, known_versions, newest_version


def test_no_version_means_the_newest() -> None:
    assert newest_version() == known_versions()[-1]
    assert load().version == newest_version()


def test_a_patch_release_is_answered_for_by_its_minor_version() -> None:
    assert load("9.0.3").version == "9.0"


def test_an_unknown_version_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownVersion, match=r"nothing is known about coremltools 4\.1; known: .*9\.0"):
        load("4.1")


def test_what_has_no_converter_is_never_and_says_which() -> None:
    status = load("9.0").api("torch.special.bessel_j0")
    assert status is not None
    assert status.outcome == "never"
    assert status.emits_always_missing
    assert status.missing == ("aten::special_bessel_j0",)


def test_what_depends_on_an_argument_is_sometimes() -> None:
    status = load("9.0").api("torch.nn.functional.interpolate")
    assert status is not None
    assert status.outcome == "sometimes"
    assert "aten::upsample_bicubic2d" in status.missing
    assert not status.emits_always_missing
    assert 0 < status.converted < status.tried


@pytest.mark.parametrize(
    "name",
    [
        "torch.cat",
        "torch.nn.functional.relu",
        "torch.Tensor.view",
        "torch.Tensor.__mul__",
        "torch.nn.Linear",
        "torch.nn.LayerNorm",
        "torch.Tensor.masked_fill",
        "torch.permute",
        "torch.absolute",
    ],
)
def test_everyday_apis_convert(name: str) -> None:
    status = load("9.0").api(name)
    assert status is not None
    assert status.outcome == "always", status


@pytest.mark.parametrize(
    "name",
    [
        "torch.nn.Conv2d",
        "torch.Tensor.__matmul__",
        "torch.nn.MultiheadAttention",
        "torch.einsum",
        "torch.add",
    ],
)
def test_apis_with_limits_are_not_condemned(name: str) -> None:
    status = load("9.0").api(name)
    assert status is not None
    assert status.outcome == "sometimes"
    assert not status.emits_always_missing


@pytest.mark.parametrize("version", [version for version in known_versions() if version != newest_version()])
def test_an_older_version_knows_what_its_registry_lacks(version: str) -> None:
    older, newer = load(version), load()
    assert not older.was_run
    assert older.apis() == newer.apis()
    lost = [
        name
        for name in newer.apis()
        if (now := newer.api(name))
        and (then := older.api(name))
        and then.emits_always_missing
        and not now.emits_always_missing
    ]
    assert lost, "an older converter knows fewer ops"
    assert older.mil_ops["topk"].variants
    assert older.builder_methods["add_unary"].adds_layer


def test_a_name_that_is_no_api_is_not_known() -> None:
    assert load("9.0").api("torch.no_such_thing") is None
    assert load("9.0").api("numpy.add") is None


def test_kinds_are_looked_up_in_the_registry() -> None:
    knowledge = load("9.0")
    assert knowledge.converts_op("aten::add_")
    assert not knowledge.converts_op("aten::special_bessel_j0")


def test_calls_that_fail_are_known_by_their_facts() -> None:
    known = load("9.0").conditions("torch.nn.functional.interpolate")
    assert known is not None
    assert [name for name, _ in known.signature][:4] == ["input", "size", "scale_factor", "mode"]

    def fails(**facts: object) -> bool:
        return any(condition.holds(facts) for condition in known.conditions)

    assert fails(mode="bicubic")
    assert not fails(mode="bilinear")
    assert load("9.0").conditions("torch.no_such_thing") is None


def test_of_an_older_version_only_missing_converters_are_known() -> None:
    newest, older = load("9.0"), load("8.0")
    kept = 0
    for api in newest.apis():
        known = older.conditions(api)
        for condition in known.conditions if known else ():
            kept += 1
            assert condition.error is None
            assert not older.converts_op(condition.op)
    assert kept


def test_mil_ops_know_their_parameters_per_opset() -> None:
    topk = load("9.0").mil_ops["topk"]
    assert [variant.opset for variant in topk.variants] == ["iOS13", "iOS16", "iOS17"]
    oldest, newer = topk.in_opset("iOS15"), topk.in_opset("iOS16")
    assert oldest is not None
    assert newer is not None
    assert "sort" not in [parameter.name for parameter in oldest.parameters]
    assert "sort" in [parameter.name for parameter in newer.parameters]
    assert load("9.0").mil_ops["scaled_dot_product_attention"].in_opset("iOS17") is None


def test_builder_methods_know_their_defaults() -> None:
    unary = load("9.0").builder_methods["add_unary"]
    assert unary.adds_layer
    defaults = {parameter.name: parameter.default for parameter in unary.parameters}
    assert defaults["mode"] is None
    assert defaults["alpha"] == "1.0"


def test_reading_imports_no_torch() -> None:
    code = (
        "import sys\n"
        "from preflight_analyzers.knowledge.reader import load\n"
        "load().api('torch.cat'); load().mil_ops; load().builder_methods\n"
        "print(sorted({'torch', 'coremltools', 'numpy', 'libcst'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
