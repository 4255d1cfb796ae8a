"""Sums, means, norms, extremes, sorts and scans."""

from __future__ import annotations

from ..handwritten import Bools, Calls, Ints, Positive

calls = call = Calls()

for name in ("sum", "mean", "amax", "amin", "prod", "logsumexp", "std", "var", "nansum", "nanmean", "median"):
    for space, subject, first in (("torch.Tensor", "x", ""), ("torch", "torch", "x, ")):
        api = f"{space}.{name}"
        if name not in {"logsumexp"}:
            call(api, f"{subject}.{name}({first.rstrip(', ')})", x=(2, 3))
        call(api, f"{subject}.{name}({first}dim=-1)", x=(2, 3))
        call(api, f"{subject}.{name}({first}1, keepdim=True)", x=(2, 3, 4))
        if name not in {"prod", "median"}:
            call(api, f"{subject}.{name}({first}dim=(2, 3))", x=(1, 2, 3, 4))
            call(api, f"{subject}.{name}({first}dim=[-2, -1], keepdim=True)", x=(1, 2, 3, 4))
for name in ("std", "var"):
    for space, subject, first in (("torch.Tensor", "x", ""), ("torch", "torch", "x, ")):
        call(f"{space}.{name}", f"{subject}.{name}({first}dim=-1, unbiased=False)", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}1, unbiased=False, keepdim=True)", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}dim=1, correction=0)", x=(2, 3))
for name in ("std_mean", "var_mean"):
    call(f"torch.{name}", f"torch.{name}(x, dim=1)", x=(2, 3))
    call(f"torch.{name}", f"torch.{name}(x, dim=(2, 3), keepdim=True)", x=(1, 2, 3, 4))
    call(f"torch.{name}", f"torch.{name}(x, dim=-1, unbiased=False)", x=(2, 3))
call("torch.Tensor.sum", "x.sum(1)", x=Ints((2, 3)))
call("torch.Tensor.sum", "(x > 0).sum()", x=(2, 3))
call("torch.Tensor.sum", "m.sum(dim=1)", m=Bools((2, 3)))
call("torch.Tensor.sum", "x.sum(dim=1, dtype=torch.float32)", x=Ints((2, 3)))
for name in ("max", "min"):
    for space, subject, first in (("torch.Tensor", "x", ""), ("torch", "torch", "x, ")):
        call(f"{space}.{name}", f"{subject}.{name}({first.rstrip(', ')})", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}dim=1)", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}1, keepdim=True)[0]", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}dim=-1).values", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}dim=-1)[1]", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}y)", x=(2, 3), y=(2, 3))
for name in ("argmax", "argmin"):
    for space, subject, first in (("torch.Tensor", "x", ""), ("torch", "torch", "x, ")):
        call(f"{space}.{name}", f"{subject}.{name}({first}dim=1)", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first}-1, keepdim=True)", x=(2, 3))
        call(f"{space}.{name}", f"{subject}.{name}({first.rstrip(', ')})", x=(2, 3))


def one(name: str, arguments: str, x: object = (2, 3)) -> None:
    call.both(name, arguments, x=x)


for name in ("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp"):
    one(name, "1")
    one(name, "dim=-1", (1, 2, 3))
one("cumsum", "dim=0", Ints((2, 3)))
one("topk", "2")
one("topk", "2, dim=1")
one("topk", "2, dim=-1, largest=False")
one("topk", "1, dim=1, largest=True, sorted=True", (2, 3, 4))
one("sort", "")
one("sort", "dim=-1, descending=True")
one("sort", "dim=1", (2, 3, 4))
one("argsort", "")
one("argsort", "dim=-1, descending=True")
one("norm", "dim=-1")
one("norm", "p=2, dim=1, keepdim=True")
one("norm", "")
one("norm", "p=1, dim=-1")
one("all", "")
one("all", "dim=1", Bools((2, 3)))
one("any", "", Bools((2, 3)))
one("any", "dim=-1", Bools((2, 3)))
one("any", "1, keepdim=True")
one("count_nonzero", "")
one("count_nonzero", "dim=1")
one("unique", "", Ints((6,)))
one("unique", "return_inverse=True", Ints((6,)))
one("unique", "sorted=True")
one("unique_consecutive", "", Ints((6,)))
one("bincount", "", Ints((6,)))
one("bincount", "minlength=5", Ints((6,)))
one("histc", "bins=4")
one("mode", "")
one("kthvalue", "2")
one("aminmax", "dim=1")
one("aminmax", "")
one("nanmedian", "dim=1")
one("quantile", "0.5", (6,))
one("quantile", "0.5, dim=1")
one("trace", "", (3, 3))
one("renorm", "2, 0, 1.0")
one("diff", "")
one("diff", "dim=1")
one("msort", "")
one("dist", "x * 2")
one("cov", "")
one("corrcoef", "")
call("torch.topk", "torch.topk(x, 2)[1]", x=(2, 3))
call("torch.topk", "torch.topk(x, k=2, dim=-1).values", x=(2, 3))
call("torch.linalg.norm", "torch.linalg.norm(x, dim=-1)", x=(2, 3))
call("torch.linalg.norm", "torch.linalg.norm(x, dim=-1, keepdim=True)", x=(2, 3))
call("torch.linalg.norm", "torch.linalg.norm(x)", x=(2, 3))
call("torch.linalg.norm", "torch.linalg.norm(x, ord=2, dim=1)", x=(2, 3))
call("torch.linalg.vector_norm", "torch.linalg.vector_norm(x, dim=-1)", x=(2, 3))
call("torch.linalg.vector_norm", "torch.linalg.vector_norm(x, ord=1, dim=1, keepdim=True)", x=(2, 3))
call("torch.linalg.matrix_norm", "torch.linalg.matrix_norm(x)", x=(2, 3))
call("torch.frobenius_norm", "torch.frobenius_norm(x, dim=[0, 1])", x=(2, 3))
call("torch.nuclear_norm", "torch.nuclear_norm(x)", x=(3, 3))
call("torch.native_norm", "torch.native_norm(x)", x=(2, 3))
call("torch.norm_except_dim", "torch.norm_except_dim(x)", x=(2, 3))
call("torch.nn.functional.normalize", "F.normalize(x, dim=1)", x=(2, 3))
call("torch.nn.functional.normalize", "F.normalize(x, p=2.0, dim=-1, eps=1e-6)", x=(2, 3))
call("torch.nn.functional.normalize", "F.normalize(x)", x=(2, 3, 4, 4))
call("torch.nn.functional.cosine_similarity", "F.cosine_similarity(x, y)", x=(2, 3), y=(2, 3))
call("torch.nn.functional.cosine_similarity", "F.cosine_similarity(x, y, dim=-1)", x=(2, 3), y=(2, 3))
call("torch.cosine_similarity", "torch.cosine_similarity(x, y, dim=1)", x=(2, 3), y=(2, 3))
call("torch.nn.functional.pairwise_distance", "F.pairwise_distance(x, y)", x=(2, 3), y=(2, 3))
call("torch.cdist", "torch.cdist(x, y)", x=(2, 3), y=(4, 3))
call("torch.cdist", "torch.cdist(x, y, p=2.0)", x=(1, 2, 3), y=(1, 4, 3))
call("torch.cdist", "torch.cdist(x, y, p=1)", x=(2, 3), y=(4, 3))
for name in ("maximum", "minimum", "fmax", "fmin"):
    call(f"torch.{name}", f"torch.{name}(x, y)", x=(2, 3), y=(2, 3))
    call(f"torch.{name}", f"torch.{name}(x, torch.zeros_like(x))", x=(2, 3))
call("torch.searchsorted", "torch.searchsorted(s, x)", s="torch.arange(5.0)", x=(2, 3))
call("torch.searchsorted", "torch.searchsorted(s, x)", s=Positive((4,)), x=(3,))
call("torch.bucketize", "torch.bucketize(x, s)", s="torch.arange(5.0)", x=(2, 3))
call("torch.histogram", "torch.histogram(x, 4)", x=(6,))
call("torch.trapezoid", "torch.trapezoid(x)", x=(2, 3))
call("torch.nn.functional.softmax", "F.softmax(x, dim=-1)", x=(2, 3))
call("torch.nn.functional.softmax", "F.softmax(x, dim=1)", x=(1, 2, 3, 4))
call("torch.softmax", "torch.softmax(x, dim=-1)", x=(2, 3))
call("torch.Tensor.softmax", "x.softmax(dim=-1)", x=(2, 3))
call("torch.Tensor.softmax", "x.softmax(-1)", x=(1, 2, 4, 4))
call("torch.nn.functional.log_softmax", "F.log_softmax(x, dim=1)", x=(2, 3))
call("torch.log_softmax", "torch.log_softmax(x, dim=-1)", x=(2, 3))
