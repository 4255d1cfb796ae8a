# ruff: noqa: E501
"""Products and small matrices."""

from __future__ import annotations

from typing import Any

from ..ways_out import Ways

way = Ways()

pair: dict[str, Any] = {"x": (2, 3), "y": (2, 3)}
#: A matrix far from singular.
square: dict[str, Any] = {"x": "torch.tensor([[2.0, 0.5], [0.3, 1.5]])"}

way("Tensor.inner inner", "x.inner(y)", "x @ y.transpose(-2, -1)", **pair)
way("tensordot", "torch.tensordot(x, y, dims=1)", "torch.matmul(x, y)", x=(2, 3), y=(3, 4))
way("chain_matmul linalg.multi_dot", "torch.chain_matmul(x, y, z)", "x @ y @ z", x=(2, 3), y=(3, 4), z=(4, 5))
way(
    "addmv Tensor.addmv",
    "torch.addmv(x, y, z)",
    "x + (y @ z.unsqueeze(1)).squeeze(1)",
    x=(2,),
    y=(2, 3),
    z=(3,),
)
way(
    "addr Tensor.addr", "torch.addr(x, y, z)", "x + y.unsqueeze(1) * z.unsqueeze(0)", x=(2, 3), y=(2,), z=(3,)
)
way(
    "addbmm Tensor.addbmm",
    "torch.addbmm(x, y, z)",
    "x + torch.bmm(y, z).sum(dim=0)",
    x=(2, 4),
    y=(5, 2, 3),
    z=(5, 3, 4),
)
way("vdot Tensor.vdot", "torch.vdot(x, y)", "(x * y).sum()", x=(3,), y=(3,))
way("linalg.cross", "torch.linalg.cross(x, y)", "torch.cross(x, y, dim=-1)", **pair)
way("linalg.det det Tensor.det", "torch.linalg.det(x)", "x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0]", x=(2, 2))
way(
    "cdist",
    "torch.cdist(x, y)",
    "torch.sqrt(((x.unsqueeze(-2) - y.unsqueeze(-3)) ** 2).sum(dim=-1))",
    x=(2, 3),
    y=(4, 3),
)
way(
    "addmv_ Tensor.addmv_",
    "torch.addmv(x, y, z)",
    "x = x + (y @ z.unsqueeze(1)).squeeze(1); x",
    x=(2,),
    y=(2, 3),
    z=(3,),
)
way(
    "kron Tensor.kron",
    "torch.kron(x, y)",
    "(x.view(2, 1, 3, 1) * y.view(1, 2, 1, 2)).reshape(4, 6)",
    x=(2, 3),
    y=(2, 2),
)
way("matrix_power Tensor.matrix_power linalg.matrix_power", "torch.matrix_power(x, 3)", "x @ x @ x", x=(3, 3))
way(
    "matrix_exp Tensor.matrix_exp linalg.matrix_exp",
    "torch.linalg.matrix_exp(x)",
    "a = x / 256; y = torch.eye(3) + a + a @ a / 2 + a @ a @ a / 6; for _ in range(8): y = y @ y; y",
    x=(3, 3),
)
way(
    "logdet Tensor.logdet",
    "torch.logdet(x @ x.T)",
    "y = x @ x.T; torch.log(y[0, 0] * y[1, 1] - y[0, 1] * y[1, 0])",
    said="for 2x2: torch.log(x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0])",
    x=(2, 2),
)
way(
    "slogdet Tensor.slogdet linalg.slogdet",
    "torch.slogdet(x)",
    "d = x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0]; (d.sign(), torch.log(d.abs()))",
    said="for 2x2: d = x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0]; (d.sign(), torch.log(d.abs()))",
    x=(2, 2),
)
NEWTON = "y = x.transpose(0, 1) / (x * x).sum(); for _ in range(24): y = 2 * y - y @ x @ y"
way(
    "linalg.inv_ex",
    "w = x @ x.T + torch.eye(3); torch.linalg.inv_ex(w)[0]",
    "x = x @ x.T + torch.eye(3); " + NEWTON + "; y",
    said=NEWTON,
    x=(3, 3),
)
way(
    "pinverse Tensor.pinverse linalg.pinv",
    "w = x @ x.T + torch.eye(3); torch.linalg.pinv(w)",
    "x = x @ x.T + torch.eye(3); " + NEWTON + "; y",
    said=NEWTON,
    x=(3, 3),
)
way(
    "linalg.solve_ex",
    "w = x @ x.T + torch.eye(3); torch.linalg.solve_ex(w, b)[0]",
    "x = x @ x.T + torch.eye(3); " + NEWTON + "; y @ b",
    said=NEWTON + "; y @ b",
    x=(3, 3),
    b=(3, 2),
)
SUBSTITUTION = "y = []; for i in range(3): y.append((b[i] - sum(a[i, k] * y[k] for k in range(i))) / a[i, i]); torch.stack(y)"
way(
    "linalg.solve_triangular",
    "torch.linalg.solve_triangular(a, b, upper=False)",
    SUBSTITUTION,
    a="torch.eye(3) + torch.ones(3, 3).tril()",
    b=(3, 2),
)
way(
    "triangular_solve",
    "torch.triangular_solve(b, a, upper=False)[0]",
    SUBSTITUTION,
    a="torch.eye(3) + torch.ones(3, 3).tril()",
    b=(3, 2),
)
way(
    "Tensor.triangular_solve",
    "b.triangular_solve(a, upper=False)[0]",
    SUBSTITUTION,
    a="torch.eye(3) + torch.ones(3, 3).tril()",
    b=(3, 2),
)
way(
    "linalg.cholesky cholesky Tensor.cholesky",
    "w = x @ x.T + torch.eye(2); torch.linalg.cholesky(w)",
    "w = x @ x.T + torch.eye(2); a = torch.sqrt(w[0, 0]); b = w[1, 0] / a; c = torch.sqrt(w[1, 1] - b * b); torch.stack([a, a * 0, b, c]).reshape(2, 2)",
    said="for 2x2: a = torch.sqrt(x[0, 0]); b = x[1, 0] / a; c = torch.sqrt(x[1, 1] - b * b); torch.stack([a, a * 0, b, c]).reshape(2, 2)",
    x=(2, 2),
)
way(
    "linalg.eigvalsh",
    "w = x + x.T; torch.linalg.eigvalsh(w)",
    "w = x + x.T; m = (w[0, 0] + w[1, 1]) / 2; r = torch.sqrt(((w[0, 0] - w[1, 1]) / 2) ** 2 + w[0, 1] ** 2); torch.stack([m - r, m + r])",
    said="for 2x2: m = (x[0, 0] + x[1, 1]) / 2; r = torch.sqrt(((x[0, 0] - x[1, 1]) / 2) ** 2 + x[0, 1] ** 2); torch.stack([m - r, m + r])",
    x=(2, 2),
)
way("linalg.vander", "torch.linalg.vander(x)", "torch.stack([x**k for k in range(3)], dim=-1)", x=(3,))
way("vander", "torch.vander(x)", "torch.stack([x**k for k in (2, 1, 0)], dim=-1)", x=(3,))
way(
    "pdist nn.functional.pdist",
    "torch.pdist(x)",
    "torch.norm(x[i] - x[j], dim=-1)",
    said="torch.norm(x[i] - x[j], dim=-1) with buffers i, j = torch.triu_indices(n, n, 1)",
    x=(4, 3),
    i="torch.triu_indices(4, 4, 1)[0]",
    j="torch.triu_indices(4, 4, 1)[1]",
)
# Gram and Schmidt; LAPACK may turn columns around.
way(
    "linalg.qr qr Tensor.qr",
    "q, r = torch.linalg.qr(x); q * (r * torch.eye(3)).sum(dim=0).sign()",
    "q = []; for i in range(3): q.append(F.normalize(x[:, i] - sum((q[k] * x[:, i]).sum() * q[k] for k in range(i)), dim=0)); torch.stack(q, dim=1)",
    said="q = []; for i in range(n): q.append(F.normalize(x[:, i] - sum((q[k] * x[:, i]).sum() * q[k] for k in range(i)), dim=0)); q = torch.stack(q, dim=1); r = q.T @ x, equal but for signs",
    x=(4, 3),
)
