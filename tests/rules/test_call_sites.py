"""Rules about tracing, converting and saving, on the ways people write it."""

from __future__ import annotations

import textwrap

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.findings import Finding, Severity
from preflight_analyzers.fixes import apply_fixes

_HEAD = """\
import coremltools as ct
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, drop=0.0):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU())
        self.drop = nn.Dropout(drop)

    def forward(self, x):
        return self.drop(self.body(x))


class Bare(nn.Module):
    def forward(self, x):
        return torch.relu(x)


example = torch.rand(1, 3, 32, 32)
"""


def found(script: str) -> list[Finding]:
    return list(check_source(_HEAD + textwrap.dedent(script)).findings)


def codes(script: str) -> list[str]:
    return [finding.code for finding in found(script)]


CONVERT = "traced = torch.jit.trace(Bare().eval(), example)\nmlmodel = ct.convert(traced{})\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ", convert_to='mlprogram'",
        ", source='pytorch'",
        ", compute_precision=ct.precision.FLOAT16",
        ", minimum_deployment_target=ct.target.macOS12",
        ", compute_units=ct.ComputeUnit.ALL",
        ", skip_model_load=False",
        ", outputs=None",
    ],
)
def test_a_flag_that_changes_nothing(arguments: str) -> None:
    assert codes(CONVERT.format(arguments)) == ["CML301"]


@pytest.mark.parametrize(
    "arguments",
    [
        ", convert_to='neuralnetwork'",
        ", convert_to='mlprogram', minimum_deployment_target=ct.target.iOS13",
        ", minimum_deployment_target=ct.target.iOS18",
        ", convert_to=kind",
        ", skip_model_load=True",
        ", inputs=[ct.TensorType(shape=example.shape)]",
        ", **options",
        ", convert_to='mlprogram', **options",
    ],
)
def test_a_flag_that_may_matter(arguments: str) -> None:
    assert codes(CONVERT.format(arguments)) == []


def test_removing_flags_keeps_the_rest_of_the_call() -> None:
    script = CONVERT.format(
        """,
        source="pytorch",  # a remark
        inputs=[ct.TensorType(shape=(1, 3, 32, 32))],
        convert_to="mlprogram",
        compute_precision=ct.precision.FLOAT16,
    """
    )
    text = _HEAD + script
    for _ in range(3):
        fixes = [f.fix for f in check_source(text).findings if f.fix is not None]
        text = apply_fixes(text, fixes)
    call = text[text.index("mlmodel = ") :]
    assert "inputs=[ct.TensorType(shape=(1, 3, 32, 32))]" in call
    assert "source" not in call
    assert "convert_to" not in call
    assert "compute_precision" not in call
    compile(text, "fixed.py", "exec")


@pytest.mark.parametrize(
    ("save", "expected"),
    [
        ("mlmodel.save('net.mlmodel')", ["CML303"]),
        ("path = 'out/net.mlmodel'\nmlmodel.save(path)", ["CML303"]),
        ("mlmodel.save('net.mlpackage')", []),
        ("mlmodel.save('net')", []),
        ("mlmodel.save(f'{name}.mlmodel')", ["CML303"]),
        ("mlmodel.save(name + '.mlmodel')", ["CML303"]),
        ("mlmodel.save(f'{name}')", []),
        ("mlmodel.save('resnet-1.5')", ["CML303"]),
        ("other.save('net.mlmodel')", []),
    ],
)
def test_the_suffix_of_an_ml_program(save: str, expected: list[str]) -> None:
    assert codes(CONVERT.format("") + save) == expected


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        ("'net.mlmodel'", "'net.mlpackage'"),
        ("'resnet-1.5'", "'resnet-1.5.mlpackage'"),
        ("f'{name}.mlmodel'", "f'{name}.mlpackage'"),
        ("name + '.mlmodel'", "name + '.mlpackage'"),
    ],
)
def test_only_the_suffix_is_replaced(written: str, fixed: str) -> None:
    text = _HEAD + CONVERT.format("") + f"mlmodel.save({written})\n"
    (finding,) = check_source(text).findings
    assert finding.fix is not None
    assert apply_fixes(text, [finding.fix]).endswith(f"mlmodel.save({fixed})\n")


@pytest.mark.parametrize(
    "script",
    [
        # one call, several kinds of model
        "for kind in ('neuralnetwork', 'mlprogram'):\n    m = ct.convert(traced, convert_to=kind)",
        "def export(kind='mlprogram'):\n    return ct.convert(traced, convert_to=kind)\nexport()",
        "for p in (ct.precision.FLOAT16, ct.precision.FLOAT32):\n    ct.convert(traced, compute_precision=p)",
        # made and saved under the same condition
        "if old:\n    m = ct.convert(traced, convert_to='neuralnetwork')\nelse:\n    m = ct.convert(traced)\n"
        "if old:\n    m.save('a.mlmodel')\nelse:\n    m.save('a.mlpackage')",
    ],
)
def test_what_holds_for_one_run_of_a_call_only(script: str) -> None:
    assert codes(CONVERT.format("") + script) == []


def test_a_neural_network_is_an_mlmodel() -> None:
    script = CONVERT.format(", convert_to='neuralnetwork'") + "mlmodel.save('net.mlmodel')"
    assert codes(script) == []


@pytest.mark.parametrize(
    "script",
    [
        "torch.jit.trace(Net(), example)",
        "model = Net()\nmodel.load_state_dict(torch.load('w.pt'))\ntorch.jit.trace(model, example)",
        "model = Net()\nmodel.eval()\nmodel.train()\ntorch.jit.trace(model, example)",
        "torch.export.export(Net(), (example,))",
        "torch.jit.trace(nn.Sequential(Net(), nn.ReLU()), example)",
        "def main():\n    model = Net()\n    return torch.jit.trace(model, example)",
    ],
)
def test_traced_in_training_mode(script: str) -> None:
    (finding,) = found(script)
    assert (finding.code, finding.severity) == ("CML304", Severity.ERROR)


@pytest.mark.parametrize(
    "script",
    [
        "torch.jit.trace(Net().eval(), example)",
        "model = Net()\nmodel.eval()\ntorch.jit.trace(model, example)",
        "model = Net()\nmodel.train(False)\ntorch.jit.trace(model, example)",
        "model = Net()\nif fast:\n    model.eval()\ntorch.jit.trace(model, example)",
        "model = Net()\nprepare(model)\ntorch.jit.trace(model, example)",
        "model = Net()\nmodel.train(mode)\ntorch.jit.trace(model, example)",
        "model = Net().eval()\ntorch.jit.trace(nn.Sequential(model, nn.ReLU()), example)",
        "model = Net()\nmodel.eval()\ntorch.jit.trace(model.body, example)",
        "model = Net()\nmodel.apply(freeze)\ntorch.jit.trace(model, example)",
        "model = Net()\nfor m in model.modules():\n    m.eval()\ntorch.jit.trace(model, example)",
        "model = Net()\n[c.eval() for c in model.children()]\ntorch.jit.trace(model, example)",
        "net = nn.BatchNorm2d(3)\nnet.training = False\ntorch.jit.trace(net, example)",
        "class Frozen(nn.BatchNorm2d):\n    def train(self, on=True):\n        return super().train(False)\n"
        "torch.jit.trace(Frozen(3), example)",
        "@evaluated\nclass Other(Net):\n    pass\ntorch.jit.trace(Other(), example)",
        "torch.jit.trace(Bare(), example)",
        "torch.jit.trace(build(), example)",
        "torch.jit.trace(torch.relu, example)",
    ],
)
def test_not_surely_in_training_mode_where_it_matters(script: str) -> None:
    assert codes(script) == []


def test_dropout_alone_is_an_info() -> None:
    (finding,) = found("torch.jit.trace(nn.Sequential(nn.Dropout(0.5)), example)")
    assert (finding.code, finding.severity) == ("CML304", Severity.INFO)


def test_eval_is_added_where_the_model_is_named() -> None:
    text = _HEAD + "model = Net()\ntraced = torch.jit.trace(model, example)\n"
    (finding,) = check_source(text).findings
    assert finding.fix is not None
    assert "torch.jit.trace(model.eval(), example)" in apply_fixes(text, [finding.fix])
