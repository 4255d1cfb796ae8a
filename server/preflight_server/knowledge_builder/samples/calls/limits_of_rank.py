"""No tensor of rank 6. Only a whole conversion says so: the program is looked at when it is saved.

program.py _check_invalid_tensor_rank: "Core ML only supports tensors with rank <= 5. Layer ..., with type
..., outputs a rank 6 tensor."
"""

from __future__ import annotations

from .contrast import Contrast

calls = Contrast()
converts, fails = calls.converts, calls.fails

# Between two changes of shape a transposition is done without the axes in excess.
for turned in ("permute(0, 1, 3, 2, 4, 5)", "transpose(2, 3)"):
    for shaped in ("view", "reshape"):
        api = f"torch.Tensor.{shaped}"
        converts(api, f"x.{shaped}(1, 2, 2, 2, 2, 3).{turned}.reshape(4, 2, 2, 3)", x=(1, 4, 4, 3))
        converts(api, f"x.{shaped}(2, 2, 2, 2, 2, 1).{turned}.reshape(4, 8)", x=(4, 8))
        converts(api, f"x.{shaped}(1, 2, 2, 2, 2, 2).{turned}.reshape(4, 8)", x=(4, 8))

five = (1, 2, 2, 2, 2)
for api, code in (
    ("torch.Tensor.reshape", "x.reshape({})"),
    ("torch.Tensor.view", "x.view({})"),
):
    converts(api, code.format("2, 2, 2, 2, 2"), x=(4, 8))
    fails(api, code.format("2, 2, 2, 2, 2, 1"), x=(4, 8))
    fails(api, code.format("1, 2, 2, 2, 2, 2"), x=(4, 8))
converts("torch.Tensor.unsqueeze", "x.unsqueeze(0)", x=(1, 2, 2, 2))
fails("torch.Tensor.unsqueeze", "x.unsqueeze(0)", x=five)
converts("torch.unsqueeze", "torch.unsqueeze(x, 0)", x=(1, 2, 2, 2))
fails("torch.unsqueeze", "torch.unsqueeze(x, 0)", x=five)
converts("torch.stack", "torch.stack([x, x])", x=(1, 2, 2, 2))
fails("torch.stack", "torch.stack([x, x])", x=five)
fails("torch.Tensor.expand", "x.expand(3, 1, 2, 2, 2, 2)", x=five)
converts("torch.Tensor.expand", "x.expand(3, 2, 2, 2, 2)", x=five)
fails("torch.Tensor.repeat", "x.repeat(3, 1, 1, 1, 1, 1)", x=five)
converts("torch.Tensor.repeat", "x.repeat(3, 1, 1, 1, 1)", x=five)

fails("torch.tensor", "x + torch.tensor([[[[[[1.0]]]]]])", x=(2, 3))
converts("torch.tensor", "x + torch.tensor([[[[[1.0]]]]])", x=(2, 3))
