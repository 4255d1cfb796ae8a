"""Normalisation and resizing."""

from __future__ import annotations

from preflight_analyzers.findings import Severity
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.meaning.values import Known
from preflight_analyzers.rules.miscomputed.case import Case, is_false, is_true, number, option, options

_RMS_NORM = ("torch.nn.RMSNorm", "torch.nn.functional.rms_norm", "torch.rms_norm")
_LARGE_EPS = 0.01


def _eps(event: ApiCall) -> float | None:
    given = options(event)
    return None if given is None else number(given.get(1 if event.module is not None else 3, "eps"))


def _has_large_eps(event: ApiCall) -> bool:
    eps = _eps(event)
    return eps is not None and eps >= _LARGE_EPS


def _has_small_eps(event: ApiCall) -> bool:
    eps = _eps(event)
    return eps is not None and eps < _LARGE_EPS


def _has_default_eps(event: ApiCall) -> bool:
    given = options(event)
    if given is None:
        return False
    eps = given.get(1 if event.module is not None else 3, "eps")
    return eps is None or (isinstance(eps, Known) and eps.value is None)


def _tracks_statistics(event: ApiCall) -> bool:
    given = options(event)
    return given is not None and is_true(given.get(4, "track_running_stats"))


_OF_ZEROS = Case(
    name="rms norm of zeros",
    apis=_RMS_NORM,
    applies=_has_small_eps,
    happens=(
        "x is divided by its largest value first: a row of zeros gives not-a-number instead of zeros, and "
        "very small rows lack eps; no matter for others"
    ),
    way_out="where rows may be zero: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight",
    bad="self.layer(x)",
    good="x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5)",
    bad_layer="nn.RMSNorm(6, eps=1e-5)",
    inputs="torch.rand(4, 6) * torch.tensor([[1.0], [0.0], [1.0], [1.0]])",
    severity=Severity.INFO,
)

CASES = (
    Case(
        name="instance norm with given statistics",
        apis=("torch.nn.functional.instance_norm",),
        applies=lambda event: is_false(option(event, 5, "use_input_stats")),
        happens="it normalises by the input at hand all the same, not by running_mean and running_var",
        way_out="F.batch_norm(x, running_mean, running_var, weight, bias) computes just that",
        bad="F.instance_norm(x, torch.ones(3), torch.ones(3), use_input_stats=False)",
        good="F.batch_norm(x, torch.ones(3), torch.ones(3))",
        inputs="torch.rand(1, 3, 8, 8)",
    ),
    Case(
        name="instance norm with running statistics",
        apis=("torch.nn.InstanceNorm1d", "torch.nn.InstanceNorm2d", "torch.nn.InstanceNorm3d"),
        applies=_tracks_statistics,
        happens="in eval mode it normalises by the input at hand, not by the running statistics",
        way_out="leave out track_running_stats",
        bad="self.layer(x)",
        good="self.layer(x)",
        bad_layer="nn.InstanceNorm2d(3, track_running_stats=True)",
        good_layer="nn.InstanceNorm2d(3)",
        inputs="torch.rand(1, 3, 8, 8)",
    ),
    Case(
        name="rms norm with a large eps",
        apis=_RMS_NORM,
        applies=_has_large_eps,
        happens="x is divided by its largest value before eps is added, which changes what eps does",
        way_out="write it out: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * weight",
        bad="F.rms_norm(x, (6,), None, 0.1) + self.layer(x)",
        good="2 * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 0.1)",
        bad_layer="nn.RMSNorm(6, eps=0.1)",
    ),
    _OF_ZEROS,
    # By export this one does not convert.
    _OF_ZEROS._replace(
        name="rms norm of zeros, without eps",
        applies=_has_default_eps,
        bad_layer="nn.RMSNorm(6)",
        frontends=("trace",),
    ),
    Case(
        name="antialias of interpolate",
        apis=("torch.nn.functional.interpolate",),
        applies=lambda event: is_true(option(event, 6, "antialias")),
        happens="antialias is dropped",
        way_out="blur before resizing, or leave antialias out",
        bad="F.interpolate(x, (4, 4), mode='bilinear', antialias=True)",
        good="F.interpolate(x, scale_factor=2, mode='bilinear')",
        inputs="torch.rand(1, 3, 8, 8)",
    ),
)
