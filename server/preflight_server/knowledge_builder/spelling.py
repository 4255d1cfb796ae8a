"""How programs are written, for those that only read them: needs no torch."""

from __future__ import annotations

#: Follows a program's text: where a linter learns what the inputs are.
TRACED = "traced = torch.jit.trace(Net().eval(), example)\n"

#: What a program calls to make its inputs.
HARNESS_APIS = frozenset(
    f"torch.{name}" for name in ("complex", "Tensor.to", "Tensor.__gt__", "Tensor.squeeze", "Tensor.clone")
)

#: Operators by the name between their underscores.
INFIX = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "div": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "matmul": "@", "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
