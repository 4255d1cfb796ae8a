"""Where ``check`` writes what: the report, the patches, the complaints and the progress."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import click

from preflight_analyzers.discovery import Unreachable
from preflight_server.cli.checking import Outcome
from preflight_server.cli.errors import CannotRun
from preflight_server.cli.formats import TEXT_FORMATS, renderer
from preflight_server.cli.formats.summary import count_of
from preflight_server.cli.results import Results, View
from preflight_server.cli.style import wants_colour

#: Where no terminal says how wide it is.
_WIDTH = 140
#: What stands before a source line: its number and a bar.
_GUTTER = 8
#: Fewer files are checked before anyone asks how far it is.
_LONG_RUN = 50


class Show(NamedTuple):
    """What the user wants to see."""

    output_format: str
    output_file: str | None
    modules: bool
    statistics: bool
    #: Standard output is taken by the fixed source.
    to_stderr: bool


def print_report(results: Results, show: Show, contents: Mapping[str, bytes]) -> None:
    """``contents``: of files that are not on disk. Raises CannotRun."""
    stream = sys.stderr if show.to_stderr else sys.stdout
    to_terminal = stream.isatty() and not show.output_file
    is_text = show.output_format in TEXT_FORMATS
    view = View(
        colour=is_text and not show.output_file and wants_colour(stream),
        width=_terminal_width() if to_terminal else _WIDTH,
        lines_of=_line_reader(contents),
        modules=show.modules,
        statistics=show.statistics,
    )
    report = renderer(show.output_format)(results, view)
    if not show.output_file:
        click.echo(report, file=stream, nl=False, color=view.colour)
        return
    try:
        with open(show.output_file, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            file.write(report)
    except OSError as error:
        raise CannotRun(f"{show.output_file}: can't be written ({error.strerror})") from None


def print_diff(outcomes: list[Outcome], unsafe: int) -> None:
    """``unsafe``: how many more unsafe fixes there are."""
    for outcome in outcomes:
        click.echo(outcome.diff, nl=False)
    changed = [outcome for outcome in outcomes if outcome.diff]
    if changed:
        fixed = count_of(sum(outcome.fixed for outcome in changed), "finding")
        more = f" ({unsafe} more with --unsafe-fixes)" if unsafe else ""
        click.echo(f"Would fix {fixed} in {count_of(len(changed), 'file')}{more}.", err=True)
    elif unsafe:
        click.echo(f"Nothing to fix ({unsafe} with --unsafe-fixes).", err=True)
    else:
        click.echo("Nothing to fix.", err=True)


def print_fixed_input(content: bytes) -> None:
    """What came on standard input, byte for byte but for the fixes."""
    stream = sys.stdout.buffer
    stream.write(content)
    stream.flush()


def complain(unreachable: Iterable[Unreachable], outcomes: Iterable[Outcome], verbose: bool) -> None:
    """One line on standard error for each path that could not be checked."""
    for path in unreachable:
        click.echo(f"{'error' if path.named else 'warning'}: {path.path}: {path.reason}", err=True)
    for problem in (outcome.problem for outcome in outcomes if outcome.problem):
        click.echo(f"{'error' if problem.is_error else 'warning'}: {problem.message}", err=True)
        if verbose and problem.traceback:
            click.echo(problem.traceback, err=True, nl=False)


def with_progress(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes, with a bar on a terminal while a long run lasts."""
    if total < _LONG_RUN or not sys.stderr.isatty():
        yield from outcomes
        return
    from rich.console import Console
    from rich.progress import track

    # Without its thread: processes may be forked meanwhile.
    console = Console(stderr=True)
    yield from track(outcomes, "Checking", total, console=console, transient=True, auto_refresh=False)


def _terminal_width() -> int:
    import shutil

    return max(40, shutil.get_terminal_size().columns - _GUTTER)


def _line_reader(contents: Mapping[str, bytes]) -> Callable[[str, int | None], list[str]]:
    from preflight_analyzers.source.text import UnreadableSource, read_bytes
    from preflight_server.cli.document import Document, lines_of, open_document

    @lru_cache(maxsize=4)
    def document_of(path: str) -> Document:
        content = contents.get(path)
        return open_document(path, read_bytes(Path(path)) if content is None else content)

    @lru_cache(maxsize=4)
    def lines(path: str, cell: int | None) -> list[str]:
        try:
            return lines_of(document_of(path), cell)
        except UnreadableSource:
            return []

    return lines
