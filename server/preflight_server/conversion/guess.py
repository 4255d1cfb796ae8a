"""What the first layer of a module class takes, as a suggestion for a question."""

from __future__ import annotations

import ast

from .inputs import InputSpec
from .names import imported_names, origin

#: Layer -> the keyword of its size, and the shape around the size (None).
_LAYERS: dict[str, tuple[str, tuple[int | None, ...]]] = {
    "Conv1d": ("in_channels", (1, None, 128)),
    "Conv2d": ("in_channels", (1, None, 224, 224)),
    "Conv3d": ("in_channels", (1, None, 16, 112, 112)),
    "ConvTranspose2d": ("in_channels", (1, None, 224, 224)),
    "Linear": ("in_features", (1, None)),
    "LSTM": ("input_size", (1, 16, None)),
    "GRU": ("input_size", (1, 16, None)),
    "RNN": ("input_size", (1, 16, None)),
    "MultiheadAttention": ("embed_dim", (1, 16, None)),
    "TransformerEncoderLayer": ("d_model", (1, 16, None)),
    "BatchNorm2d": ("num_features", (1, None, 224, 224)),
}


def guess_input(tree: ast.Module, class_name: str) -> InputSpec | None:
    """The first layer made in the class's ``__init__`` whose size is written there; None if there is none."""
    names = imported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and member.name == "__init__":
                    return _first_layer(member, names)
    return None


def _first_layer(function: ast.FunctionDef, names: dict[str, str]) -> InputSpec | None:
    defaults = _defaults(function)
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        module, _, layer = (origin(call.func, names) or "").rpartition(".")
        if module != "torch.nn":
            continue
        if layer == "Embedding":
            return InputSpec(None, (1, 16), "int32")
        if layer not in _LAYERS:
            continue
        keyword, shape = _LAYERS[layer]
        values = [argument.value for argument in call.keywords if argument.arg == keyword]
        sizes = [*call.args, *values]
        size = _number(sizes[0], defaults) if sizes else None
        if size:
            return InputSpec(None, tuple(size if one is None else one for one in shape))
    return None


def _defaults(function: ast.FunctionDef) -> dict[str, ast.expr]:
    arguments = [*function.args.posonlyargs, *function.args.args]
    with_default = arguments[len(arguments) - len(function.args.defaults) :]
    return {argument.arg: value for argument, value in zip(with_default, function.args.defaults, strict=True)}


def _number(expression: ast.expr | None, defaults: dict[str, ast.expr]) -> int | None:
    if isinstance(expression, ast.Name):
        expression = defaults.get(expression.id)
    if isinstance(expression, ast.Constant) and type(expression.value) is int and expression.value > 0:
        return expression.value
    return None
