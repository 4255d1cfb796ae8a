"""``coreml-preflight doctor``: whether an environment converts at all."""

from __future__ import annotations

import click

from preflight_server.cli.errors import CannotRun
from preflight_server.cli.style import Style, one_line, wants_colour
from preflight_server.conversion.doctor import Check, examine
from preflight_server.conversion.errors import UsageError


@click.command()
@click.option("--python", metavar="INTERPRETER", help="The one to examine [default: this].")
@click.option("--output-format", type=click.Choice(("full", "json")), default="full", show_default=True)
@click.pass_context
def doctor(ctx: click.Context, python: str | None, output_format: str) -> None:
    """Say whether an environment can convert at all: by converting a tiny model with it.

    Exits with 0 if it can, 1 if something is in the way, 2 if there is no such interpreter.
    """
    import asyncio

    try:
        checks = asyncio.run(examine(python))
    except UsageError as error:
        raise CannotRun(str(error)) from None
    _show(checks, output_format)
    ctx.exit(0 if all(check.ok for check in checks) else 1)


def _show(checks: list[Check], output_format: str) -> None:
    if output_format == "json":
        import json

        fine = all(check.ok for check in checks)
        rows = [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks]
        click.echo(json.dumps({"version": 1, "ok": fine, "checks": rows}, indent=2))
        return
    import sys

    from preflight_analyzers.findings import Severity

    colour = wants_colour(sys.stdout)
    style = Style(colour)
    for check in checks:
        mark = style.good("ok  ") if check.ok else style.severity(Severity.ERROR, "FAIL")
        click.echo(f"{mark} {check.name}: {one_line(check.detail)}", color=colour)
