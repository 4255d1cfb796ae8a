"""Modules held by containers: each layer is called as often as the model calls it."""

from __future__ import annotations

import pytest

from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Tensor
from tests.meaning.seen import analysis_of

#: Programs, and how many layers of ``nn.Linear`` run in them.
PROGRAMS = {
    "add_module() by a formatted name": (
        2,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                for i in range(2):
                    self.add_module(f"layer{i}", nn.Linear(4, 4))
            def forward(self, x):
                for i in range(2):
                    x = getattr(self, f"layer{i}")(x)
                return torch.relu(x)
        """,
    ),
    "the values of _modules": (
        2,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(4, 4)
                self.b = nn.Linear(4, 4)
            def forward(self, x):
                for layer in self._modules.values():
                    x = layer(x)
                return torch.relu(x)
        """,
    ),
    "the items of _modules": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(4, 4)
                self.b = nn.Linear(4, 4)
            def forward(self, x):
                for name, m in self._modules.items():
                    if name == "b":
                        continue
                    x = m(x)
                return torch.relu(x)
        """,
    ),
    "named_children()": (
        2,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(4, 4)
                self.b = nn.Linear(4, 4)
            def forward(self, x):
                for name, m in self.named_children():
                    x = m(x)
                return torch.relu(x)
        """,
    ),
    "children()": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(4, 4)
                self.b = nn.Linear(4, 4)
            def forward(self, x):
                for layer in list(self.children())[:-1]:
                    x = layer(x)
                return torch.relu(x)
        """,
    ),
    "a Sequential of another's children": (
        2,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                base = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4))
                self.f = nn.Sequential(*list(base.children())[:-1])
            def forward(self, x):
                return torch.relu(self.f(x))
        """,
    ),
    "the items of a ModuleDict": (
        2,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.d = nn.ModuleDict({"a": nn.Linear(4, 4), "b": nn.Linear(4, 4)})
            def forward(self, x):
                for k, m in self.d.items():
                    x = m(x)
                return torch.relu(x)
        """,
    ),
    "a ModuleDict of pairs": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.d = nn.ModuleDict([["a", nn.Linear(4, 4)], ["b", nn.Linear(4, 4)]])
            def forward(self, x):
                return torch.relu(self.d["a"](x))
        """,
    ),
    "a ModuleDict filled later": (
        3,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.d = nn.ModuleDict()
                for k in ("a", "b"):
                    self.d[k] = nn.Linear(4, 4)
                self.d.update({"c": nn.Linear(4, 4)})
            def forward(self, x):
                for k in self.d:
                    x = self.d[k](x)
                return torch.relu(x)
        """,
    ),
    "a ModuleList that grows": (
        4,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = nn.ModuleList()
                self.l += [nn.Linear(4, 4)]
                self.l.append(nn.Linear(4, 4))
                self.l.extend([nn.Linear(4, 4)])
                self.l.insert(0, nn.Linear(4, 4))
            def forward(self, x):
                for i, m in enumerate(self.l):
                    x = m(x)
                return torch.relu(x)
        """,
    ),
    "slices, len, zip and reversed of a ModuleList": (
        5,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])
                self.n = nn.ModuleList(nn.LayerNorm(4) for _ in range(3))
            def forward(self, x):
                for m, n in zip(reversed(self.l[1:]), self.n):
                    x = m(x)
                for i in range(len(self.l)):
                    x = self.l[i](x)
                return torch.relu(x)
        """,
    ),
    "a Sequential of an OrderedDict": (
        2,
        """
        from collections import OrderedDict
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = nn.Sequential(OrderedDict([("a", nn.Linear(4, 4)), ("b", nn.Linear(4, 4))]))
            def forward(self, x):
                return torch.relu(self.s.b(self.s[0](x)))
        """,
    ),
    "a Sequential with a forward of its own": (
        2,
        """
        class Seq(nn.Sequential):
            def forward(self, x, y=None):
                for layer in self:
                    x = layer(x)
                return x
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = Seq(nn.Linear(4, 4), nn.Linear(4, 4))
            def forward(self, x):
                return torch.relu(self.s(x, 1))
        """,
    ),
    "a Sequential by its constructor": (
        2,
        """
        class Conv(nn.Sequential):
            def __init__(self, a, b):
                layers = [nn.Linear(a, b), nn.Linear(b, b)]
                super().__init__(*layers)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = Conv(4, 4)
            def forward(self, x):
                return torch.relu(self.s(x))
        """,
    ),
    "a Sequential filled by add_module()": (
        2,
        """
        class Dense(nn.Sequential):
            def __init__(self, a, b):
                super().__init__()
                self.add_module("fc1", nn.Linear(a, b))
                self.add_module("fc2", nn.Linear(b, b))
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = Dense(4, 4)
            def forward(self, x):
                return torch.relu(self.s(x))
        """,
    ),
    "a Sequential filled by attributes": (
        2,
        """
        class Dense(nn.Sequential):
            def __init__(self, a, b):
                super().__init__()
                self.fc1 = nn.Linear(a, b)
                self.fc2 = nn.Linear(b, b)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = Dense(4, 4)
            def forward(self, x):
                return torch.relu(self.s(x))
        """,
    ),
    "a ModuleDict that runs itself": (
        2,
        """
        class Block(nn.ModuleDict):
            def __init__(self):
                super().__init__()
                for i in range(2):
                    self.add_module("l%d" % (i + 1), nn.Linear(4, 4))
            def forward(self, x):
                for name, layer in self.items():
                    x = layer(x)
                return x
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = nn.Sequential()
                self.s.add_module("b", Block())
            def forward(self, x):
                return torch.relu(self.s(x))
        """,
    ),
    "a Sequential that grows, and a sum of two": (
        8,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = nn.Sequential(nn.Linear(4, 4))
                self.s.append(nn.Linear(4, 4))
                self.s.extend(nn.Sequential(nn.Linear(4, 4)))
                self.s.insert(0, nn.Linear(4, 4))
                self.t = nn.Sequential(nn.Linear(4,4)) + nn.Sequential(nn.Linear(4,4))
            def forward(self, x):
                return torch.relu(self.t(self.s[:2](self.s(x))))
        """,
    ),
    "copies of a module": (
        3,
        """
        import copy
        def clones(m, n):
            return nn.ModuleList([copy.deepcopy(m) for _ in range(n)])
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.l = clones(nn.Linear(4, 4), 3)
            def forward(self, x):
                for layer in self.l:
                    x = layer(x)
                return torch.relu(x)
        """,
    ),
    "setattr() and getattr()": (
        3,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.names = []
                for i in range(2):
                    name = "conv" + str(i)
                    setattr(self, name, nn.Linear(4, 4))
                    self.names.append(name)
            def forward(self, x):
                for n in self.names:
                    x = getattr(self, n)(x)
                return torch.relu(self.conv1(x))
        """,
    ),
    "layers from a table": (
        3,
        """
        def block(i, o, norm_layer=nn.LayerNorm, act=nn.ReLU, **kw):
            layers = [nn.Linear(i, o, **kw)]
            if norm_layer is not None:
                layers.append(norm_layer(o))
            layers += [act()]
            return nn.Sequential(*layers)
        class Net(nn.Module):
            cfg = {"a": [4, 8, "M", 8]}
            def __init__(self, name="a"):
                super().__init__()
                layers, i = [], 4
                for v in self.cfg["a"]:
                    if v == "M":
                        layers += [nn.Dropout(0.1)]
                    else:
                        layers += block(i, v, bias=False)
                        i = v
                self.s = nn.Sequential(*layers)
            def forward(self, x):
                return torch.relu(self.s(x))
        """,
    ),
    "lists in a list": (
        4,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.layers = nn.ModuleList([])
                for _ in range(2):
                    ff = nn.Sequential(nn.Linear(4, 4), nn.GELU())
                    self.layers.append(nn.ModuleList([nn.Linear(4, 4), ff]))
            def forward(self, x):
                for attn, ff in self.layers:
                    x = attn(x) + x
                    x = ff(x) + x
                return torch.relu(x)
        """,
    ),
    "initialization of the weights": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
                for layer in self.modules():
                    if isinstance(layer, nn.Linear):
                        nn.init.zeros_(layer.weight)
            def forward(self, x):
                return torch.relu(self.a(x))
        """,
    ),
    "get_submodule()": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
            def forward(self, x):
                return torch.relu(self.get_submodule("a.0")(x))
        """,
    ),
    "names and classes from a dict": (
        2,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                acts = {"relu": nn.ReLU, "gelu": nn.GELU}
                self.s = nn.Sequential()
                for i, k in enumerate(acts):
                    self.s.add_module(str(i), nn.Linear(4, 4))
                    self.s.add_module(k, acts[k]())
            def forward(self, x):
                return torch.relu(self.s.gelu(self.s(x)))
        """,
    ),
    "through _modules": (
        3,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                for i in range(2):
                    self._modules[f"layer{i}"] = nn.Linear(4, 4)
            def forward(self, x):
                for layer in self._modules.values():
                    x = layer(x)
                return torch.relu(self.layer0(x))
        """,
    ),
    "one layer in the place of another": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.s = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
                self.s[1] = nn.ReLU()
            def forward(self, x):
                return torch.relu(self.s(x))
        """,
    ),
    "a module held twice is one child": (
        1,
        """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(4, 4)
                self.b = self.a
            def forward(self, x):
                for layer in self.children():
                    x = layer(x)
                return torch.relu(x)
        """,
    ),
}


@pytest.mark.parametrize(("count", "program"), PROGRAMS.values(), ids=PROGRAMS)
def test_every_layer_runs(count: int, program: str) -> None:
    (result,) = (module for module in analysis_of(program).modules if module.name == "Net")
    (run,) = result.runs
    layers = [event for event in run.events if isinstance(event, ApiCall) and event.api == "torch.nn.Linear"]
    assert len(layers) == count
    assert all(layer.site.certain for layer in layers)
    assert not run.gaps
    (last,) = (event for event in run.events if isinstance(event, ApiCall) and event.api == "torch.relu")
    assert isinstance(last.arguments.positional[0], Tensor)


UNSURE = {
    "a name that isn't known": """
        class Net(nn.Module):
            def __init__(self, name):
                super().__init__()
                self.add_module(name, nn.Linear(4, 4))
                self.last = nn.Linear(4, 4)
            def forward(self, x):
                for layer in self.children():
                    x = layer(x)
                return x
        """,
    "layers that aren't known": """
        class Net(nn.Module):
            def __init__(self, layers):
                super().__init__()
                self.layers = nn.Sequential(nn.Linear(4, 4), *layers)
            def forward(self, x):
                return self.layers(x)
        """,
}


@pytest.mark.parametrize("program", UNSURE.values(), ids=UNSURE)
def test_what_may_hold_more_is_not_taken_for_whole(program: str) -> None:
    (result,) = analysis_of(program).modules
    assert result.runs[0].gaps
