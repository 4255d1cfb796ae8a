"""Whether a program that converts computes something else then: it is run, converted and evaluated."""

from __future__ import annotations

import logging
import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the evaluator stands with the tests' proofs


def computes_something_else(source: str) -> bool:
    """Whether the converted program gives other values than torch; False also where that can't be told."""
    import coremltools as ct
    import torch

    from preflight_server.knowledge_builder.case import case_of_source, tensors_of
    from preflight_server.knowledge_builder.probe import input_types
    from tests.proofs.mil import evaluate

    logging.getLogger("coremltools").setLevel(logging.CRITICAL + 1)
    warnings.simplefilter("ignore")
    case = case_of_source(source)
    with torch.no_grad():
        traced = torch.jit.trace(case.module, case.inputs, check_trace=False)
    model = ct.convert(
        traced,
        inputs=input_types(case.inputs),
        compute_precision=ct.precision.FLOAT32,
        skip_model_load=True,
    )
    for inputs in (case.inputs, tuple(tensor.flip(0) * 2 for tensor in case.inputs)):
        with torch.no_grad():
            eager = [tensor.numpy() for tensor in tensors_of(case.module(*(t.clone() for t in inputs)))]
        try:
            converted = evaluate(model._mil_program, [tensor.numpy() for tensor in inputs])
        except Exception:
            return False  # an operation that the evaluator doesn't know
        if any(
            np.shape(one) != np.shape(other)
            or not np.allclose(one, other, rtol=1e-3, atol=1e-3, equal_nan=True)
            for one, other in zip(eager, converted, strict=True)
        ):
            return True
    return False
