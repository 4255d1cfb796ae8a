"""A script that converts when it is imported must not do so again while it is merely loaded."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import Any

from .problems import Problems
from .sources import Project, steps_of_frame


class _NotRun:
    """Stands for the result of a call that was skipped; everything done with it does nothing."""

    def __getattr__(self, name: str) -> _NotRun:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> _NotRun:
        return self

    def __getitem__(self, key: Any) -> _NotRun:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        return None

    def __iter__(self) -> Iterator[_NotRun]:
        return iter(())

    def __repr__(self) -> str:
        return "<not run while loading>"


@contextlib.contextmanager
def guarded_side_effects(project: Project, problems: Problems) -> Iterator[list[str]]:
    """Skip conversions and saved models of the file itself; yields the names of what was skipped."""
    import coremltools
    import coremltools.models.utils

    skipped: list[str] = []

    def skipping(name: str) -> Any:
        def skip(*args: Any, **kwargs: Any) -> _NotRun:
            skipped.append(name)
            problems.add(
                "info",
                "load",
                f"{name} of the file itself is not run while it is loaded",
                place=project.place(steps_of_frame(sys._getframe(1))),
            )
            return _NotRun()

        return skip

    replaced = [
        (coremltools, "convert", "ct.convert"),
        (coremltools.converters, "convert", "ct.convert"),
        (coremltools.models.MLModel, "save", "MLModel.save"),
        (coremltools.models.utils, "save_spec", "save_spec"),
        (coremltools.utils, "save_spec", "save_spec"),
    ]
    kept = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, shown in replaced:
        setattr(owner, name, skipping(shown))
    try:
        yield skipped
    finally:
        for owner, name, original in kept:
            setattr(owner, name, original)
