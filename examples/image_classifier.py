"""An image classifier of MobileNet's kind, written with torch alone.

Inverted residuals: a 1x1 convolution widens, a depthwise one looks around in each channel by itself,
and a second 1x1 narrows again.
"""

import torch
from torch import nn


def conv_norm(wide_in: int, wide_out: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    """A convolution that keeps the size (but for its stride), and its batch normalisation."""
    return nn.Sequential(
        nn.Conv2d(wide_in, wide_out, kernel, stride, padding=kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(wide_out),
    )


class InvertedResidual(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, stride: int, expand: int) -> None:
        super().__init__()
        hidden = channels_in * expand
        self.keeps_shape = stride == 1 and channels_in == channels_out
        layers: list[nn.Module] = []
        if expand != 1:
            layers += [conv_norm(channels_in, hidden, kernel=1), nn.ReLU6()]
        layers += [conv_norm(hidden, hidden, kernel=3, stride=stride, groups=hidden), nn.ReLU6()]
        layers.append(conv_norm(hidden, channels_out, kernel=1))
        self.layers = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.layers(x)
        # A bool that the constructor fixed: the same branch for every input, so a trace may take it.
        if self.keeps_shape:
            y = x + y
        return y


class MobileClassifier(nn.Module):
    """Images (N, 3, H, W) to class scores (N, classes); H and W are best a multiple of 32."""

    #: expansion, channels out, how many times, stride of the first
    STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 3, 2), (6, 96, 2, 1), (6, 160, 2, 2))

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Sequential(conv_norm(3, 32, kernel=3, stride=2), nn.ReLU6())
        channels = 32
        blocks = []
        for expand, channels_out, repeats, first_stride in self.STAGES:
            for index in range(repeats):
                stride = first_stride if index == 0 else 1
                blocks.append(InvertedResidual(channels, channels_out, stride, expand))
                channels = channels_out
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Sequential(conv_norm(channels, 4 * channels, kernel=1), nn.ReLU6())
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classify = nn.Sequential(nn.Dropout(0.2), nn.Linear(4 * channels, classes))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.stem(image)
        for block in self.blocks:
            x = block(x)
        x = self.pool(self.head(x))
        return self.classify(torch.flatten(x, 1))


if __name__ == "__main__":
    import coremltools as ct

    model = MobileClassifier().eval()
    traced = torch.jit.trace(model, torch.rand(1, 3, 224, 224))
    image = ct.ImageType(name="image", shape=(1, 3, 224, 224), scale=1 / 255)
    ct.convert(traced, inputs=[image]).save("MobileClassifier.mlpackage")
