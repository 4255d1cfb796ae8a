"""The argument of ``coremlPreflight.convert``, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pygls.exceptions import JsonRpcInvalidParams

from preflight_server.conversion.inputs import DTYPES, InputSpec, parse_input
from preflight_server.conversion.request import FRONTENDS

COMMAND = "coremlPreflight.convert"


class ConvertArguments(NamedTuple):
    uri: str
    target: str | None = None
    inputs: tuple[InputSpec, ...] = ()
    output: str | None = None
    frontend: str = "auto"
    overwrite: bool = False


def read_arguments(arguments: Sequence[Any]) -> ConvertArguments:
    """Read ``[{uri, target?, inputs?, output?, frontend?, overwrite?}]``.

    Raises JsonRpcInvalidParams with one line that says what is wrong.
    """
    if len(arguments) != 1 or not isinstance(arguments[0], Mapping):
        raise JsonRpcInvalidParams(f"{COMMAND} takes one object: {{uri, target?, inputs?, output?, ...}}")
    given = arguments[0]
    unknown = sorted(set(given) - set(ConvertArguments._fields))
    if unknown:
        raise JsonRpcInvalidParams(f"{COMMAND}: unknown argument {', '.join(unknown)}")
    uri, target, output = (_text(given, key) for key in ("uri", "target", "output"))
    if uri is None:
        raise JsonRpcInvalidParams(f"{COMMAND}: uri is missing")
    frontend = _text(given, "frontend") or "auto"
    if frontend not in FRONTENDS:
        raise JsonRpcInvalidParams(f"{COMMAND}: frontend must be one of {', '.join(FRONTENDS)}")
    inputs = given.get("inputs") or []
    if not isinstance(inputs, (list, tuple)):
        raise JsonRpcInvalidParams(f"{COMMAND}: inputs must be a list")
    overwrite = given.get("overwrite") or False
    if not isinstance(overwrite, bool):
        raise JsonRpcInvalidParams(f"{COMMAND}: overwrite must be true or false")
    # "net.py::Net" is as good as "Net".
    name = target.rpartition("::")[2] if target else None
    return ConvertArguments(uri, name, tuple(map(_input, inputs)), output, frontend, overwrite)


def _text(given: Mapping[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise JsonRpcInvalidParams(f"{COMMAND}: {key} must be a string")
    return value or None


def _input(given: Any) -> InputSpec:
    """An input as on the command line (``"x=1,3,224,224"``) or as in a report (``{name, shape, dtype}``)."""
    try:
        if isinstance(given, str):
            return parse_input(given)
        shape = ",".join(str(int(size)) for size in given["shape"]) or "()"
        dtype = given.get("dtype") or DTYPES[0]
        return parse_input(f"{given.get('name') or ''}={shape}:{dtype}".removeprefix("="))
    except ValueError as error:
        raise JsonRpcInvalidParams(f"{COMMAND}: {error}") from None
    except (TypeError, KeyError, AttributeError):
        raise JsonRpcInvalidParams(
            f'{COMMAND}: an input must be "x=1,3,224,224" or {{"name", "shape", "dtype"}}'
        ) from None
