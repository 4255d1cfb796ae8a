"""What functions and classes of other libraries give back, one file a library.

Each file has a table from qualified names to how a call of them runs.
"""

from __future__ import annotations

from preflight_analyzers.meaning.library_calls import einops
from preflight_analyzers.meaning.library_calls.run import ModuleRun, Run

FUNCTIONS: dict[str, Run] = {**einops.FUNCTIONS}
#: Classes of modules that are called like those of ``torch.nn``.
MODULES: dict[str, ModuleRun] = {**einops.MODULES}
