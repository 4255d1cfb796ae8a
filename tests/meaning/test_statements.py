"""Statements: what is known after ``match``, ``with`` and decorated functions."""

from __future__ import annotations

import pytest

from tests.meaning.seen import operand

HEAD = """
import contextlib
import functools
from enum import Enum
"""


def shape(program: str) -> object:
    """The shape of what the first ``torch.sigmoid`` is given, in a model traced on (2, 3)."""
    trace = "torch.jit.trace(Net().eval(), torch.rand(2, 3))\n"
    return operand(HEAD + program + trace, "torch.sigmoid")[1]


@pytest.mark.parametrize(
    ("mode", "expected"), [("'wide'", (2, 6)), ("'w'", (2, 6)), ("None", (2, 3)), ("'deep'", (6, 3))]
)
def test_a_match_of_what_is_known_takes_one_way(mode: str, expected: object) -> None:
    program = f"""
class Net(nn.Module):
    def __init__(self, mode={mode}):
        super().__init__()
        self.mode = mode
    def forward(self, x):
        match self.mode:
            case None:
                y = x
            case "wide" | "w":
                y = torch.cat([x, x], 1)
            case other if other == "deep":
                y = torch.cat([x, x, x], 0)
            case _:
                y = x[0]
        return torch.sigmoid(y)
"""
    assert shape(program) == expected


def test_a_match_of_what_is_not_known_may_take_any_way() -> None:
    program = """
class Net(nn.Module):
    def forward(self, x):
        match x.shape[0]:
            case 1:
                y = x
            case _:
                y = torch.cat([x, x], 1)
        return torch.sigmoid(y)
"""
    assert shape(program) == (2, None)


def test_what_a_context_manager_gives() -> None:
    program = """
@contextlib.contextmanager
def doubled(x):
    yield torch.cat([x, x], 1)
class Halves:
    def __init__(self, x):
        self.x = x
    def __enter__(self):
        return self.x[:, :3]
    def __exit__(self, *args):
        pass
class Net(nn.Module):
    def forward(self, x):
        with doubled(x) as y, Halves(y) as z:
            return torch.sigmoid(torch.cat([y, z], 1))
"""
    assert shape(program) == (2, 9)


@pytest.mark.parametrize("decorator", ["twice", "times(2)", "Doubler"])
def test_decorators_that_the_code_brings_are_run(decorator: str) -> None:
    program = f"""
def twice(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        y = function(*args, **kwargs)
        return torch.cat([y, y], 1)
    return wrapper
def times(count):
    def decorate(function):
        def wrapper(*args, **kwargs):
            return torch.cat([function(*args, **kwargs)] * count, 1)
        return wrapper
    return decorate
class Doubler:
    def __init__(self, function):
        self.function = function
    def __call__(self, x):
        return torch.cat([self.function(x)] * 2, 1)
@{decorator}
def same(x):
    return x
class Net(nn.Module):
    def forward(self, x):
        return torch.sigmoid(same(x))
"""
    assert shape(program) == (2, 6)


def test_a_decorated_method_still_knows_its_object_and_its_super() -> None:
    program = """
def twice(method):
    @functools.wraps(method)
    def wrapper(self, x):
        return method(self, torch.cat([x] * self.count, 1))
    return wrapper
class Base(nn.Module):
    count = 2
    def forward(self, x):
        return x
class Net(Base):
    @twice
    def forward(self, x):
        return torch.sigmoid(super().forward(x))
"""
    assert shape(program) == (2, 6)


def test_an_unknown_decorator_makes_a_function_unknown() -> None:
    program = """
from somewhere import decorate
@decorate
def same(x):
    return torch.sigmoid(x)
class Net(nn.Module):
    def forward(self, x):
        return same(x)
"""
    with pytest.raises(IndexError):
        shape(program)


def test_what_is_imported_from_torch_is_there() -> None:
    program = """
try:
    from torch import cat as joined
    new = True
except ImportError:
    def joined(tensors, dim):
        return tensors[0]
    new = False

class Net(nn.Module):
    def forward(self, x):
        return torch.sigmoid(joined([x, x], 1)) if new else x
"""
    assert shape(program) == (2, 6)
