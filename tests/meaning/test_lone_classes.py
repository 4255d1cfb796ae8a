"""A class run on its own: nobody said what it is built with; unknown values are judged by their uses."""

from __future__ import annotations

from preflight_analyzers.meaning.values import Plain, Source, Tensor
from tests.meaning.seen import analysis_of, calls_of


def test_a_default_layer_is_followed_but_not_told_of() -> None:
    program = """
    class Net(nn.Module):
        def __init__(self, width: int, norm=nn.LayerNorm, act=F.gelu):
            super().__init__()
            self.norm = norm(width)
            self.act = act
        def forward(self, x):
            return torch.sigmoid(self.act(self.norm(x)))
    """
    assert not calls_of(program, "torch.nn.LayerNorm")
    assert not calls_of(program, "torch.nn.functional.gelu")
    (call,) = calls_of(program, "torch.sigmoid")
    (value,) = call.arguments.positional
    assert isinstance(value, Tensor)
    assert value.shape is None


def test_what_is_inside_of_a_default_is_told_as_what_may_run() -> None:
    program = """
    class Gate(nn.Module):
        def forward(self, x):
            return torch.special.bessel_j0(x)
    class Net(nn.Module):
        def __init__(self, gate=Gate):
            super().__init__()
            self.gate = gate()
        def forward(self, x):
            return self.gate(x)
    """
    alone, inside = calls_of(program, "torch.special.bessel_j0")
    assert alone.site.certain
    assert not inside.site.certain


def test_what_is_passed_counts_and_not_the_default() -> None:
    program = """
    class Block(nn.Module):
        def __init__(self, norm=nn.LayerNorm):
            super().__init__()
            self.norm = norm(4)
        def forward(self, x):
            return self.norm(x)
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.block = Block(nn.BatchNorm1d)
        def forward(self, x):
            return self.block(x)
    """
    assert calls_of(program, "torch.nn.BatchNorm1d")
    assert not calls_of(program, "torch.nn.LayerNorm")


def test_an_annotation_says_of_which_kind_an_argument_is() -> None:
    program = """
    class Net(nn.Module):
        def __init__(self, count: int):
            super().__init__()
            self.count = count
        def forward(self, x):
            return torch.roll(x, self.count)
    """
    (call,) = calls_of(program, "torch.roll")
    value = call.arguments.positional[1]
    assert isinstance(value, Plain)
    assert value.kind == "int"


def test_a_method_that_only_tensors_have_makes_one_of_an_unknown_value() -> None:
    program = """
    class Net(nn.Module):
        def __init__(self, encode):
            super().__init__()
            self.encode = encode
        def forward(self, x):
            y = self.encode(x)
            z = y.unsqueeze(1)
            return y.cumsum(0) + z.relu()
    """
    (call,) = calls_of(program, "torch.Tensor.cumsum")
    (value, _) = call.arguments.positional
    assert isinstance(value, Tensor)
    assert value.source is Source.UNSURE
    assert calls_of(program, "torch.Tensor.relu")


def test_a_method_that_others_have_as_well_does_not() -> None:
    program = """
    class Net(nn.Module):
        def __init__(self, encode):
            super().__init__()
            self.encode = encode
        def forward(self, x):
            return self.encode(x).reshape(-1).cumsum(0)
    """
    assert not calls_of(program, "torch.Tensor.cumsum")


def test_an_autograd_function_gives_a_tensor_and_hides_what_it_does() -> None:
    program = """
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.cat([torch.special.bessel_j0(x), x], 1)
    double = Double.apply
    class Net(nn.Module):
        def forward(self, x):
            return torch.sigmoid(double(x))
    torch.jit.trace(Net().eval(), torch.rand(2, 3))
    """
    assert not calls_of(program, "torch.special.bessel_j0")
    call = calls_of(program, "torch.sigmoid")[0]
    (value,) = call.arguments.positional
    assert isinstance(value, Tensor)
    assert value.shape == (2, 6)
    assert calls_of(program, "torch.autograd.Function.apply")
    assert analysis_of(program).modules[0].runs[0].complete


def test_what_comes_unless_something_unknown_is_given_is_followed_too() -> None:
    program = """
    class Gate(nn.Module):
        def forward(self, x):
            return torch.special.bessel_j0(x)
    class Net(nn.Module):
        def __init__(self, gate=None):
            super().__init__()
            self.gate = gate
            if gate is None:
                self.gate = Gate()
        def forward(self, x):
            return torch.sigmoid(self.gate(x))
    """
    _, inside = calls_of(program, "torch.special.bessel_j0")
    assert not inside.site.certain
    (call,) = calls_of(program, "torch.sigmoid")
    assert isinstance(call.arguments.positional[0], Tensor)
    assert analysis_of(program).modules[1].runs[0].gaps


def test_a_tensor_stays_one_where_something_unknown_may_come_instead() -> None:
    program = """
    class Net(nn.Module):
        def __init__(self, start=None):
            super().__init__()
            self.start = start
        def forward(self, x: torch.Tensor):
            start = self.start
            if start is None:
                start = x.float()
            return torch.sigmoid(start)
    """
    (call,) = calls_of(program, "torch.sigmoid")
    (value,) = call.arguments.positional
    assert isinstance(value, Tensor)
    assert value.dtype is None
