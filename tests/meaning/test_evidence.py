from __future__ import annotations

import libcst as cst
import pytest

from preflight_analyzers.meaning import ir
from preflight_analyzers.meaning.evidence import tensor_parameters
from preflight_analyzers.meaning.lowering import lower


def surely_tensors(function: str) -> set[str]:
    definition = lower(cst.parse_module(function).body).body[0]
    assert isinstance(definition, ir.FunctionDef)
    return tensor_parameters(definition)


@pytest.mark.parametrize(
    "function",
    [
        "def forward(self, x): return x.view(2, -1)",
        "def forward(self, x: torch.Tensor): return f(x)",
        "def forward(self, x: 'Tensor'): pass",
        "def forward(self, x: Float[Tensor, 'b c']): pass",
        "def forward(self, x: Tensor | None = None): pass",
        "def forward(self, flag, x): return x.shape",
        "def forward(self, x): return self.conv(x)",
        "def forward(self, x): return x + 1",
        "def forward(self, x): return x[:, 0]",
        "def forward(self, y, x): return F.relu(x)",
    ],
)
def test_used_as_only_a_tensor_can_be(function: str) -> None:
    assert "x" in surely_tensors(function)


@pytest.mark.parametrize(
    "function",
    [
        "def forward(self, x): return torch.cat(x)",
        "def forward(self, x):\n for t in x: pass\n return x + 1",
        "def forward(self, x): return [f(t) for t in x]",
        "def forward(self, x):\n a, b = x\n return a",
        "def forward(self, x): return x['image'] + 1",
        "def forward(self, y, x): return y.sum() if x else y",
        "def forward(self, y, x): return y.sum() * x",
        "def forward(self, x: list): return x.size",
        "def forward(self, x: List[Tensor]): return x",
        "def forward(self, x):\n if isinstance(x, tuple): x = x[0]\n return x.shape",
        "def forward(self, *x): return f(x)",
        "def forward(self, x=False): return x + 1",
    ],
)
def test_not_sure(function: str) -> None:
    assert "x" not in surely_tensors(function)
