"""Recurrent layers: the whole output, and the states at the end."""

from __future__ import annotations

from preflight_analyzers.meaning.shapes.call import Call, Result, Unsure, several, size_of
from preflight_analyzers.meaning.values import Sequence, Shape, Tensor


class _Layers:
    """What the constructor says: ``(input_size, hidden_size, num_layers, bias, batch_first, ...)``.

    ``nn.RNN`` has its nonlinearity before the bias: everything behind stands one place later.
    """

    def __init__(self, made: Call, later: int) -> None:
        hidden = made.get(1, "hidden_size")
        count = made.get(2, "num_layers")
        self.hidden = None if hidden is None else size_of(hidden)
        self.layers = 1 if count is None else size_of(count)
        self.batch_first = made.flag(4 + later, "batch_first")
        self.directions = 2 if made.flag(6 + later, "bidirectional") else 1
        projected = made.get(7 + later, "proj_size")
        self.projected = 0 if projected is None else size_of(projected)

    @property
    def output(self) -> int | None:
        return self.hidden if self.projected == 0 else self.projected


def _run(call: Call, later: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    if call.made is None:
        raise Unsure
    layers = _Layers(call.made, later)
    x = call.tensor(0, "input")
    if x.shape is None or len(x.shape) not in (2, 3):
        unknown = Tensor(x.source, x.dtype)
        return unknown, unknown, unknown
    width = None if layers.output is None else layers.output * layers.directions
    states = None if layers.layers is None else layers.layers * layers.directions
    batch: Shape = ()
    if len(x.shape) == 3:
        batch = (x.shape[0] if layers.batch_first else x.shape[1],)
    return (
        Tensor(x.source, x.dtype, (*x.shape[:-1], width)),
        Tensor(x.source, x.dtype, (states, *batch, layers.output)),
        Tensor(x.source, x.dtype, (states, *batch, layers.hidden)),
    )


def lstm(call: Call) -> Result:
    output, hidden, cell = _run(call)
    return Sequence("tuple", [output, several(hidden, cell)])


def gru(call: Call) -> Result:
    output, hidden, _ = _run(call)
    return several(output, hidden)


def rnn(call: Call) -> Result:
    output, hidden, _ = _run(call, later=1)
    return several(output, hidden)


def _cell(call: Call) -> Tensor:
    if call.made is None:
        raise Unsure
    x = call.tensor(0, "input")
    hidden = call.made.get(1, "hidden_size")
    width = None if hidden is None else size_of(hidden)
    return Tensor(x.source, x.dtype, None if x.shape is None else (*x.shape[:-1], width))


def gru_cell(call: Call) -> Result:
    return _cell(call)


def lstm_cell(call: Call) -> Result:
    return several(_cell(call), _cell(call))
