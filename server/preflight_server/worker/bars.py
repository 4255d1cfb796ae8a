"""coremltools' own progress bars, turned into fractions of the convert stage."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any

#: Share of the stage that each bar fills, in the order in which they run: the frontend's ops, the
#: frontend's passes, the main pipeline and the backend's passes (measured on mid-sized networks).
_SHARES = (0.25, 0.05, 0.55, 0.1)
_DOING = ("converting ops", "tidying the graph", "optimising", "finishing")


@contextlib.contextmanager
def reported_bars(report: Callable[[float, str], None]) -> Iterator[None]:
    """Replace tqdm where coremltools uses it; ``report`` gets the fraction and what is being done."""
    from coremltools.converters.mil.frontend.torch import ops
    from coremltools.converters.mil.mil.passes import pass_pipeline

    finished: list[float] = []
    depth = 0

    def bar(items: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
        nonlocal depth
        if depth:
            # A block inside a graph: the outer bar counts on.
            yield from items
            return
        depth += 1
        start = sum(finished)
        number_of_bar = min(len(finished), len(_SHARES) - 1)
        share, doing = _SHARES[number_of_bar], _DOING[number_of_bar]
        total = len(items) if isinstance(items, Sized) else 0
        shown = -1
        try:
            for number, item in enumerate(items):
                percent = int(100 * number / total) if total else 0
                if percent >= shown + 2 or shown < 0:
                    shown = percent
                    report(min(start + share * percent / 100, 0.97), doing)
                yield item
        finally:
            depth -= 1
            finished.append(share)

    kept = ops._tqdm, pass_pipeline.tqdm
    ops._tqdm = pass_pipeline.tqdm = bar
    try:
        yield
    finally:
        ops._tqdm, pass_pipeline.tqdm = kept
