"""A module of two inputs, each of 1024 x 2048."""

import torch
from torch import nn


class GatedSum(nn.Module):
    """Adds ``right`` to ``left`` as far as a sigmoid gate lets it through."""

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(left)
        return left + gate * right


if __name__ == "__main__":
    import coremltools as ct

    shape = (1024, 2048)
    traced = torch.jit.trace(GatedSum().eval(), (torch.rand(shape), torch.rand(shape)))
    converted = ct.convert(
        traced,
        inputs=[ct.TensorType(name="left", shape=shape), ct.TensorType(name="right", shape=shape)],
    )
    converted.save("GatedSum.mlpackage")
