"""Methods of NeuralNetworkBuilder and their parameters."""

from __future__ import annotations

from typing import Any, NamedTuple


class BuilderParameter(NamedTuple):
    name: str
    #: The default as source text; None: it must be given.
    default: str | None


class BuilderMethod(NamedTuple):
    name: str
    parameters: tuple[BuilderParameter, ...]

    @property
    def adds_layer(self) -> bool:
        return self.name.startswith("add_") and self.name != "add_optionals"


def builder_methods(data: dict[str, Any]) -> dict[str, BuilderMethod]:
    """The parsed ``coremltools-X.Y.nn.json`` as methods by name."""
    return {
        name: BuilderMethod(name, tuple(BuilderParameter(*parameter) for parameter in parameters))
        for name, parameters in data["methods"].items()
    }
