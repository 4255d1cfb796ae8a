"""What functions and classes of other libraries give back, one file a library.

Each file has a table from qualified names to how a call of them runs.
"""

from __future__ import annotations

from preflight_analyzers.meaning.known_calls import ModuleRun, Run
from preflight_analyzers.meaning.library_calls import (
    autograd,
    basics,
    collections,
    copies,
    einops,
    functions,
    iterators,
    moments,
)

FUNCTIONS: dict[str, Run] = {
    **autograd.FUNCTIONS,
    **basics.FUNCTIONS,
    **collections.FUNCTIONS,
    **copies.FUNCTIONS,
    **einops.FUNCTIONS,
    **functions.FUNCTIONS,
    **iterators.FUNCTIONS,
    **moments.FUNCTIONS,
}
#: Classes of modules that are called like those of ``torch.nn``.
MODULES: dict[str, ModuleRun] = {**einops.MODULES}
