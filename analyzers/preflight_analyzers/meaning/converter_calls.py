"""Tracing, exporting, ``coremltools.convert`` and what is done with the result."""

from __future__ import annotations

from preflight_analyzers.meaning import calls, ir, module_methods, traced_runs
from preflight_analyzers.meaning.events import Convert, Save, Trace
from preflight_analyzers.meaning.examples import DESCRIPTIONS, example_of
from preflight_analyzers.meaning.frame import FORWARD, Frame
from preflight_analyzers.meaning.values import (
    UNKNOWN,
    Arguments,
    CoreMLModel,
    External,
    Instance,
    Known,
    Traced,
    Value,
)

TRACERS = {
    "torch.jit.trace": "trace",
    "torch.jit.script": "script",
    "torch.export.export": "export",
}
#: Deployment targets for which ``convert`` makes a neural network where nothing else is asked for.
NEURAL_NETWORK_TARGETS = frozenset(
    """
    iOS13 iOS14 macOS10_15 macOS10_16 macOS11 watchOS6 watchOS7 tvOS13 tvOS14
    """.split()
)


def call_converter(frame: Frame, node: ir.Expr, name: str, arguments: Arguments) -> Value:
    if name in TRACERS and isinstance(node, ir.Call):
        model = arguments.get(0, "func" if name == "torch.jit.trace" else "mod") or UNKNOWN
        if name == "torch.jit.script" and not isinstance(model, Instance):
            return model  # a scripted helper function
        traced = Traced(TRACERS[name], model)
        example = None if traced.how == "script" else example_of(traced.how, arguments)
        in_training = tuple(training_modules(frame, model))
        frame.emit(Trace(frame.site(node.at), traced.how, node, model, in_training, example))
        if traced.how != "script" and frame.phase != FORWARD:
            traced_runs.note_trace(frame, node, traced, example, arguments)
        return traced
    if name == "coremltools.convert" and isinstance(node, ir.Call):
        converted = arguments.get(0, "model")
        if isinstance(converted, Traced):
            converted.converted_with.append(arguments.get(2, "inputs"))
        result = CoreMLModel(kind_of_result(arguments))
        frame.emit(Convert(frame.site(node.at), node, arguments, result))
        return result
    if name == "coremltools.models.MLModel":
        return CoreMLModel(None)
    if name.rsplit(".", 1)[1] in DESCRIPTIONS:
        return Instance(External(name), arguments)
    calls.escape(frame, arguments)
    return UNKNOWN


def training_modules(frame: Frame, model: Value) -> list[Instance]:
    """The modules in ``model``, itself first, that were never put into eval mode."""
    if not isinstance(model, Instance):
        return []
    # Of one that escaped, code that wasn't followed may have changed the mode.
    return [m for m in module_methods.tree_of(frame, model) if m.training and not m.escaped]


def kind_of_result(arguments: Arguments) -> str | None:
    """ "mlprogram" or "neuralnetwork", as ``convert`` of coremltools 7 and later decides; None if unsure."""
    if not arguments.complete:
        return None
    by_target = _kind_of_target(arguments.get(5, "minimum_deployment_target"))
    convert_to = arguments.get(6, "convert_to")
    if convert_to is None or (isinstance(convert_to, Known) and convert_to.value is None):
        return by_target
    wanted = convert_to.value if isinstance(convert_to, Known) else None
    if wanted == "neuralnetwork":
        return "neuralnetwork"
    # An ML program for a target that is too old is refused.
    return "mlprogram" if wanted == "mlprogram" and by_target == "mlprogram" else None


def _kind_of_target(target: Value | None) -> str | None:
    if target is None or (isinstance(target, Known) and target.value is None):
        return "mlprogram"
    if isinstance(target, External) and target.name.startswith("coremltools.target."):
        version = target.name.rsplit(".", 1)[1]
        return "neuralnetwork" if version in NEURAL_NETWORK_TARGETS else "mlprogram"
    return None


def call_model_method(
    frame: Frame, node: ir.Expr, model: CoreMLModel | Traced, name: str, arguments: Arguments
) -> Value:
    if isinstance(model, CoreMLModel):
        if name == "save" and isinstance(node, ir.Call):
            path = arguments.get(0, "save_path") or UNKNOWN
            frame.emit(Save(frame.site(node.at), node, model, path))
            return Known(None)
        return UNKNOWN
    if name in ("eval", "train", "to", "cpu", "cuda", "float", "half", "run_decompositions"):
        return model
    return UNKNOWN
