"""Activations and dropout."""

from __future__ import annotations

from preflight_analyzers.findings import Severity
from preflight_analyzers.meaning.events import ApiCall
from preflight_analyzers.rules.miscomputed.case import (
    Case,
    always,
    everywhere,
    is_true,
    number,
    option,
    options,
)

#: Beyond this, what the threshold cuts off is below the rounding of 16-bit floats.
_HARMLESS_THRESHOLD = 4


def _has_low_threshold(event: ApiCall) -> bool:
    threshold = number(option(event, 2, "threshold"))
    return threshold is not None and threshold < _HARMLESS_THRESHOLD


def _drops_always(event: ApiCall) -> bool:
    given = options(event)
    if given is None or number(given.get(1, "p")) == 0:
        return False
    training = given.get(2, "training" if event.api.startswith("torch.nn.") else "train")
    return is_true(training) or (training is None and given.complete)


def _draws_slopes(event: ApiCall) -> bool:
    return is_true(event.arguments.get(3, "training"))


CASES = (
    Case(
        name="softplus with a low threshold",
        apis=("torch.nn.functional.softplus", "torch.nn.Softplus"),
        applies=_has_low_threshold,
        happens=(
            "the threshold is ignored: above it the result is too large, by up to "
            "log(1 + exp(-threshold)) / beta"
        ),
        way_out="torch.where(beta * x > threshold, x, F.softplus(x, beta))",
        bad="F.softplus(x, 1, 0.5) + self.layer(x)",
        good="torch.where(x > 0.5, x, F.softplus(x))",
        bad_layer="nn.Softplus(threshold=1)",
    ),
    Case(
        name="dropout outside of training",
        apis=("torch.nn.functional.dropout", "torch.dropout"),
        applies=_drops_always,
        happens=(
            "it drops nothing, while in PyTorch this call drops in eval mode too; "
            "no matter where it is meant for training only"
        ),
        way_out="say so: F.dropout(x, p, training=self.training)",
        bad="F.dropout(x, 0.5) + torch.dropout(x, 0.5, True)",
        good="F.dropout(x, 0.5, training=self.training)",
        severity=Severity.WARNING,
    ),
    Case(
        name="dropout of channels outside of training",
        apis=tuple(f"torch.nn.functional.dropout{axes}d" for axes in (1, 2, 3)),
        applies=_drops_always,
        happens="it drops nothing, while in PyTorch this call drops in eval mode too",
        way_out="say so: F.dropout2d(x, p, training=self.training)",
        bad="F.dropout2d(x.view(4, 6, 1, 1), 0.5)",
        good="F.dropout2d(x.view(4, 6, 1, 1), 0.5, training=self.training)",
        severity=Severity.WARNING,
        frontends=("trace",),
    ),
    Case(
        name="rrelu outside of training",
        apis=("torch.nn.functional.rrelu",),
        applies=_draws_slopes,
        happens="it takes the mean of the slopes, while in PyTorch this call draws them in eval mode too",
        way_out="say so: F.rrelu(x, training=self.training)",
        bad="F.rrelu(x, training=True)",
        good="F.rrelu(x, training=self.training)",
        severity=Severity.WARNING,
    ),
    Case(
        name="log_softmax far below the largest",
        apis=(*everywhere("log_softmax"), "torch.nn.functional.log_softmax", "torch.nn.LogSoftmax"),
        applies=always,
        happens=(
            "it is computed as the logarithm of softmax: values more than about 90 below the largest, as "
            "those of masked entries, end at about -103; no matter for others"
        ),
        way_out="where that matters: x - x.logsumexp(dim, keepdim=True)",
        bad="torch.log_softmax(x, 1) + F.log_softmax(x, dim=1) + self.layer(x)",
        good="x - x.logsumexp(1, keepdim=True)",
        bad_layer="nn.LogSoftmax(1)",
        inputs="torch.rand(4, 6) * 400 - 200",
        severity=Severity.INFO,
    ),
)
