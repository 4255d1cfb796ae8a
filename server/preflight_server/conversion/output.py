"""Where the model goes, and putting it there whole."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from .errors import OutputExists, UsageError
from .target import Target

_SUFFIXES = (".mlpackage", ".mlmodel")


class Output(NamedTuple):
    """The final path; its suffix is open until the kind of the target is known."""

    folder: Path
    stem: str
    suffix: str | None
    overwrite: bool
    #: Path without suffix at which the model is written before it is moved into place.
    staging: str

    def check(self, suffix: str) -> Path:
        """The final path with the suffix that the target's kind demands.

        Raises UsageError where that is another one than asked for, or the path is taken.
        """
        if self.suffix is not None and self.suffix != suffix:
            what = "a NeuralNetworkBuilder is" if suffix == ".mlmodel" else "an ML program is"
            raise UsageError(
                f"{what} saved as {suffix}: write -o {self.stem}{suffix} instead of {self.stem}{self.suffix}"
            )
        path = self.folder / (self.stem + suffix)
        if not self.overwrite and os.path.lexists(path):
            raise OutputExists(path)
        return path


def choose_output(target: Target, asked: str | None, folder: Path, overwrite: bool) -> Output:
    """The output asked for, or one named like the target in ``folder``.

    Raises UsageError where nothing can be written there, before anything is run.
    """
    path = folder / (asked if asked is not None else target.output_stem)
    suffix = None
    if asked is not None:
        path = Path(os.path.normpath(path))
        if path.suffix not in _SUFFIXES:
            raise UsageError(
                f"-o {asked}: a model is saved as {path.stem or 'model'}{target.suffix or '.mlpackage'}"
            )
        path, suffix = path.with_suffix(""), path.suffix
    parent = path.parent
    if not parent.is_dir():
        raise UsageError(f"the folder {parent} does not exist: make it first, or choose another -o")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise UsageError(f"the folder {parent} can't be written to: choose another place with -o")
    staging = str(parent / f".{path.name}.{token_hex(6)}")
    output = Output(parent, path.name, suffix, overwrite, staging)
    if target.suffix is not None:
        output.check(target.suffix)
    elif suffix is not None:
        output.check(suffix)
    return output


def put_in_place(staged: Path, path: Path, overwrite: bool) -> None:
    """Move a file or folder to its final path; what stood there is replaced whole or kept whole.

    Raises OSError where that fails; FileExistsError if the path has been taken meanwhile.
    """
    if not os.path.lexists(path):
        os.rename(staged, path)
        return
    if not overwrite:
        raise FileExistsError(f"{path.name} has appeared meanwhile")
    aside = path.with_name(f".{path.name}.{token_hex(6)}")
    os.rename(path, aside)
    try:
        os.rename(staged, path)
    except BaseException:
        os.rename(aside, path)
        raise
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.unlink()
