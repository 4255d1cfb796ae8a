# ruff: noqa: E501
"""Tensors made inside forward()."""

from __future__ import annotations

from ..handwritten import Calls, Ints

calls = call = Calls()

for name in ("zeros", "ones", "empty", "rand", "randn"):
    call(f"torch.{name}", f"x + torch.{name}(2, 3)", x=(2, 3))
    call(f"torch.{name}", f"x + torch.{name}(x.shape)", x=(2, 3))
    call(f"torch.{name}", f"x + torch.{name}(x.size(0), 3)", x=(2, 3))
    call(f"torch.{name}", f"x + torch.{name}((2, 3), dtype=x.dtype, device=x.device)", x=(2, 3))
for name in ("zeros", "ones", "empty", "full"):
    fill = ", 2.0" if name == "full" else ""
    call(f"torch.Tensor.new_{name}", f"x + x.new_{name}((2, 3){fill})", x=(2, 3))
    call(f"torch.Tensor.new_{name}", f"x + x.new_{name}((x.size(0), 3){fill})", x=(2, 3))
    call(f"torch.Tensor.new_{name}", f"x + x.new_{name}(x.shape{fill})", x=(2, 3))
    call(f"torch.{name}_like", f"x + torch.{name}_like(x{fill})", x=(2, 3))
    call(f"torch.{name}_like", f"x + torch.{name}_like(x{fill}, dtype=torch.float32)", x=Ints((2, 3)))
for name in ("rand_like", "randn_like"):
    call(f"torch.{name}", f"x + torch.{name}(x)", x=(2, 3))
call("torch.randint", "x + torch.randint(0, 5, (2, 3))", x=(2, 3))
call("torch.randint", "x + torch.randint(5, (2, 3))", x=(2, 3))
call("torch.randint_like", "x + torch.randint_like(x, 5)", x=(2, 3))
call("torch.randperm", "x + torch.randperm(3)", x=(2, 3))
call("torch.full", "x + torch.full((2, 3), 2.0)", x=(2, 3))
call("torch.full", "x + torch.full((x.size(0), 3), 2.0)", x=(2, 3))
call("torch.full", "x + torch.full(x.shape, 0.5, device=x.device)", x=(2, 3))
call("torch.full", "x.masked_fill(torch.full((2, 3), True), 0.0)", x=(2, 3))
for arguments in ("3", "x.size(1)", "x.shape[1]", "0, 3", "0, 3, 1", "0, x.size(1), device=x.device", "0, 6, 2",
                  "3, dtype=torch.float32", "0, 3, dtype=x.dtype"):  # fmt: skip
    call("torch.arange", f"x + torch.arange({arguments})", x=(2, 3))
call("torch.arange", "torch.arange(x.size(1)).unsqueeze(0) + x", x=Ints((2, 3)))
call("torch.range", "x + torch.range(0, 2)", x=(2, 3))
call("torch.linspace", "x + torch.linspace(0, 1, 3)", x=(2, 3))
call("torch.linspace", "x + torch.linspace(-1, 1, x.size(1))", x=(2, 3))
call("torch.logspace", "x + torch.logspace(0, 1, 3)", x=(2, 3))
call("torch.eye", "x + torch.eye(3)", x=(3, 3))
call("torch.eye", "x @ torch.eye(x.size(0))", x=(3, 3))
call("torch.tensor", "x + torch.tensor([1.0, 2.0, 3.0])", x=(2, 3))
call("torch.tensor", "x * torch.tensor(2.0)", x=(2, 3))
call("torch.tensor", "x * torch.tensor(0.5, dtype=x.dtype, device=x.device)", x=(2, 3))
call("torch.as_tensor", "x + torch.as_tensor([1.0, 2.0, 3.0])", x=(2, 3))
call("torch.as_tensor", "torch.as_tensor(x, dtype=torch.float32) * 2", x=(2, 3))
call("torch.asarray", "x + torch.asarray([1.0, 2.0, 3.0])", x=(2, 3))
call("torch.scalar_tensor", "x + torch.scalar_tensor(2.0)", x=(2, 3))
for name in ("hann", "hamming", "bartlett", "blackman", "kaiser"):
    call(f"torch.{name}_window", f"x * torch.{name}_window(4)", x=(2, 4))
call("torch.fft.fftfreq", "x * torch.fft.fftfreq(4)", x=(2, 4))
call("torch.fft.rfftfreq", "x * torch.fft.rfftfreq(4)", x=(2, 3))
call("torch.tril_indices", "torch.tril_indices(3, 3) + x", x=Ints((2, 6)))
call("torch.triu_indices", "torch.triu_indices(3, 3) + x", x=Ints((2, 6)))
call("torch.complex", "torch.complex(x, y).abs()", x=(2, 3), y=(2, 3))
call("torch.polar", "torch.polar(x, y).real", x=(2, 3), y=(2, 3))
call("torch.bernoulli", "torch.bernoulli(x.sigmoid())", x=(2, 3))
call("torch.normal", "torch.normal(x, 1.0)", x=(2, 3))
call("torch.normal", "x + torch.normal(0.0, 1.0, (2, 3))", x=(2, 3))
call("torch.multinomial", "torch.multinomial(x.softmax(-1), 2)", x=(2, 3))
call("torch.poisson", "torch.poisson(x.abs())", x=(2, 3))
call("torch.binomial", "torch.binomial(x.abs(), y.sigmoid())", x=(2, 3), y=(2, 3))
call("torch.Tensor.new", "x + x.new([1.0, 2.0, 3.0])", x=(2, 3))
call("torch.empty_strided", "x + torch.empty_strided((2, 3), (3, 1)).zero_()", x=(2, 3))
