"""Objects as Python has them: special methods, inheritance, dataclasses, named tuples, enumerations."""

from __future__ import annotations

import pytest

from tests.meaning.seen import calls_of, operand

HEAD = """
import copy
import functools
from collections import namedtuple
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import ClassVar, NamedTuple, Optional
"""


def shape(program: str) -> object:
    """The shape of what the first ``torch.sigmoid`` is given, in a model traced on (2, 3)."""
    trace = "torch.jit.trace(Net().eval(), torch.rand(2, 3))\n"
    return operand(HEAD + program + trace, "torch.sigmoid")[1]


FOLLOWED = {
    "operators of one's own": """
class Pair:
    def __init__(self, a):
        self.a = a
    def __add__(self, other):
        return Pair(torch.cat([self.a, other.a], 1))
    def __rmul__(self, count):
        return Pair(torch.cat([self.a] * count, 1))
    def __neg__(self):
        return self
    def __getitem__(self, place):
        return self.a
    def __len__(self):
        return 4
    def __contains__(self, key):
        return key == 1
    def __eq__(self, other):
        return True
class Net(nn.Module):
    def forward(self, x):
        p = Pair(x)
        q = p + 2 * -p
        q += p
        if 1 in q and 2 not in q and len(q) == 4 and p == q:
            return torch.sigmoid(q[0])
""",
    "an iterator of one's own": """
class Parts:
    def __init__(self, x):
        self.x = x
    def __iter__(self):
        return iter([self.x] * 4)
class Net(nn.Module):
    def forward(self, x):
        return torch.sigmoid(torch.cat(list(Parts(x)), 1))
""",
    "a dataclass": """
@dataclass
class Base:
    kind: ClassVar[str] = "kind"
    width: int
    ratio: float = 2.0
@dataclass(frozen=True)
class Config(Base):
    names: list = field(default_factory=lambda: ["a", "b"])
    hidden: Optional[int] = None
    def __post_init__(self):
        self.total = int(self.width * self.ratio) * len(self.names)
class Net(nn.Module):
    def __init__(self, config=Config(3)):
        super().__init__()
        self.fc = nn.Linear(config.width, config.total if config.hidden is None else 1)
    def forward(self, x):
        return torch.sigmoid(self.fc(x))
""",
    "named tuples": """
class Sizes(NamedTuple):
    width: int
    count: int = 2
Both = namedtuple("Both", "x y")
Three = namedtuple("Three", ["x", "y", "z"])
class Net(nn.Module):
    def forward(self, x):
        sizes = Sizes(3)
        both = Both(x, y=torch.cat([x] * sizes.count, 1))
        first, second = both
        three = Three(*both, z=second)
        return torch.sigmoid(torch.cat([three.z, both[1]], 1))
""",
    "an enumeration": """
class Mode(Enum):
    WIDE = "wide"
    DEEP = "deep"
class Net(nn.Module):
    def __init__(self, mode="wide"):
        super().__init__()
        self.mode = Mode[mode.upper()]
    def forward(self, x):
        if self.mode == Mode.DEEP or self.mode is not Mode.WIDE:
            return torch.sigmoid(x)
        return torch.sigmoid(torch.cat([x] * (4 if self.mode.value == "wide" else 1), 1))
""",
    "a namespace": """
class Net(nn.Module):
    def __init__(self, config=SimpleNamespace(width=3, depth=4)):
        super().__init__()
        config.out = config.width * config.depth
        self.fc = nn.Linear(config.width, config.out)
    def forward(self, x):
        return torch.sigmoid(self.fc(x))
""",
    "cooperating classes": """
class Base(nn.Module):
    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width
    def widen(self, x):
        return x
class Twice(Base):
    def widen(self, x):
        return torch.cat([super().widen(x)] * 2, 1)
class Again(Base):
    def widen(self, x):
        y = super().widen(x)
        return torch.cat([y, y], 1)
class Both(Twice, Again):
    pass
class Net(Both):
    def __init__(self):
        super().__init__(width=3)
    def forward(self, x):
        return torch.sigmoid(self.widen(x))
""",
    "a mixin after nn.Module": """
class Widen:
    def widen(self, x):
        return torch.cat([x] * self.count, 1)
class Net(nn.Module, Widen):
    count = 4
    def forward(self, x):
        return torch.sigmoid(super().widen(x))
""",
    "the base by its name": """
class Base(nn.Module):
    def __init__(self, count):
        nn.Module.__init__(self)
        self.count = count
    def forward(self, x):
        return torch.cat([x] * self.count, 1)
class Net(Base):
    def __init__(self):
        Base.__init__(self, 4)
    def forward(self, x):
        return torch.sigmoid(Base.forward(self, x))
""",
    "functions kept in classes, dicts and modules": """
def wide(x):
    return torch.cat([x, x], 1)
TABLE = {"wide": wide, "same": lambda x: x}
class Net(nn.Module):
    table = {"concat": torch.cat}
    def __init__(self, name="wide"):
        super().__init__()
        self.widen = TABLE[name]
        self.concat = functools.partial(self.table["concat"], dim=1)
    def forward(self, x):
        y = self.widen(x)
        return torch.sigmoid(self.concat([y, y]))
""",
    "class methods, static methods and cached properties": """
class Net(nn.Module):
    @classmethod
    def of_width(cls, width):
        made = cls()
        made.width = width
        return made
    @staticmethod
    def widen(x, count):
        return torch.cat([x] * count, 1)
    @functools.cached_property
    def count(self):
        return 4
    def forward(self, x):
        return torch.sigmoid(self.widen(x, self.count) + self.__class__.widen(x, 4))
""",
    "a copy that goes its own way": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        options = {"count": [2]}
        other = copy.deepcopy(options)
        other["count"].append(2)
        self.options, self.other = options, other
        self.layers = nn.ModuleList([copy.deepcopy(nn.Linear(3, 3)) for _ in range(len(other["count"]))])
    def forward(self, x):
        return torch.sigmoid(torch.cat([layer(x) for layer in self.layers] * len(self.other["count"]), 1))
""",
    "attributes by name": """
class Net(nn.Module):
    def __init__(self, depth=2):
        super().__init__()
        for i in range(depth):
            setattr(self, f"fc{i}", nn.Linear(3, 3 * 2 ** (i + 1)))
    def forward(self, x):
        if getattr(self, "missing", None) is None and hasattr(self, "fc1"):
            return torch.sigmoid(getattr(self, "fc%d" % 1)(x))
""",
    "what an object asks itself for": """
class Lazy:
    def __getattr__(self, name):
        return len(name)
class Net(nn.Module):
    def forward(self, x):
        return torch.sigmoid(torch.cat([x] * Lazy().four, 1))
""",
    "a method that changes what it works with": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.width = 3
        self.first = self._layer()
        self.second = self._layer()
    def _layer(self):
        made = nn.Linear(self.width, 2 * self.width)
        self.width *= 2
        return made
    def forward(self, x):
        return torch.sigmoid(self.second(self.first(x)))
""",
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_is_followed(name: str) -> None:
    assert shape(FOLLOWED[name]) == (2, 12)


def test_a_name_of_which_a_part_is_not_known_leads_to_what_it_may_mean() -> None:
    program = """
    class Net(nn.Module):
        def __init__(self, depth):
            super().__init__()
            self.depth = depth
            for i in range(depth):
                setattr(self, f"layer{i}", nn.Linear(3, 4))
        def forward(self, x):
            for i in range(self.depth):
                x = torch.sigmoid(getattr(self, f"layer{i}")(x))
            return torch.sigmoid(self.layer0(x))
    """
    assert len(calls_of(program, "torch.nn.Linear")) >= 2
