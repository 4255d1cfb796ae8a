"""Which numpy functions freeze a tensor is found by tracing them; the rule's lists must agree."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from preflight_analyzers.check import check_source
from preflight_analyzers.rules.numpy_on_tensor import _HARMLESS, _SAME_IN_TORCH

#: Ways to call a function of arrays; those it doesn't take raise and don't count.
_CALLS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda f, x: f(x),
    lambda f, x: f(x, x),
    lambda f, x: f(x, 0),
    lambda f, x: f(x, 1, 0),
    lambda f, x: f(x, 0.2, 0.9),
    lambda f, x: f(x, (9,)),
    lambda f, x: f(x, axis=0),
)
_NOT_COMPUTING = ("save", "load", "from", "set", "show", "get", "print", "test", "info", "memmap", "genfrom")


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    import numpy as np

    for name in dir(np):
        function = getattr(np, name)
        usual = not name.startswith(("_", *_NOT_COMPUTING)) and not inspect.isclass(function)
        if usual and callable(function):
            yield name, function


def depends_on_input(compute: Callable[[Any], Any]) -> bool | None:
    """Whether the traced result follows the input; None where the call fails or gives a constant anyway."""
    import torch

    class Net(torch.nn.Module):
        def forward(self, x: Any) -> Any:
            result = compute(x)
            result = result[0] if isinstance(result, tuple | list) else result
            return x.sum() * 0 + torch.as_tensor(result)

    first, second = torch.rand(3, 3) + 0.5, torch.rand(3, 3) + 1.7
    try:
        eager = Net()(second)
        if torch.equal(Net()(first), eager) or eager.isnan().any():
            return None
        traced = torch.jit.trace(Net(), (first,), check_trace=False)(second)
    except Exception:
        return None
    return bool(torch.allclose(eager.double(), traced.double()))


@pytest.mark.convert
def test_every_function_that_keeps_following_the_tensor_is_called_harmless() -> None:
    followed = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, function in functions():
            for how in _CALLS:
                if depends_on_input(lambda x, f=function, how=how: how(f, x)):
                    followed.add(name)
    assert "squeeze" in followed
    assert followed <= _HARMLESS


@pytest.mark.convert
@pytest.mark.parametrize("name", sorted(_SAME_IN_TORCH))
def test_the_fix_computes_the_same(name: str) -> None:
    import numpy as np
    import torch

    inputs = [torch.rand(5, 5) * 0.9 + 0.05, torch.rand(5, 5) * 0.9 + 0.05]
    function = getattr(torch, name)
    count = 2 if name in ("maximum", "minimum") else 1
    expected = torch.as_tensor(np.asarray(getattr(np, name)(*(t.numpy() for t in inputs[:count]))))
    got = function(*inputs[:count])
    assert got.dtype == expected.dtype
    assert torch.allclose(got, expected, rtol=1e-5)


def fixes(body: str, imports: str = "import torch\nimport numpy as np\n") -> list[str]:
    source = f"{imports}class Net(torch.nn.Module):\n    def forward(self, x):\n        return x + {body}\n"
    return [f.fix.edits[0].text for f in check_source(source).findings if f.fix is not None]


def test_a_fix_is_offered_where_only_tensors_are_passed() -> None:
    assert fixes("np.sqrt(x)") == ["torch.sqrt"]
    assert fixes("np.maximum(x, x)") == ["torch.maximum"]
    assert fixes("np.maximum(x, 0.5)") == []
    assert fixes("np.sqrt(x, dtype='float32')") == []
    assert fixes("np.cumsum(x)") == []


def test_no_fix_where_torch_goes_by_another_name() -> None:
    source = (
        "import torch as t\nimport numpy as np\n"
        "class Net(t.nn.Module):\n    def forward(self, x):\n        return x + np.sqrt(x)\n"
    )
    (finding,) = check_source(source).findings
    assert finding.fix is None


_ARITHMETIC = """\
import numpy as np
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.window, self.row = np.hanning(4).astype("float32") + 0.5, np.array([1.0, 2.0, 3.0, 4.0])
        self.number, self.square = np.sqrt(2), np.ones((4, 4), "float32")
        self.register_buffer("kept", torch.from_numpy(self.row))

    def forward(self, x):
        return {}
"""

#: What ``forward`` returns, and whether the trace keeps the example's result.
OPERATIONS = [
    ("x * self.window", True),
    ("x + self.row", True),
    ("x - np.arange(4)", True),
    ("x / (self.row * 2 + self.number)", True),
    ("x ** self.row", True),
    ("x % self.row", True),
    ("(x + 1) @ self.square", True),
    ("x * np.array([2.0])", True),
    ("x * self.number", False),
    ("x * np.float32(3)", False),
    ("x * self.row.sum()", False),
    ("x * self.row[1]", False),
    ("x * float(np.mean([1.0, 2.0]))", False),
    ("x * np.prod(x.shape)", False),
    ("x * self.kept", False),
    ("x * torch.from_numpy(self.row)", False),
    ("x[:, np.array([0, 1])]", False),
]


@pytest.mark.parametrize(("operation", "frozen"), OPERATIONS)
def test_arithmetic_with_an_array_is_found(operation: str, frozen: bool) -> None:
    codes = [one.code for one in check_source(_ARITHMETIC.format(operation)).findings]
    assert codes == ["CML101"] * frozen


@pytest.mark.convert
@pytest.mark.parametrize(("operation", "frozen"), OPERATIONS)
def test_torch_agrees_on_arithmetic(operation: str, frozen: bool) -> None:
    import torch

    names: dict[str, Any] = {}
    exec(_ARITHMETIC.format(operation), names)
    net, first, second = names["Net"](), torch.rand(2, 4), torch.rand(2, 4)
    traced = torch.jit.trace(net, (first,), check_trace=False)
    assert torch.equal(traced(second), net(second)) is not frozen
