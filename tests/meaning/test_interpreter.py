"""What the interpretation follows: judged by where numbers taken out of tensors are found.

Each program marks with ``# <-`` the lines on which a tensor's value is used by Python.
"""

from __future__ import annotations

import textwrap

import pytest

from preflight_analyzers.check import check_source

_HEAD = """\
import math
import functools
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

"""

FOLLOWED = {
    "a method of the module": """
        class Net(nn.Module):
            def forward(self, x):
                return self.scaled(x)
            def scaled(self, x):
                return x * x.max().item()  # <-
        """,
    "a helper function in the file": """
        def peak(t):
            return float(t.max())  # <-
        class Net(nn.Module):
            def forward(self, x):
                return x / peak(x)
        """,
    "a submodule, built by a comprehension over a class": """
        class Block(nn.Module):
            def forward(self, x):
                return x if x.mean() > 0 else -x  # <-
        class Net(nn.Module):
            def __init__(self, depth=4, block=Block):
                super().__init__()
                self.blocks = nn.ModuleList([block() for _ in range(depth)])
            def forward(self, x):
                for block in self.blocks:
                    x = block(x)
                return x
        """,
    "a base class in the file": """
        class Base(nn.Module):
            def forward(self, x):
                return self.head(x)
        class Net(Base):
            def head(self, x):
                return np.sqrt(x)  # <-
        """,
    "super().forward()": """
        class Base(nn.Module):
            def forward(self, x):
                return x.tanh()
        class Net(Base):
            def forward(self, x):
                y = super().forward(x)
                return y * y.sum().item()  # <-
        """,
    "a property and a static method": """
        class Net(nn.Module):
            @property
            def scale(self):
                return 2.0
            @staticmethod
            def peak(t):
                return t.max().item()  # <-
            def forward(self, x):
                return x * self.scale / self.peak(x)
        """,
    "a lambda and a partial": """
        class Net(nn.Module):
            def forward(self, x):
                f = lambda t: int(t.sum())  # <-
                g = functools.partial(pow_, exponent=2)
                return x * f(x) + g(x)
        def pow_(t, exponent):
            return t ** exponent
        """,
    "a closure": """
        class Net(nn.Module):
            def forward(self, x):
                y = x * 2
                def inner():
                    return y.max().item()  # <-
                return x * inner()
        """,
    "unpacking and containers": """
        class Net(nn.Module):
            def forward(self, x):
                a, b = x.chunk(2, dim=-1)
                parts = [a, b]
                pair = {"first": parts[0]}
                return b * pair["first"].max().item()  # <-
        """,
    "every part of a condition": """
        class Net(nn.Module):
            def forward(self, x, y):
                y = y.float()
                if (
                    x.sum() > 0  # <-
                    and self.training
                ):
                    return x
                if x.shape[0] > 1 and y.sum() > 0:  # <-
                    return y
                while not bool(x.any()):  # <-
                    x = x + 1
                return x
        """,
    "modules in lists that a loop of unknown length appends": """
        class Net(nn.Module):
            def __init__(self, dim=8, depth=2):
                super().__init__()
                self.layers = nn.ModuleList([])
                for _ in range(depth):
                    self.layers.append(nn.ModuleList([nn.LayerNorm(dim), nn.Linear(dim, dim)]))
            def forward(self, x):
                for norm, project in self.layers:
                    x = project(norm(x))
                return x * x.max().item()  # <-
        """,
    "a layer that a default names": """
        class Net(nn.Module):
            def __init__(self, kind="LSTM", activation="relu"):
                super().__init__()
                self.mix = getattr(nn, kind.upper())(8, 8)
                self.activation = {"relu": nn.ReLU(), "gelu": nn.GELU()}[activation]
            def forward(self, x):
                x = self.activation(x)
                x, _ = self.mix(x)
                return x * x.max().item()  # <-
        """,
    "layers that may not be there": """
        class Net(nn.Module):
            def __init__(self, dim=8, norm=None):
                super().__init__()
                self.norms = None
                if norm is None:
                    self.norms = nn.ModuleList([nn.LayerNorm(dim) for _ in range(dim)])
            def forward(self, x):
                for norm in self.norms:
                    x = norm(x)
                if torch._C._is_tracing():
                    x = x * x.max().item()  # <-
                if torch.distributed.is_initialized():
                    x = x * x.min().item()
                values = torch.unique(x, sorted=True)
                return x * values.sum().item()  # <-
        """,
    "an early return and a join": """
        class Net(nn.Module):
            def forward(self, x, mask=None):
                if mask is None:
                    mask = torch.ones_like(x)
                y = x * mask
                return y / y.max().item()  # <-
        """,
    "a Sequential of modules in the file": """
        class Gate(nn.Module):
            def forward(self, x):
                return x * float(x.mean())  # <-
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.net = nn.Sequential(nn.Linear(8, 8), Gate(), nn.ReLU())
            def forward(self, x):
                return self.net(x)
        """,
    "functions of math": """
        class Net(nn.Module):
            def forward(self, x):
                return x / math.sqrt(x.max())  # <-
        """,
    "numpy by another name, and a walrus": """
        import numpy
        class Net(nn.Module):
            def forward(self, x):
                if (s := numpy.exp(x)) is not None:  # <-
                    return x + s
        """,
    "a module made in forward by a factory": """
        class Norm(nn.Module):
            def forward(self, x):
                return x / len(x)  # <-
        def make():
            return Norm()
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                setattr(self, "norm", make())
            def forward(self, x):
                return getattr(self, "norm")(x)
        """,
}

SILENT = {
    "numbers, sizes and state": """
        class Net(nn.Module):
            def __init__(self, dim=8, heads=2):
                super().__init__()
                self.scale = np.sqrt(dim // heads)
                self.layers = nn.ModuleList([nn.Linear(dim, dim)])
                self.register_buffer("limit", torch.tensor(5))
                self.weight = nn.Parameter(torch.ones(1))
            def forward(self, x):
                b, n = x.shape[0], x.size(1)
                if b > 1 and n % 2 == 0 and len(self.layers) > 0:
                    x = x / math.sqrt(x.shape[-1]) / self.scale
                if x.dim() == 3 or x.dtype == torch.float32 or x.is_cuda:
                    x = x + int(n) + len(x.shape)
                limit = int(self.limit) + self.weight.item()
                return x.clamp(max=limit)
        """,
    "flags and None": """
        class Net(nn.Module):
            def forward(self, x, mask=None, return_weights=False):
                if mask is not None:
                    x = x * mask
                if self.training:
                    x = x + x.max().item()
                if torch.jit.is_scripting():
                    x = x + x.max().item()
                return (x, mask) if return_weights else x
        """,
    "a part of a condition that decides alone": """
        class Net(nn.Module):
            def __init__(self, rate=0.1):
                super().__init__()
                self.rate = rate
            def forward(self, x):
                if self.rate == 0.0 or not self.training:
                    return x
                return x * x.max().item()
        """,
    "a list of tensors": """
        class Net(nn.Module):
            def forward(self, features):
                assert len(features) == 4
                return torch.cat([f.relu() for f in features])
        """,
    "something that isn't known": """
        from elsewhere import helper, Base
        class Net(Base):
            def forward(self, x, mode):
                if mode == "fast":
                    return helper(x)
                if helper(x) > 0:
                    return len(helper(x))
                return x
        """,
    "numpy functions that only look at the shape": """
        class Net(nn.Module):
            def forward(self, x):
                x = x + 1
                return x.reshape(np.prod(np.shape(x)), -1)
        """,
    "an unknown alternative": """
        class Net(nn.Module):
            def __init__(self, act):
                super().__init__()
                self.act = act
            def forward(self, x):
                y = self.act(x + 1)
                return y * 2 if y.sum() > 0 else y
        """,
    "results that only Python looks at": """
        class Net(nn.Module):
            def metric(self, x):
                return torch.linalg.det(x)
            def forward(self, x):
                x = x + 1
                unused = torch.histc(x, bins=4)
                checked = torch.isinf(torch.logdet(x))
                loss = self.metric(x)
                print(torch.special.bessel_j0(x))
                return x
        """,
    "what is left at its default": """
        def exists(value):
            return value is not None
        class Net(nn.Module):
            def forward(self, x, mask=None, kind="plain"):
                if exists(mask):
                    x = torch.lgamma(x)
                if kind == "other":
                    return torch.digamma(x)
                return x + 1
        """,
    "what an exception would run": """
        class Net(nn.Module):
            def forward(self, x):
                try:
                    y = x.view(2, -1)
                except RuntimeError:
                    return torch.lgamma(x)
                return y
        """,
    "the size and type of an input": """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer("scale", torch.ones(1))
            def forward(self, x):
                x = x.relu()
                if self.scale.type_as(x) > 0 and torch.ones(8).to(x).sum() > 0:
                    x = x * x.new_tensor([1e-6]).item()
                return x
        """,
    "a list counted and picked from": """
        class Head(nn.Module):
            def forward(self, feats):
                out = []
                for i in range(len(feats)):
                    out.append(feats[i] * 2)
                return out
        """,
    "forward of something else": """
        class Scale(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * x.max().item()
        class Plain:
            def forward(self, x):
                return x.max().item()
        """,
}


def program(text: str) -> str:
    return _HEAD + textwrap.dedent(text)


@pytest.mark.parametrize("what", FOLLOWED)
def test_followed(what: str) -> None:
    source = program(FOLLOWED[what])
    marked = {n for n, line in enumerate(source.splitlines(), 1) if line.endswith("# <-")}
    assert marked
    assert {f.range.start.line for f in check_source(source).findings} == marked


@pytest.mark.parametrize("what", SILENT)
def test_silent(what: str) -> None:
    assert check_source(program(SILENT[what])).findings == ()


def test_a_finding_in_a_callee_stands_there_once_with_the_way_to_it() -> None:
    source = program("""
        def peak(t):
            return t.max().item()
        class Net(nn.Module):
            def forward(self, x):
                return self.scale(x) + self.scale(x * 2)
            def scale(self, x):
                return x / peak(x)
        """)
    (finding,) = check_source(source, "net.py").findings
    assert finding.symbol == "peak"
    assert [(f.symbol, f.path) for f in finding.reached_from] == [
        ("Net.scale", "net.py"),
        ("Net.forward", "net.py"),
    ]


def test_recursion_and_endless_loops_end() -> None:
    source = program("""
        class Net(nn.Module):
            def forward(self, x, depth=0):
                while True:
                    x = self.forward(x, depth + 1)
                return self.other(x)
            def other(self, x):
                return self.other(self.other([x, [x]]))
        """)
    assert check_source(source).findings == ()


def test_huge_constants_are_not_computed() -> None:
    source = program("""
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.n = 9 ** 9 ** 9 ** 9
                self.s = "a" * 10 ** 12
                self.l = [0] * 10 ** 12
                self.r = list(range(10 ** 15))
                self.b = 1 << 10 ** 10
            def forward(self, x):
                return x + self.n
        """)
    assert check_source(source).findings == ()


@pytest.mark.parametrize(
    "body",
    [
        "a = [x]\n        a.append(a)\n        return torch.cat(a)",
        "s = 'a'\n" + "        s = s + s\n" * 60 + "        return x",
        "t = [1]\n" + "        t = t + t\n" * 40 + "        return x",
        "s = 'a\\0b'\n        return x",
        "return " + "(" * 90 + "x" + ")" * 90,
    ],
)
def test_what_grows_or_goes_round_is_survived(body: str) -> None:
    source = f"import torch\nclass Net(torch.nn.Module):\n    def forward(self, x):\n        {body}\n"
    assert check_source(source).findings == ()


def test_only_what_surely_runs_blocks() -> None:
    source = program("""
        class Net(nn.Module):
            def __init__(self, fancy=False):
                super().__init__()
                self.fancy = fancy
            def forward(self, x):
                if self.fancy:
                    return torch.lgamma(x)
                return x + 1
        """)
    report = check_source(source)
    assert [f.code for f in report.findings] == ["CML201"]
    assert [m.verdict for m in report.modules] == ["unsure"]


def test_broken_code_costs_only_itself() -> None:
    source = program("""
        class Net(nn.Module):
            def forward(self, x):
                return self.scaled(x) + self.broken(x)
            def broken(self, x):
                return (x +
            def scaled(self, x):
                return x * x.max().item()
        """)
    assert [f.code for f in check_source(source).findings] == ["CML901", "CML103"]


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ("return x.relu()", "ready"),
        ("return unknown(x)", "unsure"),
        ("return x * x.max().item()", "unsure"),
        ("return torch.special.bessel_j0(x)", "blocked"),
    ],
)
def test_verdicts(body: str, verdict: str) -> None:
    source = program(f"""
        from elsewhere import unknown
        class Net(nn.Module):
            def forward(self, x):
                {body}
        """)
    (module,) = check_source(source, "net.py").modules
    assert (module.class_name, module.verdict) == ("Net", verdict)
    if verdict == "blocked":
        assert module.blockers == (f"CML201@net.py:{source.splitlines().index('        ' + body) + 1}",)
