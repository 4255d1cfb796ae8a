"""``coreml-preflight knowledge``: makes the data that the linter knows torch and coremltools by."""

from __future__ import annotations

from pathlib import Path

import click

from preflight_server.cli.errors import CannotRun


@click.group(hidden=True)
def knowledge() -> None:
    """Developer commands for the knowledge data."""


@knowledge.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder to write to; by default the package's own data folder.",
)
@click.option("--api", "apis", multiple=True, metavar="NAME", help="Only this API (may be repeated).")
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Worker processes.")
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for raw rows; a build that was stopped goes on from there.",
)
@click.option(
    "--frontend",
    "frontends",
    multiple=True,
    type=click.Choice(["trace", "export", "export_decomposed"]),
    help="Run only this frontend now (may be repeated); rows of the others come from the cache.",
)
@click.option("--list-untested", is_flag=True, help="List the APIs that could not be run, with the reason.")
def build(
    output: Path | None,
    apis: tuple[str, ...],
    jobs: int,
    cache: Path | None,
    frontends: tuple[str, ...],
    list_untested: bool,
) -> None:
    """Run every public torch API through the installed coremltools and write what happened."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from preflight_analyzers.knowledge import reader
    from preflight_server.knowledge_builder.build import BuildError
    from preflight_server.knowledge_builder.build import build as build_data

    if apis and output is None:
        raise click.UsageError("--api makes a partial file: say with --output where to put it")
    folder = output or Path(reader.__file__).with_name("data")
    columns = (
        TextColumn("{task.description:50.50}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def show(done: int, total: int, api: str) -> None:
            bar.update(task, completed=done, total=total, description=api)

        try:
            summary = build_data(
                folder,
                only=apis,
                workers=jobs,
                cache=cache,
                progress=show,
                **({"frontends": frontends} if frontends else {}),
            )
        except BuildError as error:
            raise CannotRun(str(error)) from None
    counts = ", ".join(f"{number} {outcome}" for outcome, number in summary.outcomes.items())
    click.echo(f"{summary.path}: {counts}")
    if list_untested:
        for api, reason in summary.untested.items():
            click.echo(f"{api}: {reason}")


@knowledge.command()
@click.argument(
    "packages", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=None)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path), default=None)
def older(packages: tuple[Path, ...], output: Path | None, cache: Path | None) -> None:
    """Write the files of older versions of coremltools, unpacked from their wheels into PACKAGES.

    Their registries are read; the rest comes from the rows of the last build, so nothing is run.
    """
    from preflight_analyzers.knowledge import reader
    from preflight_server.knowledge_builder.build import BuildError, build_older

    for package in packages:
        try:
            click.echo(build_older(output or Path(reader.__file__).with_name("data"), package, cache=cache))
        except BuildError as error:
            raise CannotRun(str(error)) from None
