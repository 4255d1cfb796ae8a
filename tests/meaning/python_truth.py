"""Holds what the interpretation makes of ordinary Python against what Python makes of it."""

from __future__ import annotations

import textwrap
from typing import Any

from preflight_analyzers.meaning.analysis import Machine
from preflight_analyzers.meaning.unit import Unit
from preflight_analyzers.meaning.values import Known, Mapped, Sequence, Value

HEAD = """\
import collections, copy, enum, functools, itertools, math, operator
import numpy as np
from collections import OrderedDict, namedtuple
from functools import partial
from types import SimpleNamespace

"""


def _program(body: str) -> str:
    return HEAD + "def run():\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\nresult = run()\n"


def returned(body: str) -> Value:
    """What a function of this body returns. A name that nothing binds (``unknown``) may be anything."""
    return Machine(Unit(_program(body), "program.py")).scope.lookup("result")


def known(value: Value) -> Any:
    """The Python value, where all of it is known."""
    if isinstance(value, Known):
        return value.value
    if isinstance(value, Sequence) and value.items is not None:
        return [known(item) for item in value.items]
    if isinstance(value, Mapped) and value.items is not None:
        return {key: known(item) for key, item in value.items.items()}
    raise AssertionError(f"not known: {value}")


def in_python(body: str) -> Any:
    """What Python returns; every sequence as a list."""
    names: dict[str, Any] = {}
    exec(_program(body), names)
    return _listed(names["result"])


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(item) for key, item in value.items()}
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return value
    return [_listed(item) for item in value]


def agrees(body: str) -> bool:
    """Whether all of what is returned is known, and what Python returns."""
    expected, found = in_python(body), known(returned(body))
    return bool(found == expected) and type(found) is type(expected)
