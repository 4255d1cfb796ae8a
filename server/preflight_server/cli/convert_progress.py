"""How far a conversion is: a bar on a terminal, else a line for each stage; always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from preflight_server.cli.style import one_line
from preflight_server.conversion.request import Progress


@contextmanager
def shown_progress() -> Iterator[Callable[[Progress], None]]:
    """Show what the yielded function is told."""
    if not sys.stderr.isatty():
        yield _line_for_each_stage()
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn())
    text = TextColumn("{task.fields[stage]:>7}  {task.description}")
    with Bar(*columns, text, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0, stage="start")

        def show(progress: Progress) -> None:
            bar.update(
                task,
                completed=progress.fraction,
                stage=progress.stage,
                description=escape(one_line(progress.message)),
            )

        yield show


def _line_for_each_stage() -> Callable[[Progress], None]:
    shown: set[str] = set()

    def show(progress: Progress) -> None:
        if progress.stage not in shown:
            shown.add(progress.stage)
            click.echo(f"{progress.stage}: {one_line(progress.message)}", err=True)

    return show
