"""Operators and element-wise arithmetic."""

from __future__ import annotations

from ..handwritten import Bools, Calls, Ints, Positive

calls = call = Calls()

for method, operator in {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "mod": "%", "floordiv": "//",
}.items():  # fmt: skip
    call(f"torch.Tensor.__{method}__", f"x {operator} y", x=(2, 3), y=Positive((2, 3)))
    call(f"torch.Tensor.__{method}__", f"x {operator} 2", x=(1, 2, 3))
    call(f"torch.Tensor.__{method}__", f"x {operator} 0.5", x=(2, 3))
    call(f"torch.Tensor.__{method}__", f"x {operator} y", x=Ints((2, 3)), y=Ints((2, 3), 5))
    call(f"torch.Tensor.__r{method}__", f"2 {operator} x", x=Positive((2, 3)))
    call(f"torch.Tensor.__r{method}__", f"0.5 {operator} x", x=Positive((1, 2, 3)))
    call(f"torch.Tensor.__i{method}__", f"y = x * 1; y {operator}= 2; y", x=(2, 3))
    call(f"torch.Tensor.__i{method}__", f"z = x * 1; z {operator}= y; z", x=(2, 3), y=Positive((2, 3)))
for method, operator in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    call(f"torch.Tensor.__{method}__", f"x {operator} y", x=(2, 3), y=(2, 3))
    call(f"torch.Tensor.__{method}__", f"x {operator} 0", x=(2, 3))
    call(f"torch.Tensor.__{method}__", f"x {operator} 1", x=Ints((2, 3)))
for method, operator in {"and": "&", "or": "|", "xor": "^"}.items():
    call(f"torch.Tensor.__{method}__", f"(x > 0) {operator} (y > 0)", x=(2, 3), y=(2, 3))
    call(f"torch.Tensor.__{method}__", f"x {operator} y", x=Bools((2, 3)), y=Bools((2, 3)))
    call(f"torch.Tensor.__{method}__", f"x {operator} y", x=Ints((2, 3)), y=Ints((2, 3)))
    call(f"torch.Tensor.__r{method}__", f"1 {operator} x", x=Ints((2, 3)))
    call(f"torch.Tensor.__r{method}__", f"True {operator} x", x=Bools((2, 3)))
    call(f"torch.Tensor.__i{method}__", f"z = x > 0; z {operator}= y; z", x=(2, 3), y=Bools((2, 3)))
for method, operator in {"lshift": "<<", "rshift": ">>"}.items():
    call(f"torch.Tensor.__{method}__", f"x {operator} 1", x=Ints((2, 3)))
    call(f"torch.Tensor.__{method}__", f"x {operator} y", x=Ints((2, 3)), y=Ints((2, 3)))
    call(f"torch.Tensor.__r{method}__", f"1 {operator} x", x=Ints((2, 3)))
    call(f"torch.Tensor.__i{method}__", f"z = x * 1; z {operator}= 1; z", x=Ints((2, 3)))
call("torch.Tensor.__invert__", "~(x > 0)", x=(2, 3))
call("torch.Tensor.__invert__", "~x", x=Bools((2, 3)))
call("torch.Tensor.__invert__", "~x", x=Ints((2, 3)))
call("torch.Tensor.__neg__", "-x", x=(2, 3))
call("torch.Tensor.__pos__", "(+x) * 2", x=(2, 3))
call("torch.Tensor.__abs__", "abs(x)", x=(2, 3))
call("torch.Tensor.__matmul__", "x @ y", x=(2, 3), y=(3, 4))
call("torch.Tensor.__matmul__", "x @ y", x=(2, 4, 3), y=(2, 3, 4))
call("torch.Tensor.__matmul__", "x @ x.transpose(-1, -2)", x=(1, 2, 4, 3))
call("torch.Tensor.__matmul__", "x @ w", x=(2, 3), w="torch.ones(3, 4)")
call("torch.Tensor.__rmatmul__", "w @ x", x=(3, 4), w="torch.ones(2, 3)")
call("torch.Tensor.__contains__", "x + int(1 in x)", x=(2, 3))
call("torch.Tensor.__reversed__", "reversed(x)", x=(2, 3))
call("torch.Tensor.__pow__", "x ** 2.5", x=Positive((2, 3)))
call("torch.Tensor.__pow__", "x ** -1", x=Positive((2, 3)))
