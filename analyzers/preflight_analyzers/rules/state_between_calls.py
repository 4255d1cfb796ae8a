"""CML110: what one call of the model leaves in an attribute isn't there at the next one."""

from __future__ import annotations

from collections.abc import Iterable

from preflight_analyzers.findings import Consequence, Severity
from preflight_analyzers.meaning.events import LeftBehind
from preflight_analyzers.rules.base import Context, Problem, Rule

_EXPLANATION = """\
A converted model has no attributes. What `forward()` reads from `self` is what was there when it was traced,
and what it leaves there is gone: `self.step += 1`, `self.hidden = h`, `self.past.append(x)`. Each call of
the converted model is the first one. Nothing warns.

- Pass what is to be remembered in and out: `forward(self, x, hidden)` returns the new `hidden` beside its
  result, and the app hands it back with the next call.
- Or keep it in a buffer (`register_buffer`) that is changed in place, and give `ct.convert` a `ct.StateType`
  for it (`states=`, from iOS 18 and macOS 15 on): that is Core ML's own kind of state. In a trace only
  changes in place are followed (`self.total.add_(x)`, `self.cache[:, i] = x`), in an exported program
  `self.total = self.total + x` as well.

What nobody reads again (a result that is kept for looking at it, a count that is only logged), what is set
before it is read, and what comes out the same each time (a mask made once) are not reported.
"""

_BAD = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.before = torch.zeros(1, 8)

    def forward(self, x):
        change = x - self.before
        self.before = x  # CML110
        return change


def example():
    return (torch.rand(1, 8),)
"""

_GOOD = """\
import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, before):
        return x - before, x


def example():
    return (torch.rand(1, 8), torch.zeros(1, 8))
"""


def _check(event: LeftBehind, context: Context) -> Iterable[Problem]:
    followed = event.buffer and (event.in_place or context.frontend == "export")
    if followed and (context.frontend == "export" or "StateType" in event.site.unit.text):
        return
    if followed:
        message = f"the buffer `{event.name}` keeps its values between calls, unless it is made a state"
        way_out = "give ct.convert a ct.StateType for it (states=), or pass it in and out"
    else:
        message = f"`{event.name}` isn't kept between calls: the model starts with the traced value each time"
        way_out = "make it an input and an output, or a buffer that is changed in place, with a ct.StateType"
    yield Problem(at=event.site.at, message=message, help=way_out, severity=Severity.WARNING)


RULE = Rule(
    code="CML110",
    name="state-between-calls",
    consequence=Consequence.FROZEN,
    summary="what one call leaves in an attribute isn't there at the next one, once converted",
    explanation=_EXPLANATION,
    bad=_BAD,
    good=_GOOD,
    event=LeftBehind,
    check=_check,
)
