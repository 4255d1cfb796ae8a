"""The shapes of a target's inputs, from what is written in the project, without running it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .candidates import MODULE, MODULE_CLASS
from .errors import NeedsInputs, UsageError
from .guess import guess_input
from .inputs import InputSpec, parse_input
from .target import Target
from .traced_example import traced_inputs


def find_inputs(target: Target, settings: Mapping[str, Any]) -> tuple[InputSpec, ...]:
    """Inputs of the target from ``[tool.coreml-preflight.targets]`` or the file's own trace call.

    Empty where neither tells and the target may still need none (a program, a builder, an unknown
    object). Raises NeedsInputs where forward is known to take some.
    """
    given = settings.get("inputs")
    if given is not None:
        return _from_settings(target, given)
    candidate = target.candidate
    if target.tree is None or (candidate and candidate.kind not in (MODULE_CLASS, MODULE)):
        return ()
    traced = traced_inputs(target)
    if traced:
        return traced
    if candidate is None or not candidate.parameters:
        return ()
    guess = guess_input(target.tree, candidate.of_class or candidate.name)
    specs = tuple(
        (guess or InputSpec(None, (1, 3, 224, 224)))._replace(name=name) for name in candidate.parameters
    )
    options = " ".join(f"--input {spec}" for spec in specs)
    why = "; its first layer suggests" if guess else ", for example"
    raise NeedsInputs(
        f"{target.shown}: give the shape of each input of "
        f"forward({', '.join(candidate.parameters)}){why}: {options}",
        candidate.parameters,
        specs,
    )


def _from_settings(target: Target, given: object) -> tuple[InputSpec, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise UsageError(
            f"pyproject.toml: inputs of {target.shown!r} must be a list of texts like 'x=1,3,224,224'"
        )
    try:
        return tuple(parse_input(one) for one in given)
    except ValueError as error:
        raise UsageError(f"pyproject.toml: {target.shown!r}: {error}") from error


def settings_for(target: Target) -> Mapping[str, Any]:
    """The target's entry in ``[tool.coreml-preflight.targets]`` of the nearest pyproject.toml, or {}.

    Keys are targets as on the command line, their file relative to the pyproject.toml.
    Raises UsageError where the file can't be understood.
    """
    from preflight_analyzers.settings import InvalidSettings, SettingsFinder

    try:
        settings = SettingsFinder().of(target.path.parent)
    except InvalidSettings as error:
        raise UsageError(str(error)) from error
    for key, value in settings.targets.items():
        file, _, expression = key.partition("::")
        same_file = Path(settings.root or target.path.parent, file).resolve() == target.path
        if same_file and expression.strip() in ("", target.expression):
            return value
    return {}
