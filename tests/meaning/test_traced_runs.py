"""A model that the file itself traces runs with what the file says of its inputs."""

from __future__ import annotations

import textwrap

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known, Sequence, Tensor
from tests.meaning.seen import HEAD, analysis_of, calls_of, operand

_NET = """
class Net(nn.Module):
    def __init__(self, depth=1):
        super().__init__()
        self.depth = depth
    def forward(self, x, mask=None):
        for _ in range(self.depth):
            x = torch.tanh(x)
        return x if mask is None else torch.mul(mask, x)
"""


def with_net(script: str) -> str:
    return _NET + textwrap.dedent(script)


@pytest.mark.parametrize(
    ("inputs", "dtype", "shape"),
    [
        ("[ct.TensorType(shape=(1, 3))]", None, (1, 3)),
        ("[ct.TensorType('x', (1, 3), np.int32)]", "int32", (1, 3)),
        ("[ct.TensorType(shape=(1, 3), dtype=np.float16)]", None, (1, 3)),
        ("[ct.TensorType(shape=(1, ct.RangeDim(1, 8)), dtype=float)]", "float32", (1, None)),
        ("[ct.TensorType(shape=ct.Shape(shape=(n, 3)))]", None, (None, 3)),
        ("[ct.TensorType(shape=ct.EnumeratedShapes(shapes=[(1, 3), (2, 3)]))]", None, (None, 3)),
        ("[ct.TensorType(shape=ct.EnumeratedShapes(shapes=[(3,), (2, 3)]))]", None, None),
        ("[ct.ImageType(shape=(1, 3, 8, 8), scale=1 / 255)]", "float32", (1, 3, 8, 8)),
        ("[ct.ImageType(name='x')]", "float32", None),
        ("descriptions", None, None),
    ],
)
def test_what_it_is_converted_with(inputs: str, dtype: str | None, shape: tuple[int | None, ...]) -> None:
    program = with_net(
        f"""
        def convert(example, n):
            traced = torch.jit.trace(Net().eval(), example)
            return ct.convert(traced, inputs={inputs})
        """
    )
    assert operand(program, "torch.tanh") == (dtype, shape)


def test_each_conversion_of_one_trace_runs() -> None:
    program = with_net(
        """
        traced = torch.jit.trace(Net(), example)
        for size in (4, 8):
            ct.convert(traced, inputs=[ct.TensorType(shape=(1, size))])
        ct.convert(traced, inputs=[ct.TensorType(shape=(1, 8))])
        """
    )
    certain = [call.arguments.positional[0] for call in calls_of(program, "torch.tanh") if call.site.certain]
    assert sorted(value.shape for value in certain) == [(1, 4), (1, 8)]  # type: ignore[union-attr, type-var]


@pytest.mark.parametrize(
    ("traced", "dtype", "shape"),
    [
        ("torch.jit.trace(Net(), torch.rand(1, 3))", "float32", (1, 3)),
        ("torch.jit.trace(Net(), (torch.zeros(2, dtype=torch.int32),))", "int32", (2,)),
        ("torch.jit.trace(Net(), example_kwarg_inputs={'x': torch.rand(3)})", "float32", (3,)),
        ("torch.export.export(Net(), (torch.rand(3, 4),))", "float32", (3, 4)),
        ("torch.export.export(Net(), (torch.rand(3, 4),), dynamic_shapes=d)", "float32", (None, None)),
        ("torch.jit.trace(Net() if wide else Net(3), torch.rand(1, 3))", "float32", (1, 3)),
        ("torch.jit.trace(Net(), load())", None, None),
    ],
)
def test_what_the_example_is(traced: str, dtype: str | None, shape: tuple[int | None, ...]) -> None:
    assert operand(with_net(f"\nmodel = {traced}\n"), "torch.tanh") == (dtype, shape)


def test_the_shape_of_a_tensor_describes_an_input() -> None:
    program = with_net(
        """
        example = torch.rand(1, 3)
        traced = torch.jit.trace(Net().eval(), load())
        ct.convert(traced, inputs=[ct.TensorType(shape=example.shape)])
        """
    )
    assert operand(program, "torch.tanh") == (None, (1, 3))


def test_a_script_runs_in_its_order() -> None:
    program = with_net(
        """
        traced = torch.jit.trace(Net().eval(), load())
        image = ct.ImageType(shape=(1, 3, 4, 4))
        ct.convert(traced, inputs=[image])
        """
    )
    assert operand(program, "torch.tanh") == ("float32", (1, 3, 4, 4))


def test_what_the_constructor_is_given_is_known() -> None:
    program = with_net(
        """
        def convert(depth):
            return torch.jit.trace(Net(depth=depth).eval(), torch.rand(1, 3))
        if __name__ == "__main__":
            convert(3)
        """
    )
    certain = [call for call in calls_of(program, "torch.tanh") if call.site.certain]
    assert len(certain) == 3


@pytest.mark.parametrize(
    "example",
    [
        "torch.jit.trace(Net(), (x, mask))",
        "torch.jit.trace(Net(), [x, mask])",
        "torch.jit.trace(Net(), example_inputs=(x, mask))",
        "torch.jit.trace(Net(), x, example_kwarg_inputs={'mask': mask})",
        "torch.jit.trace(Net(), example_kwarg_inputs={'x': x, 'mask': mask})",
        "torch.export.export(Net(), (x, mask))",
        "torch.export.export(Net(), args=(x,), kwargs={'mask': mask})",
        "torch.jit.trace(Net().forward, (x, mask))",
        "torch.jit.trace(lambda a, b: Net()(a, b), (x, mask))",
        "torch.jit.trace(made(), (x, mask))",
    ],
)
def test_every_input_of_the_example_arrives(example: str) -> None:
    program = with_net(
        f"""
        def made():
            return Net().eval()
        x = torch.rand(1, 3)
        mask = torch.ones(1, 3)
        model = {example}
        """
    )
    (call,) = calls_of(program, "torch.mul")
    assert all(isinstance(value, Tensor) for value in call.arguments.positional)


def test_structure_is_kept() -> None:
    program = """
        class Net(nn.Module):
            def forward(self, batch, flags):
                return torch.relu(batch["image"]) + torch.tanh(flags[1][0])
        example = ({"image": torch.rand(2)}, [torch.rand(3), (torch.rand(4), torch.rand(5))])
        torch.jit.trace(Net(), example)
        """
    for api in ("torch.relu", "torch.tanh"):
        assert isinstance(calls_of(program, api)[0].arguments.positional[0], Tensor)


def test_layers_of_torch_stand_at_the_trace() -> None:
    source = HEAD + (
        "def convert():\n"
        "    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Hardshrink()).eval()\n"
        "    traced = torch.jit.trace(net, torch.rand(1, 3, 8, 8))\n"
        "    return ct.convert(traced, inputs=[ct.TensorType(shape=(1, 3, 8, 8))])\n"
    )
    (finding,) = check_source(source).findings
    assert finding.range.start.line == HEAD.count("\n") + 3
    assert finding.symbol == "convert"
    assert finding.reached_from == ()


def test_a_finding_stands_once_and_script_calls_do_not_lead_to_it() -> None:
    source = HEAD + textwrap.dedent(
        """
        class Part(nn.Module):
            def forward(self, x):
                return x * x.max().item()
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.part = Part()
            def forward(self, x):
                return self.part(x)
        def convert():
            return torch.jit.trace(Net().eval(), torch.rand(3))
        def main():
            return convert()
        if __name__ == "__main__":
            main()
        """
    )
    (finding,) = check_source(source).findings
    assert finding.symbol == "Part.forward"
    assert {frame.symbol for frame in finding.reached_from} <= {"Net.forward"}


def test_a_call_that_nobody_traces_is_no_run() -> None:
    program = with_net(
        """
        ct.convert
        out = Net(depth=2)(torch.rand(1, 3))
        """
    )
    assert not any(call.site.certain for call in calls_of(program, "torch.tanh"))


def test_the_model_runs_as_it_was_when_traced() -> None:
    program = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.steps = [nn.ReLU()]
            def forward(self, x):
                for step in self.steps:
                    x = step(x)
                self.steps.append(nn.Tanh())
                return x
        net = Net().eval()
        first = torch.jit.trace(net, torch.rand(3))
        net.steps = [nn.Sigmoid()]
        second = torch.jit.trace(net, torch.rand(3))
        net.steps = []
        """
    runs = analysis_of(program).modules[0].runs
    seen = [[event.api for event in run.events if isinstance(event, ApiCall)] for run in runs]
    assert seen == [["torch.nn.ReLU"], ["torch.nn.Sigmoid"]]


def test_a_verdict_is_about_the_inputs_it_is_traced_with() -> None:
    source = HEAD + textwrap.dedent(
        """
        class Net(nn.Module):
            def __init__(self, act):
                super().__init__()
                self.act = act
            def forward(self, x):
                return self.act(x)
        """
    )
    assert [module.verdict for module in check_source(source).modules] == ["unsure"]
    traced = source + "net = torch.jit.trace(Net(nn.ReLU()).eval(), torch.rand(3))\n"
    assert [module.verdict for module in check_source(traced).modules] == ["ready"]
    blocked = source + "net = torch.jit.trace(Net(nn.Hardshrink()).eval(), torch.rand(1, 3, 8, 8))\n"
    assert [module.verdict for module in check_source(blocked).modules] == ["blocked"]


def test_numbers_in_an_example_of_export_stay_numbers() -> None:
    program = """
        class Net(nn.Module):
            def forward(self, x, n):
                return torch.mul(x, n)
        torch.export.export(Net(), (torch.rand(3), 2), dynamic_shapes={"x": {0: ct.RangeDim()}, "n": None})
        """
    number = calls_of(program, "torch.mul")[0].arguments.positional[1]
    assert isinstance(number, Known)


def test_what_may_be_a_list_stays_unknown() -> None:
    program = """
        class Net(nn.Module):
            def forward(self, xs):
                return torch.cat(xs)
        torch.jit.trace(Net(), (load(),))
        """
    assert not isinstance(calls_of(program, "torch.cat")[0].arguments.positional[0], Tensor | Sequence)
