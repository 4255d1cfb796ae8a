"""Reads the knowledge that ships with the package: what coremltools can convert, per version.

Plain JSON read once per version; needs neither torch nor coremltools. The files are written by
``coreml-preflight knowledge build``. In ``coremltools-X.Y.json`` an API is a row: its outcomes as letters
(trace, export, export decomposed), indices into ``kinds`` of what it emits and of what has no converter
(by trace; by export), whether every sample emitted such a one (1 by trace, 2 by export),
an index into ``errors``, and how many samples were tried and converted. The file of an older version
names its ``base`` and holds only what differs from it. ``coremltools-X.Y.calls.json`` tells which calls of an
API fail (see ``conditions.py``).
"""

from __future__ import annotations

import json
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from . import versions
from .conditions import CallConditions, ConditionTable
from .mil import MilOp, mil_ops
from .nn_builder import BuilderMethod, builder_methods
from .op_kinds import registry_key

_DATA = Path(versions.DATA)
_OUTCOMES = {"a": "always", "s": "sometimes", "n": "never", "-": "untested"}


class ApiStatus(NamedTuple):
    """What running one public torch API through coremltools showed."""

    #: By trace: "always", "sometimes" or "never" over the ordinary samples that trace, else "untested".
    outcome: str
    #: Emitted aten kinds that have no converter: an error whenever they are emitted.
    missing: tuple[str, ...]
    #: Whether every sample that traced emitted a missing kind.
    emits_always_missing: bool
    kinds: tuple[str, ...]
    #: First line of a representative converter error where all kinds are registered.
    error: str | None
    #: Outcome by torch.export + run_decompositions({}).
    export: str
    #: Outcome by torch.export + run_decompositions().
    export_decomposed: str
    #: A way out that was run, None where none is known.
    alternative: str | None
    #: Ordinary samples tried by trace, and how many of them converted.
    tried: int = 0
    converted: int = 0


class Knowledge:
    """What is known about one coremltools version."""

    def __init__(self, version: str, data: dict[str, Any], base: Knowledge | None = None) -> None:
        self.version = version
        #: Whether this version itself was run. If not, its registry was read and the rest is the base's.
        self.was_run = base is None
        self.torch_version: str = data["torch"]
        ops = data["torch_ops"]
        self.torch_ops: frozenset[str] = (
            frozenset(ops) if base is None else base.torch_ops.difference(ops["fewer"]).union(ops["more"])
        )
        self._base = base
        self._apis: dict[str, list[Any]] = data["apis"]
        self._aliases: dict[str, str] = data["aliases"]
        self._kinds: list[str] = data["kinds"]
        self._errors: list[str] = data["errors"]
        self._alternatives: dict[str, str] = {
            api: data["alternatives_texts"][place] for api, place in data["alternatives"].items()
        }

    @cached_property
    def _conditions_read(self) -> dict[str, CallConditions | None]:
        return {}

    @cached_property
    def _read(self) -> dict[tuple[str, str], ApiStatus | None]:
        return {}

    def api(self, qualified_name: str, frontend: str = "trace") -> ApiStatus | None:
        """What is known about ``"torch.special.bessel_j0"``, ``"torch.Tensor.__xor__"``, ``"torch.nn.LSTM"``.

        Aliases are resolved. ``frontend="export"`` gives the same facts with ``outcome``, ``missing`` and
        ``kinds`` as torch.export + run_decompositions({}) showed them. None: the name is not a known API.
        """
        key = (qualified_name, frontend)
        if key not in self._read:
            self._read[key] = self._api(qualified_name, frontend)
        return self._read[key]

    def _api(self, qualified_name: str, frontend: str) -> ApiStatus | None:
        row = self._apis.get(self._aliases.get(qualified_name, qualified_name))
        if row is None:
            return None if self._base is None else self._base.api(qualified_name, frontend)
        outcomes, kinds, missing, export_missing, always_missing, error, tried, converted = row
        trace, export, decomposed = (_OUTCOMES[letter] for letter in outcomes)
        by_export = frontend == "export"
        return ApiStatus(
            outcome=export if by_export else trace,
            missing=tuple(self._kinds[k] for k in (export_missing if by_export else missing)),
            emits_always_missing=bool(always_missing & (2 if by_export else 1)),
            kinds=tuple(self._kinds[k] for k in kinds),
            error=None if error is None else self._errors[error],
            export=export,
            export_decomposed=decomposed,
            alternative=self._alternatives.get(self._aliases.get(qualified_name, qualified_name)),
            tried=tried,
            converted=converted,
        )

    def converts_from(self, qualified_name: str, frontend: str = "trace") -> str | None:
        """The oldest newer version that converts at least some calls of this API; None: no known one."""
        known = versions.known_versions()
        for version in known[known.index(self.version) + 1 :]:
            status = load(version).api(qualified_name, frontend)
            if status is not None and status.outcome in ("always", "sometimes"):
                return version
        return None

    def apis(self) -> tuple[str, ...]:
        """Every qualified name that :meth:`api` knows, sorted."""
        inherited = () if self._base is None else self._base.apis()
        return tuple(sorted({*self._apis, *self._aliases, *inherited}))

    def converts_op(self, aten_kind: str) -> bool:
        """Whether a converter is registered for ``"aten::bessel_j0"``, looked up as coremltools does."""
        return registry_key(aten_kind) in self.torch_ops

    @cached_property
    def mil_ops(self) -> dict[str, MilOp]:
        """MIL ops by name."""
        return mil_ops(self._own_or_base("mil"))

    @cached_property
    def builder_methods(self) -> dict[str, BuilderMethod]:
        """Public methods of NeuralNetworkBuilder by name."""
        return builder_methods(self._own_or_base("nn"))

    @cached_property
    def _conditions(self) -> ConditionTable:
        return ConditionTable(self._own_or_base("calls"))

    def use_conditions(self, table: ConditionTable) -> None:
        """Answer from another table than the one that ships: for trying out what was learned."""
        self._conditions = table

    def conditions(self, qualified_name: str) -> CallConditions | None:
        """In which ways this API is known not to be callable; None where nothing is known.

        Of an older version only what lacks a converter is known: what its converters refuse was not tried.
        """
        if qualified_name not in self._conditions_read:
            self._conditions_read[qualified_name] = self._conditions_of(qualified_name)
        return self._conditions_read[qualified_name]

    def _conditions_of(self, qualified_name: str) -> CallConditions | None:
        found = self._conditions.of(self._aliases.get(qualified_name, qualified_name))
        if found is None or self.was_run:
            return found
        missing = (c for c in found.conditions if c.error is None and not self.converts_op(c.op))
        return found._replace(conditions=tuple(missing))

    def _own_or_base(self, table: str) -> Any:
        """Of an older version only what differs from its base ships; None stands for what it doesn't have."""
        name = f"coremltools-{self.version}.{table}.json"
        if self._base is None:
            return read_data(name)
        base = self._base._own_or_base(table)
        if not _DATA.joinpath(name).exists():
            return base
        return {
            part: {key: entry for key, entry in {**base[part], **own}.items() if entry is not None}
            if isinstance(own, dict)
            else own
            for part, own in read_data(name).items()
        }


@cache
def load(version: str | None = None) -> Knowledge:
    """The knowledge for ``version``, as :func:`versions.resolve_version` understands it."""
    resolved = versions.resolve_version(version)
    data = read_data(f"coremltools-{resolved}.json")
    return Knowledge(resolved, data, load(data["base"]) if "base" in data else None)


def read_data(file_name: str) -> Any:
    """One parsed file of the package's knowledge data."""
    return json.loads(_DATA.joinpath(file_name).read_bytes())
