"""Whether this interpreter can convert: torch, coremltools and numpy, and that they fit together."""

from __future__ import annotations

import importlib
import logging
import platform
import warnings

INSTALL = 'pip install "coreml-preflight[convert]"'


class Unfit(Exception):
    """This interpreter can't convert; the message says what to do."""


def prepare() -> dict[str, str]:
    """Import what converting needs and return the versions found.

    Raises Unfit with one line that says what is missing or does not fit.
    """
    logging.getLogger("coremltools").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        numpy = _imported("numpy")
        if _version(numpy.__version__) >= (2, 4):
            raise Unfit(
                f"numpy {numpy.__version__} breaks coremltools, which needs numpy below 2.4: "
                'pip install "numpy<2.4"'
            )
        torch = _imported("torch")
        coremltools = _imported("coremltools")
    try:
        importlib.import_module("coremltools.libmilstoragepython")
    except ImportError as error:
        raise Unfit(
            f"coremltools {coremltools.__version__} lacks its native libraries for Python "
            f"{platform.python_version()} ({_first_line(error)}): use Python 3.10 to 3.13"
        ) from error
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "coremltools": coremltools.__version__,
        "numpy": numpy.__version__,
    }


def _imported(name: str):  # type: ignore[no-untyped-def]  # a module of unknown attributes
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            raise Unfit(f"{name} is not installed: {INSTALL}") from error
        raise Unfit(f"{name} can't be imported ({_first_line(error)}): {INSTALL}") from error
    except Exception as error:
        raise Unfit(f"{name} can't be imported ({_first_line(error)}): {INSTALL}") from error


def _version(text: str) -> tuple[int, ...]:
    parts = text.split("+")[0].split(".")[:2]
    return tuple(int(part) for part in parts if part.isdigit())


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
