"""``coreml-preflight convert``: trace and convert a model for real, and say where it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from preflight_server.cli.errors import CannotRun
from preflight_server.conversion.errors import UsageError
from preflight_server.conversion.inputs import InputSpec, parse_input
from preflight_server.conversion.report import ConversionReport
from preflight_server.conversion.request import FRONTENDS, ConversionRequest

if TYPE_CHECKING:
    import asyncio

_INTERRUPTED = 130
_MIB = 1024 * 1024


def _specs(ctx: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> tuple[InputSpec, ...]:
    try:
        return tuple(parse_input(text) for text in texts)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, option) from None


@click.command()
@click.argument("target", metavar="FILE.py[::EXPR]")
@click.option(
    "--input",
    "inputs",
    multiple=True,
    callback=_specs,
    metavar="[NAME=]SHAPE[:DTYPE]",
    help="An input, in forward's order: x=1,3,224,224 or ids=1,16:int32.",
)
@click.option("-o", "--output", metavar="OUT", help="The model file [default: the target's name, here].")
@click.option(
    "--frontend",
    type=click.Choice(FRONTENDS),
    default="auto",
    show_default=True,
    help="auto traces, and exports what only then converts.",
)
@click.option("--python", metavar="INTERPRETER", help="The one with torch and coremltools [default: this].")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), metavar="S", help="Seconds for it all."
)
@click.option("--memory-limit", type=click.IntRange(min=1), metavar="MB", help="[default: what there is]")
@click.option("--output-format", type=click.Choice(("full", "json")), default="full", show_default=True)
@click.option("--overwrite", is_flag=True, help="Replace a model that is there already.")
@click.pass_context
def convert(
    ctx: click.Context,
    target: str,
    inputs: tuple[InputSpec, ...],
    output: str | None,
    frontend: str,
    python: str | None,
    timeout: float | None,
    memory_limit: int | None,
    output_format: str,
    overwrite: bool,
) -> None:
    """Convert a model for real, in a process of its own.

    EXPR is a module-level object of the file: an nn.Module class (Net, "Net(width=8)"), a function
    that makes one, an instance, an @mb.program function or a NeuralNetworkBuilder.

    Exits with 0 if it was converted and saved, 1 if not, 2 if it could not be tried.
    """
    request = ConversionRequest(
        target,
        inputs,
        output,
        frontend,
        python,
        timeout,
        overwrite,
        memory_limit * _MIB if memory_limit else None,
    )
    try:
        report = _run(request)
    except UsageError as error:
        raise CannotRun(str(error)) from None
    _show(report, output_format)
    ctx.exit(_exit_code(report.outcome))


def _run(request: ConversionRequest) -> ConversionReport:
    """The report; of an interrupted conversion, too. Raises UsageError."""
    import asyncio

    from preflight_server.cli.convert_progress import shown_progress
    from preflight_server.conversion.runner import convert as run

    async def interruptible() -> ConversionReport:
        with shown_progress() as progress:
            task = asyncio.ensure_future(run(request, progress))
            _cancel_on_signals(task)
            try:
                return await task
            except asyncio.CancelledError:
                return ConversionReport(request.target, "cancelled")

    return asyncio.run(interruptible())


def _cancel_on_signals(task: asyncio.Future[ConversionReport]) -> None:
    import asyncio
    import contextlib
    import signal

    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # Windows has no handlers in its loop: there, Ctrl-C cancels the main task.
        with contextlib.suppress(NotImplementedError, AttributeError):
            loop.add_signal_handler(getattr(signal, name), task.cancel)


def _show(report: ConversionReport, output_format: str) -> None:
    if output_format == "json":
        import json

        click.echo(json.dumps(report.as_dict(), indent=2))
        return
    import sys

    from preflight_server.cli.formats.conversion import render
    from preflight_server.cli.style import wants_colour

    colour = wants_colour(sys.stdout)
    click.echo(render(report, colour), nl=False, color=colour)


def _exit_code(outcome: str) -> int:
    if outcome == "cancelled":
        return _INTERRUPTED
    return {"converted": 0, "timeout": 2}.get(outcome, 1)
