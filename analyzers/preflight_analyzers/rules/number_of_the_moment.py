"""CML109: a random number or a time that Python gives while the model is traced stays in it."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence
from preflight_analyzers.meaning.events import ApiCall, Branch
from preflight_analyzers.meaning.values import holds_varying, is_varying
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
`random.random()`, `np.random.rand()`, `time.time()` and `datetime.now()` give Python a number while the model
is traced or exported. The graph holds that very number, and a branch that it decides is taken or left for
good: the converted model does the same at each call. Nothing warns.

Random numbers of torch (`torch.rand`, `torch.randn_like`, `torch.randint`) are drawn by the converted model
itself, anew at each call. A number that has to come from outside belongs among the inputs. What is drawn only
in training (`if self.training and random.random() < p`), or while the model is built, is not reported.
"""

_BAD = """\
import random

import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x):
        return x * random.uniform(0.5, 1.5)  # CML109


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, scale):
        return x * scale


def example():
    return (torch.rand(1, 8), torch.rand(1, 1) + 0.5)
"""


def _judges(api: str, context: Context) -> bool:
    return api.startswith("torch.")


def _check(event: ApiCall | Branch, context: Context) -> Iterable[Problem]:
    if isinstance(event, Branch):
        if is_varying(event.value) and event.decides:
            yield Problem(
                at=event.site.at,
                message=f"`{event.kind}` on a random number or a time: decided once, while tracing",
                help="decide outside of the model, or choose with torch.where() by an input",
            )
    elif event.uses.results and any(map(holds_varying, event.arguments.values())):
        yield Problem(
            at=event.site.at,
            message="a random number or a time of Python's becomes a constant: "
            "that of the moment when the model is traced",
            help="pass the number as an input, or draw it with torch",
            api=event.api,
        )


RULE = Rule(
    code="CML109",
    name="number-of-the-moment",
    consequence=Consequence.FROZEN,
    summary="a random number or a time that Python gives while tracing stays in the model",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=(ApiCall, Branch),
    check=_check,
    judges=_judges,
)
