"""Which interpreter converts."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from .errors import UnfitInterpreter


def find_interpreter(asked: str | None, folder: Path) -> str:
    """The path of the interpreter asked for: a file, a command of the PATH, or an environment's folder.

    Raises UnfitInterpreter where there is none.
    """
    if asked is None:
        return sys.executable
    path = folder / Path(asked).expanduser()
    if path.is_dir():
        for inside in ("bin/python", "Scripts/python.exe", "python.exe"):
            if (path / inside).is_file():
                return str(path / inside)
        raise UnfitInterpreter(f"{asked} is a folder without a Python interpreter in it")
    if path.is_file():
        if not os.access(path, os.X_OK):
            raise UnfitInterpreter(f"{asked} is not a Python interpreter: it can't be executed")
        # Not resolved: a virtual environment is known by the path of its link.
        return os.path.abspath(path)
    found = shutil.which(asked) if os.sep not in asked else None
    if found is None:
        raise UnfitInterpreter(f"{asked}: no such interpreter; give the path of a python with --python")
    return found
