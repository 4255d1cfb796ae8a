# ruff: noqa: E501
"""Fourier transforms, their frequencies and windows."""

from __future__ import annotations

from ..ways_out import Ways

way = Ways()

way("fft.fft2", "torch.fft.fft2(x).real", "torch.fft.fftn(x, dim=(-2, -1)).real", x=(1, 4, 4))
way("fft.rfft2", "torch.fft.rfft2(x).abs()", "torch.fft.rfftn(x, dim=(-2, -1)).abs()", x=(1, 4, 4))
way(
    "fft.ifft2",
    "torch.fft.ifft2(torch.complex(x, x)).real",
    "torch.fft.ifftn(torch.complex(x, x), dim=(-2, -1)).real",
    x=(1, 4, 4),
)
way(
    "fft.irfft2",
    "torch.fft.irfft2(torch.fft.rfftn(x, dim=(-2, -1)))",
    "torch.fft.irfftn(torch.fft.rfftn(x, dim=(-2, -1)), dim=(-2, -1))",
    x=(1, 4, 4),
)
way("fft.fftshift", "torch.fft.fftshift(x, dim=-1)", "torch.roll(x, 2, -1)", x=(2, 4))
way("fft.ifftshift", "torch.fft.ifftshift(x, dim=-1)", "torch.roll(x, -2, -1)", x=(2, 4))
way(
    "fft.hfft",
    "torch.fft.hfft(torch.complex(x, x))",
    "torch.fft.irfft(torch.complex(x, -x)) * 6",
    said="torch.fft.irfft(torch.complex(x.real, -x.imag)) * n",
    x=(2, 4),
)
way(
    "fft.ihfft",
    "torch.fft.ihfft(x)",
    "y = torch.fft.rfft(x); torch.complex(y.real / 6, -y.imag / 6)",
    x=(2, 6),
)
way(
    "fft.fftfreq",
    "x * torch.fft.fftfreq(4)",
    "x * torch.tensor([0.0, 0.25, -0.5, -0.25])",
    said="a buffer made in __init__ with torch.fft.fftfreq(n)",
    x=(2, 4),
)
way(
    "fft.rfftfreq",
    "x * torch.fft.rfftfreq(6)",
    "x * (torch.arange(4) / 6)",
    said="torch.arange(n // 2 + 1) / n",
    x=(2, 4),
)
# Overlapping frames are added by a transposed convolution.
way(
    "istft Tensor.istft",
    "torch.istft(torch.complex(x, y), 8, 4, window=w)",
    "f = torch.fft.irfft(torch.complex(x.transpose(1, 2), y.transpose(1, 2)), n=8) * w; a = F.conv_transpose1d(f.transpose(1, 2), k, stride=4); e = F.conv_transpose1d((w * w).view(1, 8, 1).expand(1, 8, 6), k, stride=4); (a / e)[:, 0, 4:-4]",
    said="f = torch.fft.irfft(torch.complex(x.real.transpose(1, 2), x.imag.transpose(1, 2)), n=n_fft) * window; F.conv_transpose1d(f.transpose(1, 2), torch.eye(n_fft).unsqueeze(1), stride=hop), divided by the same of window ** 2, and n_fft // 2 cut off at both ends",
    x=(1, 5, 6),
    y=(1, 5, 6),
    w="torch.hann_window(8) + 0.1",
    k="torch.eye(8).unsqueeze(1)",
)
for name, formula in (
    ("hamming_window", "0.54 - 0.46 * torch.cos(2 * math.pi / n * torch.arange(n))"),
    (
        "blackman_window",
        "t = 2 * math.pi / n * torch.arange(n); 0.42 - 0.5 * torch.cos(t) + 0.08 * torch.cos(2 * t)",
    ),
    ("bartlett_window", "1 - (torch.arange(n) * (2 / n) - 1).abs()"),
):
    way(name, f"torch.{name}(n)", formula, n="8")
way(
    "kaiser_window",
    "x * torch.kaiser_window(8)",
    "x * w",
    said="a buffer made in __init__ with torch.kaiser_window(n)",
    x=(2, 8),
    w="torch.kaiser_window(8)",
)
