"""Removing what an unfinished conversion leaves on disk."""

from __future__ import annotations

import glob
import os
import shutil
from typing import Any


def remove_leftovers(request: dict[str, Any]) -> None:
    """Delete the request's scratch folder and whatever was staged beside the output."""
    shutil.rmtree(request["scratch"], ignore_errors=True)
    for path in glob.glob(glob.escape(request["staging"]) + "*"):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            os.unlink(path)
