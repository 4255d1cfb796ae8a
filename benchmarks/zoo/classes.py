"""Which classes of an installed package are modules one can run."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

#: A submodule that takes longer to import does something else than define.
_IMPORT_SECONDS = 120
_NOT_MODELS = ("test", "tests", "testing", "__main__", "setup", "conftest")


def module_classes(package: str, at_most: int | None = None) -> list[type]:
    """The nn.Module classes that a package defines, in a fixed order; a sample of them, always the same."""
    found: dict[str, type] = {}
    for module in _imported(package):
        for value in list(vars(module).values()):
            if _is_runnable(value, package):
                found.setdefault(name_of(value), value)
    names = sorted(found)
    if at_most is not None:
        names = sorted(sorted(names, key=lambda name: hashlib.sha256(name.encode()).digest())[:at_most])
    return [found[name] for name in names]


def name_of(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def _imported(package: str) -> Iterator[Any]:
    """Every submodule that imports."""
    top = _import(package)
    if top is None:
        return
    yield top
    for info in pkgutil.walk_packages(getattr(top, "__path__", []), package + ".", onerror=lambda name: None):
        if not set(info.name.split(".")) & set(_NOT_MODELS):
            module = _import(info.name)
            if module is not None:
                yield module


def _import(name: str) -> Any:
    try:
        with warnings.catch_warnings(), _at_most(_IMPORT_SECONDS):
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except BaseException:  # whatever a package does when it is imported, SystemExit too
        return None


def _is_runnable(value: Any, package: str) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, torch.nn.Module)
        and not issubclass(value, torch.jit.ScriptModule)
        and (value.__module__ == package or value.__module__.startswith(package + "."))
        and value.forward is not torch.nn.Module.forward
    )


@contextmanager
def _at_most(seconds: int) -> Iterator[None]:
    def stop(number: int, frame: Any) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
