"""A conversion script as it is copied from one tutorial to the next.

Every line marked ``expect`` is a mistake, and names the code of the finding that belongs there.
"""

import coremltools as ct
import torch
from torch import nn


class DigitNet(nn.Module):
    """Grey images (N, 1, 28, 28) to ten scores."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 16, 3), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2))
        self.dropout = nn.Dropout(0.5)
        self.classify = nn.Linear(16 * 13 * 13, 10)

    def forward(self, image):
        x = self.features(image)
        x = self.dropout(torch.flatten(x, 1))
        return self.classify(x)


def main():
    model = DigitNet()
    example = torch.rand(1, 1, 28, 28)
    traced = torch.jit.trace(model, example)  # expect: CML304

    mlmodel = ct.convert(
        traced,
        source="pytorch",  # expect: CML301
        inputs=[ct.TensorType(name="image", shape=example.shape)],
        convert_to="mlprogram",  # expect: CML301
        minimum_deployment_target=ct.target.iOS15,  # expect: CML301
        compute_precision=ct.precision.FLOAT32,  # expect: CML302
    )
    mlmodel.save("model.mlmodel")  # expect: CML303


def plain_float16():
    model = DigitNet().eval()
    traced = torch.jit.trace(model, torch.rand(1, 1, 28, 28))
    mlmodel = ct.convert(
        traced,
        inputs=[ct.TensorType(name="image", shape=(1, 1, 28, 28))],
        compute_precision=ct.precision.FLOAT16,  # expect: CML301
    )
    mlmodel.save("digits.mlpackage")


def without_passes():
    model = DigitNet().eval()
    traced = torch.jit.trace(model, torch.rand(1, 1, 28, 28))
    mlmodel = ct.convert(
        traced,
        inputs=[ct.TensorType(name="image", shape=(1, 1, 28, 28))],
        pass_pipeline=ct.PassPipeline.EMPTY,  # expect: CML302
    )
    mlmodel.save("digits_unoptimised.mlpackage")


if __name__ == "__main__":
    main()
