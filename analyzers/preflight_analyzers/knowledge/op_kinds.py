"""How coremltools looks a torch op kind up in its registry."""

from __future__ import annotations

#: Overload suffixes that Core ML does not distinguish.
_TRAITS = frozenset({"default", "int", "tensor", "tensor_mode", "scalar", "tensor_scalar"})


def registry_key(kind: str) -> str:
    """The registry name of a kind: ``aten::Add_`` -> ``add``, ``aten::__and__`` -> ``and``."""
    # Twice, as the converter does: building its graph, and again at the look-up.
    name = sanitized(sanitized(kind))
    return name[:-1] if name.endswith("_") else name


def sanitized(kind: str) -> str:
    """The kind without namespace and overload, its in-place suffix kept: the key of the export frontend."""
    name = kind.lower()
    if name.startswith("__") and name.endswith("__"):
        name = name[2:-2]
    for separator in ("::", "."):
        name = _strip(name, separator)
    return name


def _strip(name: str, separator: str) -> str:
    parts = name.split(separator)
    start = 1 if parts[0] in {"aten", "prim"} and len(parts) > 1 else 0
    stop = len(parts) - 1 if parts[-1] in _TRAITS and len(parts) - start > 1 else len(parts)
    return separator.join(parts[start:stop])
