"""Prints what the installed torch and coremltools say of themselves, as JSON."""

from __future__ import annotations

import json
import os


def main() -> None:
    stdout = os.dup(1)
    os.dup2(2, 1)  # coremltools warns on standard output
    import coremltools
    import torch

    from . import registries
    from .public_apis import public_apis
    from .samples.composites import composite_sources
    from .samples.limits import limit_keys
    from .samples.ways_out import way_out_keys
    from .signatures import forward_signature_of, signature_of

    apis = list(public_apis())
    facts = {
        "coremltools": coremltools.__version__,
        "torch": torch.__version__.split("+")[0],
        "torch_ops": registries.torch_ops(),
        "apis": apis,
        "signatures": {api: [signature_of(api), forward_signature_of(api)] for api in apis},
        "limits": limit_keys(),
        "composites": composite_sources(),
        "ways_out": way_out_keys(),
        "mil": registries.mil_registry(),
        "nn": registries.builder_methods(),
    }
    with os.fdopen(stdout, "w") as out:
        json.dump(facts, out)


if __name__ == "__main__":
    main()
