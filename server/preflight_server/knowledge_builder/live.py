"""Prints what the installed torch and coremltools say of themselves, as JSON."""

from __future__ import annotations

import json
import os
import sys


def main() -> None:
    stdout = os.dup(1)
    os.dup2(2, 1)  # coremltools warns on standard output
    import coremltools
    import torch
    from coremltools.converters.mil.frontend.torch.torch_op_registry import _TORCH_OPS_REGISTRY

    from .public_apis import public_apis

    facts = {
        "coremltools": coremltools.__version__,
        "torch": torch.__version__.split("+")[0],
        "torch_ops": sorted(_TORCH_OPS_REGISTRY.name_to_func_mapping),
        "apis": list(public_apis()),
    }
    with os.fdopen(stdout, "w") as out:
        json.dump(facts, out)


if __name__ == "__main__":
    sys.exit(main())
