"""Complex numbers, by their two real parts."""

from __future__ import annotations

from typing import Any

from ..handwritten import Positive
from ..ways_out import Ways

way = Ways()

parts: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}


way(
    "polar",
    "torch.polar(x, y)",
    "torch.complex(x * torch.cos(y), x * torch.sin(y))",
    x=Positive((2, 3)),
    y=(2, 3),
)
way(
    "angle Tensor.angle",
    "torch.angle(torch.complex(x, y))",
    "torch.atan2(y, x)",
    said="torch.atan2(x.imag, x.real)",
    **parts,
)
way(
    "view_as_complex view_as_complex_copy",
    "torch.view_as_complex(x)",
    "torch.complex(x[..., 0], x[..., 1])",
    x=(2, 3, 2),
)
way(
    "view_as_real_copy",
    "torch.view_as_real_copy(torch.complex(x, y))",
    "torch.stack([x, y], dim=-1)",
    said="torch.stack([x.real, x.imag], dim=-1)",
    **parts,
)
way(
    "conj_physical Tensor.conj_physical",
    "torch.conj_physical(torch.complex(x, y))",
    "torch.complex(x, -y)",
    said="torch.complex(x.real, -x.imag)",
    **parts,
)
way(
    "conj_physical_ Tensor.conj_physical_",
    "torch.conj_physical(torch.complex(x, y))",
    "x = torch.complex(x, -y); x",
    said="x = torch.complex(x.real, -x.imag)",
    **parts,
)
way(
    "Tensor.cfloat Tensor.cdouble Tensor.chalf",
    "x.cfloat()",
    "torch.complex(x, torch.zeros_like(x))",
    x=(2, 3),
)
