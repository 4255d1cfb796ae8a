"""Calls written as programs: what is run is what is read."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.convert


def case_of(api: str, *args: Any, **kwargs: Any) -> Any:
    from preflight_server.knowledge_builder.case import case_of as made
    from preflight_server.knowledge_builder.writing import program_of_call

    return made(program_of_call(api, args, kwargs))


@pytest.mark.parametrize(
    ("api", "arguments", "line"),
    [
        ("torch.add", "x, y, alpha=2", "return torch.add(x0, x1, alpha=2)"),
        ("torch.Tensor.add", "x, 2.5", "return x0.add(2.5)"),
        ("torch.Tensor.__mul__", "x, y", "return x0 * x1"),
        ("torch.Tensor.__rsub__", "x, 3", "return 3 - x0"),
        ("torch.Tensor.__neg__", "x", "return -x0"),
        ("torch.Tensor.__iadd__", "x, 1", "y += 1"),
        ("torch.Tensor.__getitem__", "x, (slice(None), None, 1)", "return x0[:, None, 1]"),
        ("torch.Tensor.__setitem__", "x, 0, 5.0", "y[0] = 5.0"),
        ("torch.Tensor.mul_", "x, 2", "return y.mul_(2)"),
        ("torch.Tensor.T", "x", "return x0.T"),
        ("torch.nn.functional.pad", "x, (1, 1), value=inf", "return F.pad(x0, (1, 1), value=float('inf'))"),
        ("torch.logical_not", "x > 0.5", "return torch.logical_not((x0 > 0.5))"),
        ("torch.abs", "torch.complex(x, y)", "return torch.abs(torch.complex(x0, x1))"),
        ("torch.exp", "x.half()", "return torch.exp(x0.to(torch.float16))"),
        ("torch.exp", "x[0, 0]", "return torch.exp(x0.squeeze(0))"),
        ("torch.split", "x, [1, 1]", "return torch.split(x0, [1, 1])"),
        ("torch.fft.fft", "x", "return (result.real, result.imag)"),
        ("torch.tensor_split", "x, 2", "return torch.tensor_split(x0, 2)"),
        ("torch.meshgrid", "x[0], x[1], indexing='ij'", "indexing='ij'"),
    ],
)
def test_the_program_makes_the_call_and_gives_its_result(api: str, arguments: str, line: str) -> None:
    import torch

    from preflight_server.knowledge_builder.case import tensors_of
    from preflight_server.knowledge_builder.public_apis import PROPERTIES, resolve

    torch.manual_seed(0)
    scope = {"torch": torch, "x": torch.rand(2, 3), "y": torch.rand(2, 3), "inf": float("inf")}
    args, kwargs = eval(f"(lambda *args, **kwargs: (args, kwargs))({arguments})", scope)
    case = case_of(api, *(a.clone() if isinstance(a, torch.Tensor) else a for a in args), **kwargs)
    assert line in case.source
    name = api.rsplit(".", 1)[1]
    expected = getattr(args[0], name) if name in PROPERTIES else resolve(api)(*args, **kwargs)
    if name == "__setitem__":
        expected = args[0]
    if name == "fft":
        expected = (expected.real, expected.imag)
    with torch.no_grad():
        torch.testing.assert_close(
            tensors_of(case.module(*case.inputs)), tensors_of(expected), rtol=1e-3, atol=1e-3
        )


def test_a_result_that_cannot_be_returned_is_taken_apart() -> None:
    import torch

    case = case_of("torch.nn.functional.multi_head_attention_forward", *_attention(torch))
    assert "return result[0]\n" in case.source
    assert case.results == 1


def _attention(torch: Any) -> tuple[Any, ...]:
    x = torch.rand(3, 1, 4)
    weights = (torch.rand(12, 4), torch.rand(12), None, None, False, 0.0, torch.rand(4, 4), torch.rand(4))
    return (x, x, x, 4, 2, *weights, False, None, False)


def test_with_constants_only_the_first_tensor_is_an_input() -> None:
    import torch

    from preflight_server.knowledge_builder.case import case_of as made
    from preflight_server.knowledge_builder.writing import program_of_call

    weight = torch.rand(4, 3, dtype=torch.float32)
    case = made(program_of_call("torch.nn.functional.linear", (torch.rand(2, 3), weight), {}, constants=True))
    assert len(case.inputs) == 1
    assert "F.linear(x0, self.c0)" in case.source
    assert "register_buffer" in case.source


def test_what_no_text_makes_is_refused() -> None:
    import torch

    from preflight_server.knowledge_builder.literals import Unwritable

    with pytest.raises(Unwritable, match="sparse"):
        case_of("torch.abs", torch.eye(2).to_sparse())
    with pytest.raises(Unwritable, match="Generator"):
        case_of("torch.bernoulli", torch.rand(2), generator=torch.Generator())


@pytest.mark.parametrize(
    "made",
    [
        "torch.tensor([[1.5, -2.0], [float('inf'), 0.25]])",
        "torch.tensor([3, -1])",
        "torch.tensor([True, False])",
        "torch.tensor([1, 2], dtype=torch.uint8)",
        "torch.tensor([0.5], dtype=torch.float64)",
        "torch.tensor(2.5)",
        "torch.zeros((0, 3), dtype=torch.float32)",
        "torch.complex(torch.tensor([1.0]), torch.tensor([-2.0]))",
    ],
)
def test_a_small_tensor_is_written_out(made: str) -> None:
    import torch

    from preflight_server.knowledge_builder.literals import tensor_text

    tensor = eval(made, {"torch": torch})
    again = eval(tensor_text(tensor), {"torch": torch})
    torch.testing.assert_close(again, tensor, rtol=0, atol=0)


def test_a_large_tensor_is_drawn_anew_from_its_range() -> None:
    import torch

    from preflight_server.knowledge_builder.literals import tensor_text

    for tensor in (
        torch.randint(2, 7, (50,)),
        torch.rand(8, 8),
        torch.rand(40) > 0.5,
        torch.randn(40).half(),
    ):
        again = eval(tensor_text(tensor), {"torch": torch})
        assert (again.dtype, again.shape) == (tensor.dtype, tensor.shape)
        if not tensor.is_floating_point():
            assert tensor.min() <= again.min()
            assert again.max() <= tensor.max()
