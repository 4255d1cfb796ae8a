"""Writing the model, and reading its inputs and outputs off the specification."""

from __future__ import annotations

import os
from typing import Any

from .failures import StageFailed, describe
from .problems import Problems


def save(model: Any, path: str, problems: Problems) -> int:
    """Write an MLModel, or the specification of a builder, to a new path; returns its bytes on disk."""
    import coremltools as ct

    try:
        if path.endswith(".mlmodel"):
            ct.utils.save_spec(model, path)
        else:
            model.save(path)
        return _bytes_of(path)
    except Exception as error:
        problems.add(
            "error",
            "save",
            f"the model can't be written: {describe(error)}",
            help="choose another place with -o" if isinstance(error, OSError) else None,
        )
        raise StageFailed from error


def _bytes_of(path: str) -> int:
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(
        os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names
    )


def features(descriptions: Any, shapes: dict[str, list[int]]) -> list[dict[str, Any]]:
    """Name, shape and dtype of the inputs or outputs of a specification.

    An ML program's outputs have no shape there: ``shapes`` gives those that are known.
    """
    found = []
    for feature in descriptions:
        kind = feature.type.WhichOneof("Type")
        shape: list[int] = []
        dtype = kind.removesuffix("Type") if kind else "unknown"
        if kind == "multiArrayType":
            array = feature.type.multiArrayType
            shape = list(array.shape) or shapes.get(feature.name, [])
            dtype = array.ArrayDataType.Name(array.dataType).lower()
            dtype = "float64" if dtype == "double" else dtype
        found.append({"name": feature.name, "shape": [int(size) for size in shape], "dtype": dtype})
    return found


def output_shapes(model: Any) -> dict[str, list[int]]:
    """Static shapes of a program's outputs, by name; a size that varies is -1."""
    main = model._mil_program.functions.get("main")
    if main is None:
        return {}
    return {
        output.name: [int(size) if str(size).isdigit() else -1 for size in output.shape]
        for output in main.outputs
    }
